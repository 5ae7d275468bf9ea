// Everything that can go wrong in one attempt.
#include "tests/app/run/jobrunnerbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QSemaphore>
#include <QtTest>

#include <csignal>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using Operation = FakeFileOps::Operation;

class TestJobRunnerFailures : public JobRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void failures_data();
    void failures();
    void missingProgram();
    void badSource();
    void totalSizeIsCompared_data();
    void totalSizeIsCompared();
    void errorsBetweenProgressLines();
    void shortResults();
    void checkCommandJudges_data();
    void checkCommandJudges();
    void everyFailingFileOperation_data();
    void everyFailingFileOperation();
    void destroyedWhileAToolRuns();
    void destroyedWhileFoldersAreMade();
    void logIsBounded();
};

void TestJobRunnerFailures::failures_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("exit 1") << u"exit 1"_s << ErrorKind::ToolFailed;
    QTest::newRow("crash") << u"crash"_s << ErrorKind::ToolCrashed;
    QTest::newRow("failed start") << u"failed start"_s << ErrorKind::ToolMissing;
    QTest::newRow("no result") << u"no result"_s << ErrorKind::ResultMissing;
    QTest::newRow("empty result") << u"empty"_s << ErrorKind::ResultEmpty;
    QTest::newRow("result is a folder") << u"folder"_s << ErrorKind::ResultBad;
    QTest::newRow("full disk, exit 0") << u"full"_s << ErrorKind::DiskFull;
    QTest::newRow("damaged source, exit 0") << u"damaged"_s << ErrorKind::DamagedInput;
}

void TestJobRunnerFailures::failures()
{
    FAULT_CASE("E10", Fake);
    FAULT_CASE("E11", Fake);
    FAULT_CASE("B2", Fake);
    QFETCH(QString, what);
    QFETCH(ErrorKind, kind);
    m_target->setOnStart([&](FakeExecution &execution) {
        const QString result = resultPath(execution.request());
        if (what == u"folder"_s) {
            QDir().mkpath(result);
        } else if (what != u"no result"_s) {
            writeFile(result, what == u"empty"_s ? "" : resultBytes);
        }
        if (what == u"full"_s) {
            execution.print({}, "x: No space left on device\n");
        } else if (what == u"damaged"_s) {
            execution.print({}, "in.dat is damaged\n");
        }
        if (what == u"crash"_s) {
            execution.crash(SIGSEGV);
        } else if (what == u"failed start"_s) {
            execution.failToStart(u"Permission denied"_s);
        } else {
            execution.exit(what == u"exit 1"_s ? 1 : 0);
        }
    });
    run(job());
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, kind);
    QVERIFY(!m_result.error.sentence.isEmpty() && !m_result.error.advice.isEmpty());
    QCOMPARE(m_result.outputBytes, 0);
    QVERIFY(m_result.outputPath.isEmpty());
    QVERIFY(namesIn(path(u"results"_s)).isEmpty());
    QCOMPARE(m_result.signal, what == u"crash"_s ? SIGSEGV : 0);
    QCOMPARE(m_result.exitCode, what == u"exit 1"_s ? 1 : 0);
}

void TestJobRunnerFailures::missingProgram()
{
    FAULT_CASE("E1", Fake);
    run(job(R"([{"command": ["missing", "{input}"]}])"));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::ToolMissing);
    QVERIFY(m_result.error.advice.contains(u"its-package"_s));
    QVERIFY(m_target->requests().isEmpty());
}

void TestJobRunnerFailures::badSource()
{
    FAULT_CASE("B15", Fake);
    Job gone = job();
    gone.source = path(u"photos/gone.dat"_s);
    run(gone);
    QCOMPARE(m_ends.first(), JobState::Failed);
    QCOMPARE(m_result.error.kind, ErrorKind::NotFound);
}

void TestJobRunnerFailures::totalSizeIsCompared_data()
{
    QTest::addColumn<int>("totalSize");
    QTest::addColumn<JobState>("state");
    QTest::newRow("as told") << 10 << JobState::Done;
    QTest::newRow("less on the disk") << 4096 << JobState::Failed;
}

void TestJobRunnerFailures::totalSizeIsCompared()
{
    FAULT_CASE("B2", Fake);
    QFETCH(int, totalSize);
    QFETCH(JobState, state);
    m_target->setOnStart([&](FakeExecution &execution) {
        execution.print("total_size=5\nprogress=continue\ntotal_size=" + QByteArray::number(totalSize)
                        + "\nprogress=end\n");
        convert(execution);
    });
    run(job());
    QCOMPARE(m_ends.first(), state);
    QCOMPARE(m_result.error.kind, state == JobState::Done ? ErrorKind::None : ErrorKind::ResultShort);
}

/// The two streams arrive in turns, cut anywhere: a line of one must not become part of a line of the other.
void TestJobRunnerFailures::errorsBetweenProgressLines()
{
    m_target->setOnStart([&](FakeExecution &execution) {
        execution.print("frame=1\ntotal_size=1", {});
        execution.print({}, "\nodd\n");
        execution.print("0\nprogress=end\n", {});
        convert(execution);
    });
    run(job());
    QVERIFY2(m_ends.first() == JobState::Done, qPrintable(m_result.error.sentence));
}

void TestJobRunnerFailures::shortResults()
{
    Job film = job(oneStep, R"({"suffix": "out", "length": "whole"})");
    film.facts.durationMilliseconds = 10000;
    for (const auto &[microseconds, state] :
         {std::pair("9900000", JobState::Done), std::pair("5000000", JobState::Failed)}) {
        m_ends.clear();
        m_target->setOnStart([&, microseconds = microseconds](FakeExecution &execution) {
            execution.print(QByteArray("out_time_us=") + microseconds + "\nprogress=end\n");
            convert(execution);
        });
        run(film);
        QCOMPARE(m_ends.first(), state);
    }
    QCOMPARE(m_result.error.kind, ErrorKind::DamagedInput);
}

