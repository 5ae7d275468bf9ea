#include "app/session/queueholds.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/fakefileops.h"

#include <QSignalSpy>
#include <QtTest>

#include <csignal>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestQueueHolds : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void limitOfLowSpace();
    void fullDiskHoldsUntilThereIsMore();
    void fullDiskFailsWhenAsked();
    void lowDiskHoldsBeforeAnythingFails();
    void busySystemPausesLongerEachTime();
    void killedConverterIsTriedOnceMore();
    void otherFailuresAreFinal();
    void personGoesOn();

private:
    static Job job(int attempt = 1);
    static JobResult failure(ErrorKind kind, int signal = 0);

    std::unique_ptr<FakeFileOps> m_files;
    std::unique_ptr<QThreadPool> m_pool;
    std::unique_ptr<QueueHolds> m_holds;
};

void TestQueueHolds::init()
{
    m_files = std::make_unique<FakeFileOps>();
    m_pool = std::make_unique<QThreadPool>();
    QueueHolds::Pauses pauses;
    pauses.spaceCheck = 1;
    pauses.firstBusy = 1;
    pauses.longestBusy = 4;
    m_holds = std::make_unique<QueueHolds>(*m_files, *m_pool, pauses);
    m_files->setFreeBytes(50'000'000'000);
}

void TestQueueHolds::cleanup()
{
    m_pool->waitForDone();
}

Job TestQueueHolds::job(int attempt)
{
    Job made;
    made.id = JobId{1};
    made.target = u"/results/a.png"_s;
    made.attempt = attempt;
    return made;
}

JobResult TestQueueHolds::failure(ErrorKind kind, int signal)
{
    JobResult result;
    result.error = {kind, u"It failed."_s, u"Retry."_s, QString()};
    result.signal = signal;
    return result;
}

void TestQueueHolds::limitOfLowSpace()
{
    QCOMPARE(lowSpaceLimit(64'000'000), 1'280'000);
    QCOMPARE(lowSpaceLimit(4'000'000'000'000), 500'000'000);
}

void TestQueueHolds::fullDiskHoldsUntilThereIsMore()
{
    m_files->setFreeBytes(3'000'000'000); // enough to begin with, too little for what failed
    const auto retry = m_holds->judge(job(), failure(ErrorKind::DiskFull));
    QVERIFY(retry);
    QCOMPARE(retry->place, Scheduler::Retry::Place::First);
    QVERIFY(!retry->note.isEmpty());
    QVERIFY(m_holds->isHolding());
    QCOMPARE(m_holds->reason()->kind, ErrorKind::DiskFull);
    QVERIFY(m_holds->reason()->sentence.contains(u"/results"_s));
    const int looks = m_files->calls(FakeFileOps::Operation::FreeBytes);
    QTRY_VERIFY(m_files->calls(FakeFileOps::Operation::FreeBytes) > looks + 3);
    QVERIFY(m_holds->isHolding()); // as much as before is not enough
    m_files->setFreeBytes(3'200'000'000);
    QTRY_VERIFY(!m_holds->isHolding());
}

void TestQueueHolds::fullDiskFailsWhenAsked()
{
    m_holds->setFullDiskRule(FullDiskRule::Fail);
    QVERIFY(!m_holds->judge(job(), failure(ErrorKind::DiskFull)));
    m_files->setFreeBytes(0);
    m_holds->watch(u"/results"_s);
    QVERIFY(!m_holds->isHolding());
}

void TestQueueHolds::lowDiskHoldsBeforeAnythingFails()
{
    QSignalSpy changed(m_holds.get(), &QueueHolds::changed);
    m_holds->watch(u"/results"_s);
    const int looks = m_files->calls(FakeFileOps::Operation::FreeBytes);
    QTRY_VERIFY(m_files->calls(FakeFileOps::Operation::FreeBytes) > looks + 2);
    QVERIFY(!m_holds->isHolding());
    m_files->setFreeBytes(499'000'000);
    QTRY_VERIFY(m_holds->isHolding());
    QVERIFY(m_holds->reason()->sentence.contains(u"499"_s));
    m_files->setFreeBytes(501'000'000);
    QTRY_VERIFY(!m_holds->isHolding());
    QCOMPARE(changed.size(), 2);
    m_holds->end();
    const int looksAtTheEnd = m_files->calls(FakeFileOps::Operation::FreeBytes);
    m_pool->waitForDone();
    QCoreApplication::processEvents();
    QVERIFY(m_files->calls(FakeFileOps::Operation::FreeBytes) <= looksAtTheEnd + 1);
}

void TestQueueHolds::busySystemPausesLongerEachTime()
{
    for (int round = 0; round < 4; ++round) {
        const auto retry = m_holds->judge(job(), failure(ErrorKind::SystemBusy));
        QVERIFY(retry);
        QVERIFY(m_holds->isHolding());
        QCOMPARE(m_holds->reason()->kind, ErrorKind::SystemBusy);
        QTRY_VERIFY(!m_holds->isHolding()); // by itself
    }
}

void TestQueueHolds::killedConverterIsTriedOnceMore()
{
    const auto retry = m_holds->judge(job(1), failure(ErrorKind::ToolCrashed, SIGKILL));
    QVERIFY(retry);
    QCOMPARE(retry->place, Scheduler::Retry::Place::Last);
    QVERIFY(!m_holds->isHolding());
    QVERIFY(!m_holds->judge(job(2), failure(ErrorKind::ToolCrashed, SIGKILL)));
    QVERIFY(!m_holds->judge(job(1), failure(ErrorKind::ToolCrashed, SIGSEGV)));
}

void TestQueueHolds::otherFailuresAreFinal()
{
    for (const ErrorKind kind : {ErrorKind::DamagedInput, ErrorKind::ToolFailed, ErrorKind::ToolMissing,
                                 ErrorKind::NotWritable, ErrorKind::TimedOut}) {
        QVERIFY(!m_holds->judge(job(), failure(kind)));
    }
}

void TestQueueHolds::personGoesOn()
{
    QVERIFY(m_holds->judge(job(), failure(ErrorKind::DiskFull)));
    m_holds->release();
    QVERIFY(!m_holds->isHolding());
}

static const RegisterTest<TestQueueHolds> registrationOfQueueHolds;

} // namespace batchwright

#include "tst_queueholds.moc"
