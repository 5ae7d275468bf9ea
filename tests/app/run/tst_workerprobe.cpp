// Asking a worker for facts: the file that it is given, and every way in which it can fail to answer.
#include "app/run/workerprobe.h"
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"

#include <cerrno>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

class TestWorkerProbe : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void factsComeFromAnOpenFile();
    void missingFileIsDamaged();
    void endsWithoutAnAnswer_data();
    void endsWithoutAnAnswer();
    void withoutAWorkerItSaysSo();
    void destroyedWhileItAsks();
    void askedNoMoreThanToldAtATime();
    void whatIsLookedForComesFirst();
    void expectedQuestionsStartWorkers();

private:
    QString source() const { return path(u"photos/a b.dat"_s); }
    MediaInfo ask(const QString &path);

    std::unique_ptr<WorkerDesk> m_desk;
};

void TestWorkerProbe::init()
{
    setUp();
    m_desk = std::make_unique<WorkerDesk>(*m_services, 2);
}

void TestWorkerProbe::cleanup()
{
    m_desk.reset();
    tearDown();
}

MediaInfo TestWorkerProbe::ask(const QString &path)
{
    MediaInfo sniffed = factsOf(MediaKind::Photo, u"jpeg"_s);
    sniffed.bytes = 10;
    sniffed.modifiedNanoseconds = 77;
    const QFuture<MediaInfo> facts = askForFacts(*m_desk, path, sniffed, WorkerDesk::Urgency::Later);
    return QTest::qWaitFor([&] { return facts.isFinished(); }) ? facts.result() : MediaInfo{};
}

void TestWorkerProbe::factsComeFromAnOpenFile()
{
    m_target->setOnStart([](FakeExecution &execution) {
        const WorkerTask &task = *execution.request().task;
        char bytes[16] = {};
        QVERIFY(::pread(task.source, bytes, sizeof bytes, 0) > 0);
        QCOMPARE(QByteArray(bytes), sourceBytes);
        QCOMPARE(task.result, -1);
        QCOMPARE(std::get<worker::ProbeTask>(task.request.task).name, u"a b.dat"_s);
        QVERIFY(execution.request().sandbox);
        QVERIFY(execution.request().limits.wallMilliseconds > 0);
        worker::DoneAnswer done;
        done.facts = factsOf(MediaKind::Photo, u"png"_s);
        done.facts.probe = ProbeState::Known;
        done.facts.width = 4000;
        ExecutionResult result;
        result.end = End::Answered;
        result.answer = done;
        execution.finish(result);
    });
    const MediaInfo facts = ask(source());
    QCOMPARE(facts.probe, ProbeState::Known);
    QCOMPARE(facts.format, u"png"_s); // by content
    QCOMPARE(facts.width, 4000);
    QCOMPARE(facts.bytes, 10);
    QCOMPARE(facts.modifiedNanoseconds, 77);
}

void TestWorkerProbe::missingFileIsDamaged()
{
    const MediaInfo facts = ask(path(u"gone.jpg"_s));
    QCOMPARE(facts.probe, ProbeState::Damaged);
    QVERIFY(!facts.problem.isEmpty());
    QVERIFY(m_target->requests().isEmpty());
}

void TestWorkerProbe::endsWithoutAnAnswer_data()
{
    QTest::addColumn<ExecutionResult>("result");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, End end, ProbeState state, const QString &problem, int number = 0,
                        ExecutionResult::Timeout timeout = ExecutionResult::Timeout::None) {
        ExecutionResult result;
        result.end = end;
        result.startErrno = number;
        result.startProblem = u"a reason"_s;
        result.timeout = timeout;
        QTest::newRow(name) << result << static_cast<int>(state) << problem;
    };
    row("crash", End::Crashed, ProbeState::Damaged, u"It cannot be read: a decoder crashed over it."_s);
    row("timeout", End::Crashed, ProbeState::Damaged, u"It cannot be read in any sensible time."_s, 0,
        ExecutionResult::Timeout::Wall);
    row("no sandbox", End::SandboxFailed, ProbeState::NotAsked, u"It could not be looked at: a reason."_s);
    row("busy", End::FailedToStart, ProbeState::Busy, u"It could not be looked at: a reason."_s, EAGAIN);
}

