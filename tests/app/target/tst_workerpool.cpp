// Warm workers: who is used again, who is replaced, and what a file can do to the others.
#include "tests/app/support/sandbox.h"
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/fake/fakeclock.h"
#include "tests/fake/testfiles.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <fcntl.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;
using Timeout = ExecutionResult::Timeout;

class TestWorkerPool : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void isUsedAgain();
    void twoTasksHaveTwoWorkers();
    void expectedTasksFindWorkers();
    void failureIsAnAnswer();
    void progressArrives();
    void crashFailsOneFile();
    void crashOfAWarmOneIsTriedAgain();
    void nonsenseIsACrash();
    void stopEndsIt();
    void stopBeforeTheStart();
    void timeLimitEndsIt();
    void otherLimitsNeedAnother();
    void retiredOnesAreNotUsed();
    void deadOnesAreNotUsed();
    void idleOnesEnd();
    void missingProgramIsSaid();
    void destroyingEndsIt();
    void seesNothingInASandbox();

private:
    ExecutionRequest request(const QByteArray &wish);
    /// Runs it to its end.
    ExecutionResult run(const ExecutionRequest &request);
    qint64 workerOf(const ExecutionResult &result) const
    {
        return result.answer ? (**result.answer).bytes : 0;
    }
    QByteArray result() const { return readFile(m_folder->filePath(u"result"_s)); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<worker::OpenFile> m_files;
    int m_count = 0;
};

