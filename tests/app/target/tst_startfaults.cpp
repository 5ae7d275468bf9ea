// Starts that fail for other reasons than the program, and starts that are over before anybody looks.
#include "tests/app/support/limits.h"
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/faults/faultcase.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

namespace {

/// Blocks until a child of ours has ended, and leaves it to whoever looks after it.
void waitForAnEnd()
{
    siginfo_t info = {};
    while (::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
}

/// A process of nobody's that leads a group under a number of our choice, which must be free.
class Bystander final
{
public:
    explicit Bystander(qint64 wanted)
    {
        // Others start processes as well, so the number may be gone when we come.
        for (int attempt = 0; attempt < 500 && m_id != wanted; ++attempt) {
            end();
            QFile last(QStringLiteral("/proc/sys/kernel/ns_last_pid"));
            if (!last.open(QIODevice::WriteOnly) || last.write(QByteArray::number(wanted - 1)) <= 0) {
                return;
            }
            last.close();
            m_id = ::fork();
            if (m_id == 0) {
                ::setpgid(0, 0);
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                while (true) {
                    ::pause();
                }
            }
            ::setpgid(static_cast<pid_t>(m_id), static_cast<pid_t>(m_id));
        }
    }
    Bystander(const Bystander &) = delete;
    Bystander &operator=(const Bystander &) = delete;
    ~Bystander() { end(); }
    qint64 id() const { return m_id; }

private:
    void end()
    {
        if (m_id > 0) {
            ::kill(static_cast<pid_t>(m_id), SIGKILL);
            ::waitpid(static_cast<pid_t>(m_id), nullptr, 0);
            m_id = 0;
        }
    }

    qint64 m_id = 0;
};

} // namespace

class TestStartFaults : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void workingFolderIsGone();
    void noFileHandleLeft_data();
    void noFileHandleLeft();
    void noProcessLeft();
    void commandIsTooLong_data();
    void commandIsTooLong();
    void overBeforeTheStartIsSeen_data();
    void overBeforeTheStartIsSeen();
    void numberIsReused_data();
    void numberIsReused();
};

void TestStartFaults::workingFolderIsGone()
{
    FAULT_CASE("E4", Real);
    ExecutionRequest request = fakeConverter({});
    {
        const QTemporaryDir folder;
        request.workingFolder = folder.path();
    }
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::FailedToStart);
    QCOMPARE(run.results.first().startErrno, ENOENT);
    // How the judge tells it from a missing program.
    QVERIFY2(run.results.first().startProblem.startsWith(u"chdir"_s),
             qPrintable(run.results.first().startProblem));
}

void TestStartFaults::noFileHandleLeft_data()
{
    QTest::addColumn<int>("left");
    for (int left = 0; left <= 12; ++left) {
        QTest::addRow("%d left", left) << left;
    }
}

void TestStartFaults::noFileHandleLeft()
{
    FAULT_CASE("E5", Real);
    QFETCH(int, left);
    Watched starved(*m_target, fakeConverter({u"--say"_s, u"hello"_s}));
    {
        const FewFileHandles few(left);
        starved.start();
    }
    QVERIFY(starved.waitUntilDone());
    letEverythingArrive();
    QCOMPARE(starved.results.size(), 1);
    const ExecutionResult &result = starved.results.first();
    if (result.end == End::FailedToStart) {
        QVERIFY2(result.startErrno == EMFILE, qPrintable(result.startProblem));
        QVERIFY2(left < 16, qPrintable(result.startProblem)); // a start takes nine at most
    } else {
        QVERIFY(left > 3);
        QCOMPARE(starved.standardOutput, "hello\n");
    }
    // They are back: so are we.
    Watched fed(*m_target, fakeConverter({u"--say"_s, u"hello"_s}));
    fed.start();
    QVERIFY(fed.waitUntilDone());
    QCOMPARE(fed.standardOutput, "hello\n");
}

void TestStartFaults::noProcessLeft()
{
    FAULT_CASE("E6", Real);
    Watched starved(*m_target, fakeConverter({}));
    {
        const NoMoreProcesses none;
        if (!none.isInForce()) {
            QSKIP("The number of processes cannot be limited here.");
        }
        starved.start();
    }
    QVERIFY(starved.waitUntilDone());
    QCOMPARE(starved.results.first().end, End::FailedToStart);
    QVERIFY2(starved.results.first().startErrno == EAGAIN, qPrintable(starved.results.first().startProblem));
    letEverythingArrive(); // a process starts again
    QCOMPARE(starved.results.size(), 1);
}

void TestStartFaults::commandIsTooLong_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("length");
    QTest::newRow("one argument of 200 KiB") << 1 << 200 * 1024;
    QTest::newRow("10 MB in all") << 100 << 100 * 1000;
}

void TestStartFaults::commandIsTooLong()
{
    FAULT_CASE("E7", Real);
    QFETCH(int, count);
    QFETCH(int, length);
    Watched run(*m_target, fakeConverter(QStringList(count, QString(length, u'a'))));
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::FailedToStart);
    QCOMPARE(run.results.first().startErrno, E2BIG);
}

void TestStartFaults::overBeforeTheStartIsSeen_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::newRow("exit 0") << 0;
    QTest::newRow("exit 1") << 1;
}

void TestStartFaults::overBeforeTheStartIsSeen()
{
    FAULT_CASE("E9", Real);
    QFETCH(int, exitCode);
    for (int round = 0; round < 1000; ++round) {
        Watched run(*m_target, fakeConverter({u"--exit"_s, QString::number(exitCode)}));
        run.start();
        waitForAnEnd(); // without a turn of the event loop
        QVERIFY(run.results.isEmpty() && run.processId == 0);
        QVERIFY(run.waitUntilDone());
        QVERIFY(run.processId > 0);
        QCOMPARE(run.results.size(), 1);
        QCOMPARE(run.results.first().end, End::Exited);
        QCOMPARE(run.results.first().exitCode, exitCode);
    }
    letEverythingArrive();
}

void TestStartFaults::numberIsReused_data()
{
    QTest::addColumn<bool>("isDestroyedWhileItRuns");
    QTest::newRow("after its end") << false;
    QTest::newRow("given to the reaper") << true;
}

void TestStartFaults::numberIsReused()
{
    FAULT_CASE("E30", Real);
    QFETCH(bool, isDestroyedWhileItRuns);
    auto run =
        std::make_unique<Watched>(*m_target,
                                  fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run->start();
    QVERIFY(run->waitForOutput("ready"));
    const qint64 number = run->processId;
    if (isDestroyedWhileItRuns) {
        run->execution.reset();
    } else {
        run->execution->stop();
        QVERIFY(run->waitUntilDone());
    }
    QTRY_VERIFY(::kill(static_cast<pid_t>(number), 0) != 0 && errno == ESRCH); // the number is free
    const Bystander bystander(number);
    if (bystander.id() != number) {
        QSKIP("No process can be made under a number of our choice here; that needs root.");
    }
    if (run->execution) {
        run->execution->stop();
    }
    run.reset();
    letEverythingArrive();
    m_target.reset();
    QCoreApplication::processEvents();
    QVERIFY(isAlive(number));
}

static const RegisterTest<TestStartFaults> registrationOfStartFaults;

} // namespace batchwright

#include "tst_startfaults.moc"
