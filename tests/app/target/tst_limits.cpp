// What one run may use: memory, sizes of files, time.
#include "tests/app/support/testregistry.h"
#include "tests/app/target/processrunnerbench.h"
#include "tests/fake/testfiles.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using End = ExecutionResult::End;
using Timeout = ExecutionResult::Timeout;

class TestLimits : public ProcessRunnerBench
{
    Q_OBJECT

private slots:
    void init() { setUp(); }
    void cleanup() { tearDown(); }
    void memory();
    void sizeOfFiles();
    void wallTime();
    void silence();
    void outputEndsSilence();
    void noTimeoutAfterTheEnd();
};

void TestLimits::memory()
{
    ExecutionRequest request = fakeConverter({u"--allocate"_s, QString::number(512LL << 20)});
    Watched without(*m_target, request);
    without.start();
    QVERIFY(without.waitUntilDone());
    QCOMPARE(without.standardOutput, QByteArray("allocate: yes\n"));
    request.limits.addressSpaceBytes = 256LL << 20;
    Watched limited(*m_target, request);
    limited.start();
    QVERIFY(limited.waitUntilDone());
    QCOMPARE(limited.standardOutput, QByteArray("allocate: Cannot allocate memory\n"));
}

void TestLimits::sizeOfFiles()
{
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"in"_s), QByteArray(5000, 'x'));
    ExecutionRequest request =
        fakeConverter({u"--copy"_s, folder.filePath(u"in"_s), folder.filePath(u"out"_s)});
    request.limits.fileBytes = 2500; // where the second half begins
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().end, End::Crashed);
    QCOMPARE(run.results.first().signal, SIGXFSZ);
    request.limits.fileBytes = 5000;
    Watched fits(*m_target, request);
    fits.start();
    QVERIFY(fits.waitUntilDone());
    QCOMPARE(fits.results.first().end, End::Exited);
    QCOMPARE(fits.results.first().exitCode, 0);
}

void TestLimits::wallTime()
{
    // It talks all the time, and does not want to end.
    ExecutionRequest request =
        fakeConverter({u"--ignore-term"_s, u"--progress"_s, u"100000"_s, u"--duration"_s, u"60000"_s});
    request.limits.wallMilliseconds = 30;
    request.limits.silenceMilliseconds = 10 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().timeout, Timeout::Wall);
    QVERIFY(!run.results.first().stopWasAsked);
    QVERIFY(!isAlive(run.processId));
}

void TestLimits::silence()
{
    ExecutionRequest request = fakeConverter({u"--say"_s, u"hello"_s, u"--wait-for"_s, u"/never"_s});
    request.limits.silenceMilliseconds = 30;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().timeout, Timeout::Silence);
}

void TestLimits::outputEndsSilence()
{
    // Longer than the limit as a whole, with a word every 50 ms.
    ExecutionRequest request = fakeConverter({u"--progress"_s, u"60"_s, u"--duration"_s, u"3000"_s});
    request.limits.silenceMilliseconds = 2500;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    QCOMPARE(run.results.first().timeout, Timeout::None);
    QCOMPARE(run.results.first().exitCode, 0);
}

void TestLimits::noTimeoutAfterTheEnd()
{
    ExecutionRequest request = fakeConverter({});
    request.limits.wallMilliseconds = 2 * patience;
    request.limits.silenceMilliseconds = 2 * patience;
    Watched run(*m_target, request);
    run.start();
    QVERIFY(run.waitUntilDone());
    letEverythingArrive();
    QCOMPARE(run.results.size(), 1);
    QCOMPARE(run.results.first().timeout, Timeout::None);
}

static const RegisterTest<TestLimits> registrationOfLimits;

} // namespace batchwright

#include "tst_limits.moc"
