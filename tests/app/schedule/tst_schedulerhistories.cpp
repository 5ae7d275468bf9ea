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

private:
    void playHistory(quint32 seed);
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

namespace {

/// Those that can end: a program that stands still does not.
QVector<FakeJobRun *> awake(const Bench &bench)
{
    QVector<FakeJobRun *> running = bench.runs.running();
    running.removeIf([](const FakeJobRun *run) { return run->isFrozen(); });
    return running;
}

/// With so many tenths of the memory available.
void lookAtMemory(Bench &bench, int tenths)
{
    constexpr qint64 gigabyte = 1'000'000'000;
    QHash<JobId, ProcessUsage> usage;
    for (const FakeJobRun *run : bench.runs.running()) {
        usage.insert(run->job().id, {gigabyte, 0, 1});
    }
    bench.scheduler.takeUsage({10 * gigabyte, tenths * gigabyte, 0}, usage, bench.clock.steadyMilliseconds());
}

} // namespace

void TestSchedulerHistories::randomHistories_data()
{
    QTest::addColumn<quint32>("from");
    constexpr quint32 perRow = 100;
    for (quint32 from = 1; from <= 20 * perRow; from += perRow) {
        QTest::addRow("seeds %u to %u", from, from + perRow - 1) << from;
    }
}

void TestSchedulerHistories::randomHistories()
{
    FAULT_CASE("E38", Fake);
    FAULT_CASE("B13", Fake);
    QFETCH(quint32, from);
    for (quint32 seed = from; seed < from + 100 && !QTest::currentTestFailed(); ++seed) {
        playHistory(seed);
        if (QTest::currentTestFailed()) {
            qWarning("It was seed %u.", seed);
        }
    }
}

void TestSchedulerHistories::playHistory(quint32 seed)
{
    QRandomGenerator random(seed);
    Bench bench(1 + random.bounded(6));
    QVector<JobId> ids;
    for (int count = 0; count < 60; ++count) {
        const int threads = QVector<int>{1, 1, 1, 2, 4, 9}.at(random.bounded(6));
        ids += bench.add(1, threads);
    }
    const auto anyId = [&] { return ids.at(random.bounded(static_cast<int>(ids.size()))); };
    for (int step = 0; step < 200; ++step) {
        bench.clock.advance(random.bounded(3) * 700);
        switch (random.bounded(15)) {
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
        case 4:
            bench.scheduler.setFrozen({anyId(), anyId(), anyId()}, random.bounded(2) == 0);
            break;
        case 5:
            bench.scheduler.prefer({anyId(), anyId()});
            break;
        case 6:
            bench.scheduler.setOrder(random.bounded(2) == 0 ? JobQueue::Order::LongestFirst
                                                            : JobQueue::Order::AsListed);
            break;
        case 7:
            bench.scheduler.setJobsHeld({anyId(), anyId(), anyId()}, random.bounded(2) == 0);
            break;
        case 8:
        case 9:
            lookAtMemory(bench, random.bounded(8));
            break;
        default:
            if (const QVector<FakeJobRun *> running = awake(bench); !running.isEmpty()) {
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
    bench.scheduler.setFrozen(ids, false);
    bench.scheduler.setJobsHeld(ids, false);
    bench.scheduler.enqueue(ids);
    while (!bench.scheduler.isIdle()) {
        // Whatever happened before: once there is memory again, something goes on.
        bench.clock.advance(2000);
        lookAtMemory(bench, 10);
        QTRY_VERIFY(!awake(bench).isEmpty() || bench.scheduler.isIdle());
        for (FakeJobRun *run : awake(bench)) {
            run->finish(JobState::Done);
        }
        turn();
    }
    QCOMPARE(bench.overbooked, 0);
    QCOMPARE(bench.startedHeld, 0);
    QCOMPARE(bench.jobs.counts().finished(), ids.size());
    for (const JobId id : ids) {
        QCOMPARE(bench.finished.value(id), 1);
        QCOMPARE(bench.runs.madeFor().count(id), bench.jobs.find(id)->attempt);
    }
}

static const RegisterTest<TestSchedulerHistories> registrationOfSchedulerHistories;

} // namespace batchwright

#include "tst_schedulerhistories.moc"
