// One attempt of a job on a machine that misbehaves.
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <cerrno>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestRunFaults : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void oldFileIsNoResult_data();
    void oldFileIsNoResult();
    void busySystemIsWorthAnotherTry_data();
    void busySystemIsWorthAnotherTry();
    void probeOnABusySystem();
    void garbageIsPutIntoWords();
    void graceByKind();
    void clockSteps_data();
    void clockSteps();
};

void TestRunFaults::oldFileIsNoResult_data()
{
    QTest::addColumn<ExistsRule>("exists");
    for (const ExistsRule rule : {ExistsRule::Rename, ExistsRule::Skip, ExistsRule::Replace}) {
        QTest::newRow(qPrintable(existsRuleId(rule))) << rule;
    }
}

/// A converter that makes nothing although a file of that name is there from an earlier day.
void TestRunFaults::oldFileIsNoResult()
{
    FAULT_CASE("E10", Fake);
    FAULT_CASE("B1", Fake);
    FAULT_CASE("B2", Fake);
    QFETCH(ExistsRule, exists);
    writeFile(path(u"results/a b.out"_s), "an older result");
    m_target->setOnStart([](FakeExecution &execution) { execution.exit(0); });
    Job wanted = job();
    OutputSettings output;
    output.exists = exists;
    wanted.output = std::make_shared<const OutputSettings>(output);
    run(wanted);
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::ResultMissing);
    QCOMPARE(readFile(path(u"results/a b.out"_s)), "an older result");
    QCOMPARE(namesIn(path(u"results"_s)), QStringList{u"a b.out"_s});
}

void TestRunFaults::busySystemIsWorthAnotherTry_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("no process") << EAGAIN;
    QTest::newRow("no memory") << ENOMEM;
    QTest::newRow("no file handle") << EMFILE;
    QTest::newRow("no file handle in the system") << ENFILE;
}

void TestRunFaults::busySystemIsWorthAnotherTry()
{
    FAULT_CASE("E5", Fake);
    FAULT_CASE("E6", Fake);
    QFETCH(int, number);
    m_target->setOnStart([number](FakeExecution &execution) {
        ExecutionResult result;
        result.end = ExecutionResult::End::FailedToStart;
        result.startProblem = QString::fromLocal8Bit(std::strerror(number));
        result.startErrno = number;
        execution.finish(result);
    });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::SystemBusy); // and not "install it again"
    QVERIFY(m_result.error.advice.contains(u"retry"_s));
    // Another attempt, now that there is room.
    m_ends.clear();
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Done);
}

void TestRunFaults::probeOnABusySystem()
{
    FAULT_CASE("E5", Fake);
    Job film = job(R"([{"command": ["tool", "{input}", "{output}"], "progress": "ffmpeg"}])",
                   R"({"suffix": "out", "length": "whole"})");
    film.facts = factsOf(MediaKind::Video, u"matroska"_s);
    film.facts.probe = ProbeState::NotAsked;
    m_probed = film.facts;
    m_probed.probe = ProbeState::Busy;
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    run(film);
    QCOMPARE(m_probes, 1);
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::SystemBusy); // and not "the file is damaged"
    // The next attempt asks again.
    m_ends.clear();
    film.facts.probe = ProbeState::Busy;
    m_probed.probe = ProbeState::Known;
    m_probed.videoCodec = u"h264"_s;
    run(film);
    QCOMPARE(m_probes, 2);
    QCOMPARE(m_ends.first(), JobState::Done);
}

void TestRunFaults::garbageIsPutIntoWords()
{
    FAULT_CASE("E17", Fake);
    static constexpr char bytes[] = "bad \0 \x80 \xe2\x82 \xc0\x80 \xed\xa0\x80 caf\xe9 \x1b[31mred\a";
    const QByteArray garbage(bytes, sizeof bytes - 1);
    m_target->setOnStart([&](FakeExecution &execution) {
        execution.print(garbage + "out_time_us=1000000\rprogress=continue\r", garbage);
        execution.print(QByteArray(1000, '\0'), QByteArray(1000, '\xff') + '\n' + garbage);
        execution.exit(1);
    });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::ToolFailed);
    for (const QChar character : m_result.error.sentence) {
        QVERIFY2(character.isPrint(), qPrintable(QString::number(character.unicode(), 16)));
    }
    QVERIFY2(m_result.error.sentence.contains(u"bad"_s), qPrintable(m_result.error.sentence));
}

void TestRunFaults::graceByKind()
{
    FAULT_CASE("E23", Fake);
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    const auto graceOf = [this](MediaKind kind) {
        Job wanted = job();
        wanted.facts.kind = kind;
        m_ends.clear();
        run(wanted);
        return m_target->requests().last().stopGraceMilliseconds;
    };
    QCOMPARE(graceOf(MediaKind::Video), 5000); // a trailer has to be written
    QVERIFY(graceOf(MediaKind::Photo) < graceOf(MediaKind::Audio));
    QVERIFY(graceOf(MediaKind::Audio) < graceOf(MediaKind::Video));
}

void TestRunFaults::clockSteps_data()
{
    QTest::addColumn<qint64>("step");    // of the wall clock
    QTest::addColumn<qint64>("passing"); // of real time
    constexpr qint64 hour = 3600 * 1000;
    QTest::newRow("an hour ahead") << hour << qint64(1000);
    QTest::newRow("an hour back") << -hour << qint64(1000);
    QTest::newRow("ten minutes asleep") << qint64(0) << qint64(600 * 1000);
}

void TestRunFaults::clockSteps()
{
    FAULT_CASE("E40", Fake);
    FAULT_CASE("B11", Fake);
    QFETCH(qint64, step);
    QFETCH(qint64, passing);
    m_target->setOnStart([&](FakeExecution &execution) {
        execution.print("out_time_us=1000000\nspeed=2x\nprogress=continue\n");
        m_clock->stepWallClock(step);
        m_clock->advance(passing);
        execution.print("out_time_us=2000000\nspeed=2x\nprogress=continue\n");
        convert(execution);
    });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Done);
    QCOMPARE(m_result.milliseconds, passing); // what the wall clock did does not count
    double last = 0;
    for (const Progress &progress : m_progress) {
        QVERIFY(progress.fraction < 0 || progress.fraction >= last);
        last = std::max(last, progress.fraction);
    }
}

static const RegisterTest<TestRunFaults> registrationOfRunFaults;

} // namespace batchwright

#include "tst_runfaults.moc"
