// Stopping and destroying what runs: ProcessRunner and ProcessReaper.
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <csignal>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

class TestProcessStop : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void leadsItsOwnGroup();
    void stopAsksFirst();
    void stopWakesASuspendedProgram();
    void stopKillsAfterTheGrace();
    void stopBeforeStart();
    void frozenIsSuspended();
    void frozenTimeIsNoTime();
    void frozenBeforeItsStart();
    void stopEndsWhatIsFrozen();
    void stopAgainAndAfterTheEnd();
    void destroyingKills_data();
    void destroyingKills();
    void destroyedInDone();
    void targetTakesAllWithIt();
};

void TestProcessStop::leadsItsOwnGroup()
{
    Watched run(*m_target, fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    QCOMPARE(::getpgid(static_cast<pid_t>(run.processId)), static_cast<pid_t>(run.processId));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
}

void TestProcessStop::stopAsksFirst()
{
    ExecutionRequest request = fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.stopGraceMilliseconds = 10 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    run.execution->stop();
    QVERIFY(run.results.isEmpty()); // never from inside
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::Crashed);
    QCOMPARE(run.results.first().signal, SIGTERM);
    QVERIFY(run.results.first().stopWasAsked);
}

void TestProcessStop::stopWakesASuspendedProgram()
{
    FAULT_CASE("E26", Real);
    ExecutionRequest request = fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.stopGraceMilliseconds = 10 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    QVERIFY(::kill(static_cast<pid_t>(run.processId), SIGSTOP) == 0);
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().signal, SIGTERM);
}

void TestProcessStop::stopKillsAfterTheGrace()
{
    FAULT_CASE("E23", Real);
    Watched run(*m_target, fakeConverter({u"--ignore-term"_s, u"--grandchild"_s, u"--say"_s, u"ready"_s,
                                          u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    const qint64 grandchild = run.grandchild();
    QVERIFY(isAlive(run.processId) && isAlive(grandchild));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().signal, SIGKILL);
    QVERIFY(run.results.first().stopWasAsked);
    QTRY_VERIFY(!isAlive(grandchild));
}

void TestProcessStop::frozenIsSuspended()
{
    // Also what it has started, be it in a session of its own.
    Watched run(*m_target,
                fakeConverter({u"--runaway"_s, u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    const QByteArray printed = run.standardOutput;
    const qint64 grandchild =
        printed.mid(printed.indexOf("grandchild ") + 11).split('\n').first().toLongLong();
    QVERIFY(isAlive(grandchild));
    run.execution->setFrozen(true);
    for (const qint64 process : {run.processId, grandchild}) {
        QTRY_COMPARE(processState(process).letter, 'T');
    }
    run.execution->setFrozen(true);
    run.execution->setFrozen(false);
    for (const qint64 process : {run.processId, grandchild}) {
        QTRY_VERIFY(processState(process).letter != 'T');
    }
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    ::kill(static_cast<pid_t>(grandchild), SIGKILL);
}

void TestProcessStop::frozenTimeIsNoTime()
{
    ExecutionRequest request = fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.limits.wallMilliseconds = 300;
    Watched frozen(*m_target, request);
    frozen.start();
    QVERIFY(frozen.waitForOutput("ready"));
    frozen.execution->setFrozen(true);
    Watched other(*m_target, request);
    other.start();
    QVERIFY(other.waitUntilDone());
    QCOMPARE(other.results.first().timeout, ExecutionResult::Timeout::Wall);
    QVERIFY(frozen.results.isEmpty());
    frozen.execution->setFrozen(false);
    QVERIFY(frozen.waitUntilDone());
    QCOMPARE(frozen.results.first().timeout, ExecutionResult::Timeout::Wall);
}

void TestProcessStop::frozenBeforeItsStart()
{
    Watched run(*m_target, fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    run.execution->setFrozen(true);
    QTRY_VERIFY(run.processId > 0);
    QTRY_COMPARE(processState(run.processId).letter, 'T');
    run.execution->setFrozen(false);
    QVERIFY(run.waitForOutput("ready"));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
}

void TestProcessStop::stopEndsWhatIsFrozen()
{
    ExecutionRequest request = fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.stopGraceMilliseconds = 10 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    run.execution->setFrozen(true);
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().signal, SIGTERM);
}

void TestProcessStop::stopBeforeStart()
{
    FAULT_CASE("E28", Real);
    Watched run(*m_target, fakeConverter({u"--wait-for"_s, u"/never"_s}));
    run.execution->stop();
    run.start();
    QVERIFY(run.waitUntilDone());
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
    QVERIFY(run.results.first().stopWasAsked);
    QCOMPARE(run.results.first().end, End::Crashed);
}

void TestProcessStop::stopAgainAndAfterTheEnd()
{
    Watched run(*m_target, fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    run.execution->stop();
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    run.execution->stop();
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
}

void TestProcessStop::destroyingKills_data()
{
    QTest::addColumn<bool>("hasStarted");
    QTest::newRow("while it runs") << true;
    QTest::newRow("while it starts") << false;
}

void TestProcessStop::destroyingKills()
{
    QFETCH(bool, hasStarted);
    Watched run(*m_target, fakeConverter({u"--ignore-term"_s, u"--grandchild"_s, u"--say"_s, u"ready"_s,
                                          u"--wait-for"_s, u"/never"_s}));
    run.start();
    if (hasStarted) {
        QVERIFY(run.waitForOutput("ready"));
    }
    run.execution.reset();
    QTRY_VERIFY(livingChildren().isEmpty());
    QTRY_VERIFY(!hasStarted || !isAlive(run.grandchild()));
    letEverythingArrive();
    QVERIFY(run.results.isEmpty());
}

void TestProcessStop::destroyedInDone()
{
    int ended = 0;
    std::unique_ptr<Execution> execution = m_target->prepare(fakeConverter({}));
    connect(execution.get(), &Execution::done, this, [&] {
        ++ended;
        execution.release()->deleteLater();
    });
    execution->start();
    QTRY_COMPARE(ended, 1);
    letEverythingArrive();
    QVERIFY(!execution);
}

void TestProcessStop::targetTakesAllWithIt()
{
    FAULT_CASE("E31", Real);
    std::vector<std::unique_ptr<Watched>> runs;
    for (int count = 0; count < 5; ++count) {
        runs.push_back(
            std::make_unique<Watched>(*m_target, fakeConverter({u"--ignore-term"_s, u"--say"_s, u"ready"_s,
                                                                u"--wait-for"_s, u"/never"_s})));
        runs.back()->start();
        QVERIFY(runs.back()->waitForOutput("ready"));
    }
    QCOMPARE(livingChildren().size(), 5);
    runs.clear();
    m_target.reset();
    // Without a turn of the event loop: this is what happens at exit.
    QVERIFY(livingChildren().isEmpty());
}

static const RegisterTest<TestProcessStop> registrationOfProcessStop;

} // namespace batchwright

#include "tst_processstop.moc"