void TestWorkerProbe::endsWithoutAnAnswer()
{
    QFETCH(const ExecutionResult, result);
    m_target->setOnStart([result](FakeExecution &execution) { execution.finish(result); });
    const MediaInfo facts = ask(source());
    QTEST(static_cast<int>(facts.probe), "state");
    QTEST(facts.problem, "problem");
}

void TestWorkerProbe::withoutAWorkerItSaysSo()
{
    const ToolLibrary none = toolsFromJson(R"("photo": {"programs": ["no-such-program"], "task": "photo"})");
    RunServices services{*m_files, *m_target, none, *m_clock, *m_pool, {}, {}, {}, {}, u"run"_s, nullptr};
    WorkerDesk desk(services, 2);
    const QFuture<MediaInfo> facts = askForFacts(desk, source(), {}, WorkerDesk::Urgency::Later);
    QTRY_VERIFY(facts.isFinished());
    QCOMPARE(facts.result().probe, ProbeState::NotAsked);
    QVERIFY(facts.result().problem.contains(u"no-such-program"_s));
}

void TestWorkerProbe::destroyedWhileItAsks()
{
    const QFuture<MediaInfo> facts = askForFacts(*m_desk, source(), {}, WorkerDesk::Urgency::Later);
    QTRY_COMPARE(m_target->runningCount(), 1);
    m_desk.reset();
    QVERIFY(facts.isFinished() && facts.isCanceled());
    QCOMPARE(m_target->runningCount(), 0);
}

/// Each worker more must be started first: who asks for pictures and who asks for facts share those that there are.
void TestWorkerProbe::askedNoMoreThanToldAtATime()
{
    QVector<QFuture<MediaInfo>> facts;
    facts.append(askForFacts(*m_desk, path(u"gone.jpg"_s), {}, WorkerDesk::Urgency::Later));
    for (int index = 0; index < 5; ++index) {
        facts.append(askForFacts(*m_desk, source(), {}, WorkerDesk::Urgency::Later));
    }
    for (int answers = 0; answers < 5; ++answers) {
        QTRY_COMPARE(m_target->startedCount(), std::min(5, answers + 2));
        QCOMPARE(m_target->runningCount(), std::min(2, 5 - answers));
        m_target->running().first()->crash(11);
    }
    for (const QFuture<MediaInfo> &answer : std::as_const(facts)) {
        QTRY_VERIFY(answer.isFinished());
        QCOMPARE(answer.result().probe, ProbeState::Damaged);
    }
}

void TestWorkerProbe::whatIsLookedForComesFirst()
{
    QVector<QFuture<MediaInfo>> facts;
    for (int index = 0; index < 4; ++index) {
        facts.append(askForFacts(*m_desk, source(), {}, WorkerDesk::Urgency::Later));
    }
    QTRY_COMPARE(m_target->runningCount(), 2);
    const QFuture<MediaInfo> looked = askForFacts(*m_desk, source(), {}, WorkerDesk::Urgency::Now);
    m_target->running().first()->crash(11);
    QTRY_COMPARE(m_target->startedCount(), 3);
    m_target->running().last()->crash(11);
    QTRY_VERIFY(looked.isFinished());
    QVERIFY(!facts.at(2).isFinished() && !facts.at(3).isFinished());
    m_desk.reset();
    QVERIFY(facts.at(3).isCanceled()); // it was never asked
}

void TestWorkerProbe::expectedQuestionsStartWorkers()
{
    WorkerPool workers(*m_target, *m_clock);
    m_desk->expectQuestions(workers);
    QCOMPARE(m_target->requests().size(), 2);
    QVERIFY(m_target->requests().first().sandbox);
    QVERIFY(!m_target->requests().first().task);
    m_desk->expectQuestions(workers);
    QCOMPARE(m_target->requests().size(), 2);
}

static const RegisterTest<TestWorkerProbe> registrationOfWorkerProbe;

} // namespace batchwright

#include "tst_workerprobe.moc"
