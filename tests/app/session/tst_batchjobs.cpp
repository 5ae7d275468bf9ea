#include "app/session/batchjobs.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

namespace batchwright {

class TestBatchJobs final : public QObject
{
    Q_OBJECT

private slots:
    void countsHowJobsEnded();
    void anotherRunCountsAlone();
    void jobsOfNoBatchAreIgnored();
};

void TestBatchJobs::countsHowJobsEnded()
{
    BatchJobs batch;
    QVERIFY(batch.isEmpty());
    for (quint64 number = 1; number <= 4; ++number) {
        batch.add(JobId{number});
    }
    QCOMPARE(batch.size(), 4);
    QCOMPARE(batch.ended(), 0);
    batch.end(JobId{1}, JobState::Done);
    batch.end(JobId{2}, JobState::Done);
    batch.end(JobId{3}, JobState::Failed);
    QCOMPARE(batch.ended(), 3);
    QCOMPARE(batch.endedAs(JobState::Done), 2);
    QCOMPARE(batch.endedAs(JobState::Failed), 1);
    QCOMPARE(batch.endedAs(JobState::Skipped), 0);
    batch.clear();
    QVERIFY(batch.isEmpty());
    QCOMPARE(batch.ended(), 0);
    QCOMPARE(batch.endedAs(JobState::Done), 0);
}

void TestBatchJobs::anotherRunCountsAlone()
{
    BatchJobs batch;
    batch.add(JobId{1});
    batch.end(JobId{1}, JobState::Failed);
    batch.add(JobId{1});
    QCOMPARE(batch.size(), 1);
    QCOMPARE(batch.ended(), 0);
    QCOMPARE(batch.endedAs(JobState::Failed), 0);
    batch.end(JobId{1}, JobState::Done);
    QCOMPARE(batch.ended(), 1);
    QCOMPARE(batch.endedAs(JobState::Done), 1);
    batch.add(JobId{2});
    batch.add(JobId{2}); // it waited, was taken back, and waits again
    QCOMPARE(batch.size(), 2);
    QCOMPARE(batch.ended(), 1);
}

void TestBatchJobs::jobsOfNoBatchAreIgnored()
{
    BatchJobs batch;
    batch.end(JobId{1}, JobState::Skipped);
    QVERIFY(batch.isEmpty());
    QCOMPARE(batch.endedAs(JobState::Skipped), 0);
}

static const RegisterTest<TestBatchJobs> registrationOfBatchJobs;

} // namespace batchwright

#include "tst_batchjobs.moc"
