// Long histories: whatever happens, the tokens held never exceed the limit when a job starts.
#include "tests/app/schedule/schedulerbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QRandomGenerator>
#include <QtTest>

#include <algorithm>

namespace batchwright {

class TestSchedulerHistories : public QObject
{
    Q_OBJECT

private slots:
    void tenThousandShortJobs();
    void randomHistories_data();
    void randomHistories();
};

void TestSchedulerHistories::tenThousandShortJobs()
{
    constexpr int count = 10000;
    Bench bench(4);
    const JobSettingsPointer settings = settingsWithThreads(1);
    QVector<Job> jobs(count);
    for (Job &job : jobs) {
        job.settings = settings;
    }
    const QVector<JobId> ids = bench.jobs.add(jobs);
    int depth = 0;
    int deepest = 0;
    connect(&bench.jobs, &JobList::jobFinished, this, [&] {
        deepest = std::max(deepest, ++depth);
        for (FakeJobRun *run : bench.runs.running()) {
            run->finish(JobState::Done); // the next one is done as soon as it has begun
        }
        --depth;
    });
    bench.scheduler.enqueue(ids);
    QTRY_COMPARE(bench.runs.running().size(), 4);
    while (!bench.scheduler.isIdle()) {
        for (FakeJobRun *run : bench.runs.running()) {
            run->finish(JobState::Done);
        }
        turn();
    }
    QCOMPARE(bench.jobs.counts().of(JobState::Done), count);
    QCOMPARE(bench.runs.madeFor(), ids);
    QCOMPARE(deepest, 1);
    QVERIFY(bench.runs.mostThreadsInUse() <= 4);
}

void TestSchedulerHistories::randomHistories_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 40; ++seed) {
        QTest::addRow("seed %u", seed) << seed;
    }
}

void TestSchedulerHistories::randomHistories()
{
    FAULT_CASE("E38", Fake);
    FAULT_CASE("B13", Fake);
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    Bench bench(1 + random.bounded(6));
    QVector<JobId> ids;
    for (int count = 0; count < 60; ++count) {
        const int threads = QVector<int>{1, 1, 1, 2, 4, 9}.at(random.bounded(6));
        ids += bench.add(1, threads);
    }
    const auto anyId = [&] { return ids.at(random.bounded(static_cast<int>(ids.size()))); };
    for (int step = 0; step < 600; ++step) {
        switch (random.bounded(8)) {
        case 0:
            bench.scheduler.enqueue({anyId(), anyId(), anyId()});
            break;
        case 1:
            bench.scheduler.setLimit(1 + random.bounded(8));
            break;
        case 2:
            bench.scheduler.setHeld(random.bounded(3) == 0);
            break;
        case 3:
            bench.scheduler.cancel({anyId(), anyId()});
            break;
        default:
            if (const QVector<FakeJobRun *> running = bench.runs.running(); !running.isEmpty()) {
                running.at(random.bounded(static_cast<int>(running.size())))
                    ->finish(random.bounded(2) == 0 ? JobState::Done : JobState::Failed);
            }
        }
        if (random.bounded(3) != 0) {
            turn();
            QCOMPARE(bench.scheduler.usedTokens(), bench.runs.threadsInUse());
        }
    }
    bench.scheduler.setHeld(false);
    bench.scheduler.enqueue(ids);
    while (!bench.scheduler.isIdle()) {
        QTRY_VERIFY(!bench.runs.running().isEmpty() || bench.scheduler.isIdle());
        for (FakeJobRun *run : bench.runs.running()) {
            run->finish(JobState::Done);
        }
        turn();
    }
    QCOMPARE(bench.overbooked, 0);
    QCOMPARE(bench.startedHeld, 0);
    QCOMPARE(bench.jobs.counts().finished(), ids.size());
    for (const JobId id : ids) {
        QCOMPARE(bench.finished.value(id), 1);
        QCOMPARE(bench.runs.madeFor().count(id), 1);
    }
}

static const RegisterTest<TestSchedulerHistories> registrationOfSchedulerHistories;

} // namespace batchwright

#include "tst_schedulerhistories.moc"