void TestJobRunnerFailures::checkCommandJudges_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("opens again") << QByteArray("out_time_us=10000000\nprogress=end\n") << 0
                                 << ErrorKind::None;
    QTest::newRow("does not open") << QByteArray() << 1 << ErrorKind::ResultBad;
    QTest::newRow("is shorter") << QByteArray("out_time_us=3000000\nprogress=end\n") << 0
                                << ErrorKind::DamagedInput;
}

void TestJobRunnerFailures::checkCommandJudges()
{
    QFETCH(QByteArray, output);
    QFETCH(int, exitCode);
    QFETCH(ErrorKind, kind);
    Job film = job(oneStep, R"({"suffix": "wav", "check": "media", "length": "whole"})");
    film.target = path(u"results/a b.wav"_s);
    film.facts.durationMilliseconds = 10000;
    m_target->setOnStart([&](FakeExecution &execution) {
        if (m_target->requests().size() == 1) {
            writeFile(resultPath(execution.request(), u"wav"_s), wavSound(100));
            execution.exit(0);
        } else {
            execution.print(output);
            execution.exit(exitCode);
        }
    });
    run(film);
    QCOMPARE(m_target->requests().size(), 2);
    QCOMPARE(m_target->requests().last().arguments, QStringList{u"out/out.wav"_s});
    QCOMPARE(m_result.error.kind, kind);
    QCOMPARE(QFile::exists(path(u"results/a b.wav"_s)), kind == ErrorKind::None);
}

void TestJobRunnerFailures::everyFailingFileOperation_data()
{
    QTest::addColumn<FakeFileOps::Operation>("operation");
    QTest::addColumn<int>("number");
    QTest::addColumn<JobState>("state");
    const auto row = [](Operation operation, int number, JobState state) {
        QTest::addRow("%s %d", qPrintable(FakeFileOps::operationName(operation)), number)
            << operation << number << state;
    };
    row(Operation::Status, 1, JobState::Failed);
    row(Operation::Status, 2, JobState::Failed);
    row(Operation::CheckReadable, 1, JobState::Failed);
    row(Operation::MakePrivateFolder, 1, JobState::Failed);
    row(Operation::MakePrivateFolder, 2, JobState::Failed);
    row(Operation::MakeSymbolicLink, 1, JobState::Failed);
    row(Operation::MakeSymbolicLink, 2, JobState::Failed);
    row(Operation::MakeFolders, 1, JobState::Failed);
    row(Operation::CopyAttributes, 1, JobState::Done);
    row(Operation::SyncFile, 1, JobState::Failed);
    row(Operation::SyncFolder, 1, JobState::Done);
    row(Operation::RenameWithoutReplacing, 1, JobState::Failed);
}

void TestJobRunnerFailures::everyFailingFileOperation()
{
    FAULT_CASE("E36", Fake);
    QFETCH(FakeFileOps::Operation, operation);
    QFETCH(int, number);
    QFETCH(JobState, state);
    m_target->setOnStart([this](FakeExecution &execution) { convert(execution); });
    m_files->failCall(operation, number, ErrorKind::DiskFull);
    run(job());
    QVERIFY(m_files->calls(operation) >= number);
    QCOMPARE(m_ends.first(), state);
    QCOMPARE(QFile::exists(path(u"results/a b.out"_s)), state == JobState::Done);
    QCOMPARE(m_result.warnings.size(), state == JobState::Done ? 1 : 0);
}

void TestJobRunnerFailures::destroyedWhileAToolRuns()
{
    std::unique_ptr<JobRunner> made = runner(job());
    made->start();
    QTRY_COMPARE(m_target->runningCount(), 1);
    QVERIFY(!leftovers().isEmpty());
    made.reset();
    QCOMPARE(m_target->runningCount(), 0);
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QVERIFY(m_ends.isEmpty());
}

void TestJobRunnerFailures::destroyedWhileFoldersAreMade()
{
    QSemaphore isMaking;
    QSemaphore goOn;
    m_files->setBefore([&](Operation operation, const QString &folder) {
        if (operation == Operation::MakePrivateFolder && folder == path(u"results"_s)) {
            isMaking.release();
            goOn.acquire();
        }
    });
    std::unique_ptr<JobRunner> made = runner(job());
    made->start();
    QVERIFY(isMaking.tryAcquire(1, 20000));
    // Whoever destroys a run may have to wait for the pool: the pool must be able to go on.
    goOn.release();
    made.reset();
    m_pool->waitForDone();
    QCoreApplication::processEvents();
    QVERIFY2(leftovers().isEmpty(), qPrintable(leftovers().join(u' ')));
    QVERIFY(m_ends.isEmpty());
}

void TestJobRunnerFailures::logIsBounded()
{
    FAULT_CASE("E21", Fake);
    m_target->setOnStart([](FakeExecution &execution) {
        for (int count = 0; count < 100; ++count) {
            execution.print(QByteArray(10000, 'o'), QByteArray(10000, 'e'));
        }
        execution.exit(1);
    });
    run(job(twoSteps));
    QCOMPARE(m_ends.first(), JobState::Failed);
    QVERIFY(m_result.log.size() > 1000);
    QVERIFY2(m_result.log.size() < 64 * 1024, qPrintable(QString::number(m_result.log.size())));
}

static const RegisterTest<TestJobRunnerFailures> registrationOfJobRunnerFailures;

} // namespace batchwright

#include "tst_jobrunnerfailures.moc"
