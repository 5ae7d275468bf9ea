// Programs that are hard to stop: families, runaways, sleepers, and a real ffmpeg.
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <cerrno>
#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;

class TestStopFaults : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void familyOfAShell();
    void suspendedAHundredTimes();
    void termIsSentOnce();
    void ffmpegEndsItsFile();
};

void TestStopFaults::familyOfAShell()
{
    FAULT_CASE("E24", Real);
    FAULT_CASE("B8", Real);
    const QByteArray token = "family-" + QByteArray::number(QCoreApplication::applicationPid());
    const QString child =
        u"'%1' --say %2 --ignore-term --grandchild --wait-for /never"_s.arg(QStringLiteral(FAKECONVERTER),
                                                                            QString::fromLatin1(token));
    ExecutionRequest request = fakeConverter({u"-c"_s, child + u" & "_s + child + u" & wait"_s});
    request.program = u"/bin/sh"_s;
    Watched run(*m_target, request);
    run.start();
    QTRY_COMPARE(run.standardOutput.count(token), 2);
    QCOMPARE(processesWithArgument(token).size(), 5); // the shell, two children, and a child of each
    const qint64 group = run.processId;
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QTRY_COMPARE(processesWithArgument(token).size(), 0);
    QTRY_VERIFY(::kill(static_cast<pid_t>(-group), 0) != 0 && errno == ESRCH);
}

void TestStopFaults::suspendedAHundredTimes()
{
    FAULT_CASE("E26", Real);
    const QTemporaryDir folder;
    const QString gate = folder.filePath(u"gate"_s);
    Watched run(*m_target, fakeConverter({u"--say"_s, u"ready"_s, u"--wait-for"_s, gate, u"--last-words"_s,
                                          u"4096"_s, u"--exit"_s, u"7"_s}));
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    for (int count = 0; count < 100; ++count) {
        QVERIFY(::kill(static_cast<pid_t>(run.processId), SIGSTOP) == 0);
        QTRY_VERIFY(processState(run.processId).letter == 'T');
        QVERIFY(::kill(static_cast<pid_t>(run.processId), SIGCONT) == 0);
        QTRY_VERIFY(processState(run.processId).letter != 'T');
    }
    QVERIFY(run.results.isEmpty()); // neither an end nor a failure
    writeFile(gate, "open");
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::Exited);
    QCOMPARE(run.results.first().exitCode, 7);
    QCOMPARE(run.standardOutput.size(), 6 + 4096);
}

void TestStopFaults::termIsSentOnce()
{
    FAULT_CASE("E27", Real);
    ExecutionRequest request =
        fakeConverter({u"--tell-signals"_s, u"--say"_s, u"ready"_s, u"--wait-for"_s, u"/never"_s});
    request.stopGraceMilliseconds = 200;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("ready"));
    for (int count = 0; count < 5; ++count) {
        run.execution->stop();
    }
    QVERIFY(run.waitForOutput("signal"));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.standardOutput, "ready\nsignal 15\n"); // ffmpeg gives up at the fourth
    QCOMPARE(run.results.first().signal, SIGKILL);
}

void TestStopFaults::ffmpegEndsItsFile()
{
    FAULT_CASE("E27", Real);
    const QString ffmpeg = QStandardPaths::findExecutable(u"ffmpeg"_s);
    if (ffmpeg.isEmpty()) {
        QSKIP("ffmpeg is not installed.");
    }
    const QTemporaryDir folder;
    const QString film = folder.filePath(u"film.mp4"_s); // without its trailer it does not play
    ExecutionRequest request =
        fakeConverter({u"-nostdin"_s, u"-v"_s, u"error"_s, u"-progress"_s, u"pipe:1"_s, u"-re"_s, u"-f"_s,
                       u"lavfi"_s, u"-i"_s, u"testsrc=s=64x48:r=25"_s, u"-c:v"_s, u"mpeg4"_s, film});
    request.program = ffmpeg;
    request.stopGraceMilliseconds = 5000;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitForOutput("frame=25"));
    run.execution->stop();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::Exited);
    QCOMPARE(run.results.first().exitCode, 255);
    QVERIFY(run.results.first().stopWasAsked); // which is what tells it from a failure
    request.arguments = QStringList{u"-nostdin"_s, u"-v"_s, u"error"_s, u"-xerror"_s, u"-i"_s,
                                    film,          u"-f"_s, u"null"_s,  u"-"_s};
    Watched player(*m_target, request);
    player.start();
    QVERIFY(player.waitUntilDone());
    QCOMPARE(player.results.first().exitCode, 0);
    QCOMPARE(player.standardError, "");
}

static const RegisterTest<TestStopFaults> registrationOfStopFaults;

} // namespace batchwright

#include "tst_stopfaults.moc"