void TestWorkerPool::init()
{
    setUp();
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestWorkerPool::cleanup()
{
    tearDown();
    m_files.clear();
}

ExecutionRequest TestWorkerPool::request(const QByteArray &wish)
{
    const QString source = m_folder->filePath(QString::number(++m_count));
    writeFile(source, wish);
    const QByteArray target = QFile::encodeName(m_folder->filePath(u"result"_s));
    m_files.emplace_back(::open(QFile::encodeName(source).constData(), O_RDONLY | O_CLOEXEC));
    m_files.emplace_back(::open(target.constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    ExecutionRequest request;
    request.program = QStringLiteral(FAKEWORKER);
    request.task.emplace();
    request.task->request.task = worker::ConvertTask{};
    request.task->source = m_files.at(m_files.size() - 2).number();
    request.task->result = m_files.back().number();
    return request;
}

ExecutionResult TestWorkerPool::run(const ExecutionRequest &request)
{
    Watched watched(*m_target, request);
    watched.start();
    return watched.waitUntilDone() ? watched.results.first() : ExecutionResult{};
}

void TestWorkerPool::isUsedAgain()
{
    const ExecutionResult first = run(request("done"));
    QCOMPARE(first.end, End::Answered);
    QVERIFY(first.answer->has_value());
    QCOMPARE(result(), "the result");
    QCOMPARE(m_target->workers().idleCount(), 1);
    const ExecutionResult second = run(request("done"));
    QCOMPARE(workerOf(second), workerOf(first));
    QCOMPARE((**second.answer).pages, 2);
    QCOMPARE(m_target->workers().idleCount(), 1);
}

void TestWorkerPool::twoTasksHaveTwoWorkers()
{
    Watched one(*m_target, request("done"));
    Watched two(*m_target, request("done"));
    one.start();
    two.start();
    QVERIFY(one.waitUntilDone() && two.waitUntilDone());
    QVERIFY(workerOf(one.results.first()) != workerOf(two.results.first()));
    QCOMPARE(m_target->workers().idleCount(), 2);
    QTRY_COMPARE(one.processId, workerOf(one.results.first()));
}

void TestWorkerPool::expectedTasksFindWorkers()
{
    m_target->workers().warmUp(request({}), 2);
    m_target->workers().warmUp(request({}), 2);
    QCOMPARE(m_target->workers().idleCount(), 2);
    Watched early(*m_target, request("done")); // it is not ready yet
    early.start();
    QCOMPARE(m_target->workers().idleCount(), 1);
    QVERIFY(early.waitUntilDone());
    QCOMPARE(early.results.first().end, End::Answered);
    QCOMPARE(m_target->workers().idleCount(), 2);
    QCOMPARE(workerOf(run(request("done"))), workerOf(early.results.first()));
    // One that cannot be started is not kept.
    m_target->workers().retireAll();
    ExecutionRequest missing = request({});
    missing.program = QStringLiteral("/no/such/worker");
    m_target->workers().warmUp(missing, 1);
    QTRY_COMPARE(m_target->workers().idleCount(), 0);
}

void TestWorkerPool::failureIsAnAnswer()
{
    const ExecutionResult failed = run(request("fail"));
    QCOMPARE(failed.end, End::Answered);
    QVERIFY(!failed.answer->has_value());
    QCOMPARE(failed.answer->error().sentence, u"It is torn."_s);
    QCOMPARE((**run(request("done")).answer).pages, 2); // the worker itself is well
}

void TestWorkerPool::progressArrives()
{
    Watched watched(*m_target, request("progress"));
    QVector<double> fractions;
    connect(watched.execution.get(), &Execution::fractionArrived, this,
            [&](double fraction) { fractions.append(fraction); });
    watched.start();
    QVERIFY(watched.waitUntilDone());
    QCOMPARE(fractions, QVector<double>{0.5});
}

void TestWorkerPool::crashFailsOneFile()
{
    Watched other(*m_target, request("hang"));
    other.start();
    const ExecutionResult crashed = run(request("crash"));
    QCOMPARE(crashed.end, End::Crashed);
    QCOMPARE(crashed.signal, SIGABRT);
    QVERIFY(!crashed.answer);
    QCOMPARE(m_target->workers().idleCount(), 0);
    QVERIFY(run(request("done")).answer->has_value());
    QVERIFY(other.results.isEmpty()); // the others do not notice
    other.execution->stop();
    QVERIFY(other.waitUntilDone());
}

void TestWorkerPool::crashOfAWarmOneIsTriedAgain()
{
    const qint64 first = workerOf(run(request("done")));
    const ExecutionResult second = run(request("crash when warm"));
    QCOMPARE(second.end, End::Answered);
    QVERIFY(workerOf(second) != first);
    QCOMPARE(result(), "the result");                  // and nothing of the first try
    QCOMPARE(run(request("crash")).end, End::Crashed); // twice is enough
}

void TestWorkerPool::nonsenseIsACrash()
{
    QCOMPARE(run(request("nonsense")).end, End::Crashed);
    QCOMPARE(m_target->workers().idleCount(), 0);
}

void TestWorkerPool::stopEndsIt()
{
    Watched watched(*m_target, request("hang"));
    watched.start();
    QTRY_VERIFY(watched.processId > 0);
    watched.execution->stop();
    QVERIFY(watched.waitUntilDone());
    QVERIFY(watched.results.first().stopWasAsked);
    QVERIFY(!watched.results.first().answer);
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestWorkerPool::stopBeforeTheStart()
{
    Watched watched(*m_target, request("done"));
    watched.execution->stop();
    watched.start();
    QVERIFY(watched.waitUntilDone());
    QVERIFY(watched.results.first().stopWasAsked);
    QVERIFY(!watched.results.first().answer);
}

void TestWorkerPool::timeLimitEndsIt()
{
    ExecutionRequest limited = request("hang");
    limited.limits.wallMilliseconds = 50;
    const ExecutionResult ended = run(limited);
    QCOMPARE(ended.timeout, Timeout::Wall);
    QVERIFY(!ended.stopWasAsked);
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestWorkerPool::otherLimitsNeedAnother()
{
    const qint64 first = workerOf(run(request("done")));
    ExecutionRequest limited = request("done");
    limited.limits.fileBytes = 1'000'000;
    QVERIFY(workerOf(run(limited)) != first);
    QCOMPARE(m_target->workers().idleCount(), 1); // never more than there were tasks at a time
}

void TestWorkerPool::retiredOnesAreNotUsed()
{
    const qint64 first = workerOf(run(request("done")));
    m_target->setSandbox(LocalTarget::SandboxUse::Without);
    QCOMPARE(m_target->workers().idleCount(), 0);
    QVERIFY(workerOf(run(request("done"))) != first);
    // One that was busy meanwhile goes when it is done.
    Watched watched(*m_target, request("done"));
    watched.start();
    m_target->setSandbox(LocalTarget::SandboxUse::Without);
    QVERIFY(watched.waitUntilDone());
    QCOMPARE(m_target->workers().idleCount(), 0);
}

void TestWorkerPool::deadOnesAreNotUsed()
{
    const qint64 first = workerOf(run(request("done")));
    ::kill(static_cast<pid_t>(first), SIGKILL);
    QTRY_COMPARE(m_target->workers().idleCount(), 0);
    QVERIFY(workerOf(run(request("done"))) > 0);
}

void TestWorkerPool::idleOnesEnd()
{
    FakeClock clock;
    m_target = std::make_unique<LocalTarget>(&clock);
    WorkerPool &pool = m_target->workers();
    QVERIFY(!pool.isWatching());
    Watched one(*m_target, request("done"));
    Watched two(*m_target, request("done"));
    one.start();
    two.start();
    QVERIFY(one.waitUntilDone() && two.waitUntilDone());
    QCOMPARE(pool.idleCount(), 2);
    QVERIFY(pool.isWatching());
    clock.advance(WorkerPool::longestIdle);
    pool.endOld();
    QCOMPARE(pool.idleCount(), 2); // not longer than that yet
    const qint64 used = workerOf(run(request("done")));
    clock.advance(1);
    pool.endOld();
    QCOMPARE(pool.idleCount(), 1); // the other one
    QTRY_COMPARE(livingChildren().size(), 1);
    QCOMPARE(workerOf(run(request("done"))), used);
    clock.advance(WorkerPool::longestIdle + 1);
    QVERIFY(pool.isWatching());
    pool.endOld();
    QCOMPARE(pool.idleCount(), 0);
    QTRY_VERIFY(livingChildren().isEmpty());
    QVERIFY(!pool.isWatching()); // an idle program wakes up for nothing
    QVERIFY(workerOf(run(request("done"))) > 0);
    m_target.reset(); // before the clock
}

void TestWorkerPool::missingProgramIsSaid()
{
    ExecutionRequest missing = request("done");
    missing.program = u"/nowhere/worker"_s;
    const ExecutionResult result = run(missing);
    QCOMPARE(result.end, End::FailedToStart);
    QVERIFY(!result.startProblem.isEmpty());
}

void TestWorkerPool::destroyingEndsIt()
{
    {
        Watched watched(*m_target, request("hang"));
        watched.start();
        QTRY_VERIFY(watched.processId > 0);
    }
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestWorkerPool::seesNothingInASandbox()
{
    const FoundSandbox sandbox = findSandbox();
    if (sandbox.state.kind != SandboxState::Kind::Available) {
        QSKIP("There is no sandbox here.");
    }
    m_target->setSandbox(LocalTarget::SandboxUse::Within, sandbox.host);
    ExecutionRequest locked = request("look");
    locked.sandbox.emplace();
    const ExecutionResult looked = run(locked);
    QCOMPARE(looked.end, End::Answered);
    QCOMPARE((**looked.answer).warnings, QStringList());
    QCOMPARE(result(), "the result");
    // Without, it could: so that this test can fail.
    m_target->setSandbox(LocalTarget::SandboxUse::Without);
    QCOMPARE((**run(locked).answer).warnings,
             QStringList({u"opened the source for writing"_s, u"opened /etc/passwd"_s}));
}

static const RegisterTest<TestWorkerPool> registrationOfWorkerPool;

} // namespace batchwright

#include "tst_workerpool.moc"
