#include "tests/app/schedule/schedulerbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestScheduler : public QObject
{
    Q_OBJECT

private slots:
    void runsUpToTheLimit();
    void nothingStartsInsideEnqueue();
    void startsInOrder();
    void someOfMiddlingSizeComeFirst();
    void theOneThatDecidesComesFirst();
    void wideJobsAreNotOvertakenForEver();
    void orderOfTheListCanChange();
    void holdStartsNothing();
    void heldJobsWaitForTheirRelease();
    void frozenTimeDoesNotCount();
    void saysWhenEachJobEnds();
    void limitUpAtOnceDownAsJobsEnd();
    void cancelWaitingAndRunning();
    void cancelledTooLateIsDone();
    void cancelAllEndsEverything();
    void removedWhileWaiting();
    void retriesCountAttempts();
    void progressReachesTheList();
    void idleIsTold();
    void jobsWithoutAPresetAreLeftAlone();
    void destroyedWhileRunning();
};

void TestScheduler::runsUpToTheLimit()
{
    Bench bench(3);
    bench.scheduler.enqueue(bench.add(10));
    QTRY_COMPARE(bench.runs.running().size(), 3);
    for (int ended = 0; ended < 10; ++ended) {
        QVERIFY(!bench.runs.running().isEmpty());
        bench.runs.running().first()->finish(JobState::Done);
        turn();
        QCOMPARE(bench.runs.running().size(), std::min(3, 9 - ended));
    }
    QCOMPARE(bench.runs.mostThreadsInUse(), 3);
    QCOMPARE(bench.jobs.counts().of(JobState::Done), 10);
    QVERIFY(bench.scheduler.isIdle());
    QCOMPARE(bench.scheduler.usedTokens(), 0);
}

void TestScheduler::nothingStartsInsideEnqueue()
{
    Bench bench(2);
    const QVector<JobId> ids = bench.add(1);
    bench.scheduler.enqueue(ids);
    QVERIFY(bench.runs.madeFor().isEmpty());
    QCOMPARE(bench.state(ids.first()), JobState::Queued);
    QTRY_COMPARE(bench.runs.running().size(), 1);
    QCOMPARE(bench.state(ids.first()), JobState::Running);
}

void TestScheduler::startsInOrder()
{
    Bench bench(1);
    const QVector<JobId> ids = bench.add(6);
    bench.scheduler.enqueue({ids.at(2), ids.at(0)});
    bench.scheduler.enqueue({ids.at(1), ids.at(2)}); // the second time it is not Ready any more
    while (!bench.scheduler.isIdle()) {
        QTRY_VERIFY(!bench.runs.running().isEmpty() || bench.scheduler.isIdle());
        if (!bench.runs.running().isEmpty()) {
            bench.runs.running().first()->finish(JobState::Done);
        }
        turn();
    }
    QCOMPARE(bench.runs.madeFor(), QVector<JobId>({ids.at(2), ids.at(0), ids.at(1)}));
}

/// Jobs of 1 to 40 megabytes, and one of `longest`; the sizes of the first ones that start.
static QVector<qint64> sizesThatStart(int longest, int count)
{
    Bench bench(1);
    QVector<Job> added(41);
    for (int number = 0; number < 41; ++number) {
        added[number].settings = settingsWithThreads(1);
        added[number].facts.bytes = qint64{1'000'000} * (number < 40 ? number + 1 : longest);
    }
    bench.scheduler.enqueue(bench.jobs.add(added));
    QVector<qint64> sizes;
    while (sizes.size() < count && QTest::qWaitFor([&] { return bench.runs.running().size() == 1; })) {
        sizes.append(bench.jobs.find(bench.runs.madeFor().last())->facts.bytes / 1'000'000);
        bench.clock.advance(1);
        bench.runs.running().first()->finish(JobState::Done);
        turn();
    }
    return sizes;
}

void TestScheduler::someOfMiddlingSizeComeFirst()
{
    const QVector<qint64> sizes = sizesThatStart(50, 20);
    // About half of the middle; a quarter of what waits is worth it, and after that the longest ones come.
    QCOMPARE(sizes.first(3), QVector<qint64>({8, 7, 6}));
    const qsizetype samples = sizes.indexOf(50);
    QVERIFY2(samples >= 8 && samples <= 10, qPrintable(QString::number(samples)));
    QVERIFY(*std::max_element(sizes.cbegin(), sizes.cbegin() + samples) <= 12);
    QCOMPARE(sizes.mid(samples, 3), QVector<qint64>({50, 40, 39}));
}

void TestScheduler::theOneThatDecidesComesFirst()
{
    const QVector<qint64> sizes = sizesThatStart(5000, 2);
    QCOMPARE(sizes.first(), 5000);
    QVERIFY(sizes.last() <= 12);
}

void TestScheduler::orderOfTheListCanChange()
{
    Bench bench(1);
    bench.scheduler.setOrder(JobQueue::Order::AsListed);
    const QVector<JobId> ids = bench.add(5);
    bench.scheduler.enqueue(ids);
    QTRY_COMPARE(bench.runs.madeFor(), ids.first(1));
    bench.scheduler.prefer({ids.at(4)});
    QVERIFY(bench.jobs.move({ids.at(3), ids.at(4)}, 1));
    bench.scheduler.takeListOrder();
    while (!bench.scheduler.isIdle()) {
        QTRY_COMPARE(bench.runs.running().size(), 1);
        bench.runs.running().first()->finish(JobState::Done);
        turn();
    }
    QCOMPARE(bench.runs.madeFor(), QVector<JobId>({ids.at(0), ids.at(3), ids.at(4), ids.at(1), ids.at(2)}));
}

void TestScheduler::wideJobsAreNotOvertakenForEver()
{
    Bench bench(4);
    const QVector<JobId> narrow = bench.add(3);
    const JobId wide = bench.add(1, 4).first();
    const QVector<JobId> later = bench.add(50);
    bench.scheduler.enqueue(narrow + QVector<JobId>{wide} + later);
    QTRY_VERIFY(bench.runs.running().size() >= 3);
    int ended = 0;
    while (!bench.runs.madeFor().contains(wide) && ended < 50) {
        bench.runs.running().first()->finish(JobState::Done);
        turn();
        ++ended;
    }
    QVERIFY2(ended < 10, "narrow jobs overtake a wide one again and again");
    QTRY_VERIFY(bench.runs.find(wide));
    QCOMPARE(bench.runs.find(wide)->threads(), 4);
    QCOMPARE(bench.overbooked, 0);
}

void TestScheduler::holdStartsNothing()
{
    Bench bench(2);
    bench.scheduler.enqueue(bench.add(5));
    QTRY_COMPARE(bench.runs.running().size(), 2);
    bench.scheduler.setHeld(true);
    QVERIFY(bench.scheduler.isHeld());
    bench.runs.running().first()->finish(JobState::Done);
    turn();
    QCOMPARE(bench.runs.running().size(), 1); // what runs goes on
    QVERIFY(!bench.scheduler.isIdle());
    bench.scheduler.setHeld(false);
    QTRY_COMPARE(bench.runs.running().size(), 2);
    QCOMPARE(bench.startedHeld, 0);
}

void TestScheduler::heldJobsWaitForTheirRelease()
{
    Bench bench(1);
    const QVector<JobId> ids = bench.add(5);
    bench.scheduler.enqueue(ids);
    QTRY_COMPARE(bench.runs.running().size(), 1);
    bench.scheduler.setJobsHeld(ids, true); // not the one that runs
    QCOMPARE(bench.scheduler.heldJobCount(), 4);
    const Scheduler::Outlook outlook = bench.scheduler.outlook();
    QVERIFY(outlook.leftSeconds > 4 * outlook.untilEnd); // they are left to do, and nobody knows when
    QVERIFY(!bench.jobs.find(ids.at(0))->progress.isFrozen());
    QCOMPARE(bench.jobs.find(ids.at(1))->progress.standstill, Standstill::Asked);
    QCOMPARE(bench.state(ids.at(1)), JobState::Queued);
    bench.runs.running().first()->finish(JobState::Done);
    QTRY_COMPARE(bench.state(ids.at(0)), JobState::Done);
    turn();
    QVERIFY(bench.runs.running().isEmpty());
    QVERIFY(!bench.scheduler.isIdle()); // the batch is not over
    bench.scheduler.setJobsHeld({ids.at(2)}, false);
    QTRY_VERIFY(bench.runs.find(ids.at(2)));
    QVERIFY(!bench.jobs.find(ids.at(2))->progress.isFrozen());
    bench.scheduler.prefer({ids.at(4)}); // wanted now, so that it is held no longer
    bench.runs.running().first()->finish(JobState::Done);
    QTRY_VERIFY(bench.runs.find(ids.at(4)));
    bench.scheduler.cancel({ids.at(1)});
    QCOMPARE(bench.state(ids.at(1)), JobState::Ready);
    QVERIFY(!bench.jobs.find(ids.at(1))->progress.isFrozen());
    bench.runs.running().first()->finish(JobState::Done);
    QTRY_COMPARE(bench.scheduler.heldJobCount(), 1);
    QVERIFY(!bench.scheduler.isIdle());
    bench.jobs.setState(ids.at(3), JobState::Ready); // taken back without a word
    bench.scheduler.setHeld(false);
    QTRY_VERIFY(bench.scheduler.isIdle());
}

void TestScheduler::frozenTimeDoesNotCount()
{
    Bench bench(1);
    const QVector<JobId> ids = bench.add(3);
    bench.scheduler.enqueue(ids);
    QTRY_COMPARE(bench.runs.running().size(), 1);
    FakeJobRun *run = bench.runs.running().first();
    bench.clock.advance(2000);
    bench.scheduler.setFrozen({ids.first(), ids.last()}, true); // the last one does not run
    QVERIFY(run->isFrozen());
    QVERIFY(bench.jobs.find(ids.first())->progress.isFrozen());
    run->progress(0.5); // said just before; it stays frozen
    QVERIFY(bench.jobs.find(ids.first())->progress.isFrozen());
    const Scheduler::Outlook before = bench.scheduler.outlook();
    bench.clock.advance(1'000'000);
    QCOMPARE(bench.scheduler.outlook().doneSeconds, before.doneSeconds);
    QCOMPARE(bench.scheduler.outlook().untilEnd, before.untilEnd);
    bench.scheduler.setFrozen({ids.first()}, false);
    QVERIFY(!run->isFrozen() && !bench.jobs.find(ids.first())->progress.isFrozen());
    bench.clock.advance(2000);
    run->finish(JobState::Done);
    QTRY_COMPARE(bench.state(ids.first()), JobState::Done);
    // Four seconds were learnt, and not a thousand: two jobs are left.
    QTRY_COMPARE(bench.runs.running().size(), 1);
    QCOMPARE(bench.scheduler.outlook().leftSeconds, 8.0);
    bench.scheduler.setFrozen({ids.at(1)}, true);
    bench.scheduler.cancelAll();
    QTRY_VERIFY(bench.scheduler.isIdle());
    QCOMPARE(bench.state(ids.at(1)), JobState::Cancelled);
}

void TestScheduler::saysWhenEachJobEnds()
{
    Bench bench(1);
    const QVector<JobId> ids = bench.add(3);
    const auto left = [&](JobId id) {
        const Progress &progress = bench.jobs.find(id)->progress;
        return std::pair(progress.leastLeft, progress.mostLeft);
    };
    const auto look = [&](JobId id) {
        bench.scheduler.takeUsage({}, {{id, {}}}, bench.clock.steadyMilliseconds());
    };
    const std::pair unknown(-1, -1);
    bench.scheduler.enqueue(ids);
    QTRY_COMPARE(bench.runs.running().size(), 1);
    FakeJobRun *first = bench.runs.running().first();
    look(ids.at(0));
    QCOMPARE(left(ids.at(0)), unknown);
    bench.clock.advance(10'000);
    first->progress(0.5);
    QTRY_COMPARE(left(ids.at(0)), std::pair(8, 12));
    bench.scheduler.setFrozen({ids.at(0)}, true);
    bench.clock.advance(60'000);
    look(ids.at(0));
    QCOMPARE(left(ids.at(0)), std::pair(8, 12)); // it stands still as well
    bench.scheduler.setFrozen({ids.at(0)}, false);
    bench.clock.advance(10'000);
    first->finish(JobState::Done);
    // The second one does not say how far it is; the first one took twenty seconds.
    QTRY_VERIFY(bench.runs.find(ids.at(1)));
    bench.clock.advance(4000);
    look(ids.at(1));
    QVERIFY(left(ids.at(1)).first >= 8 && left(ids.at(1)).first < 16);
    QVERIFY(left(ids.at(1)).second > 16 && left(ids.at(1)).second <= 32);
    bench.clock.advance(20'000); // longer than was thought: nothing is known
    look(ids.at(1));
    QCOMPARE(left(ids.at(1)), unknown);
    bench.runs.find(ids.at(1))->finish(JobState::Done);
    QTRY_VERIFY(bench.runs.find(ids.at(2)));
    bench.clock.advance(4000);
    look(ids.at(2));
    QVERIFY(left(ids.at(2)) != unknown);
    bench.runs.find(ids.at(2))->progress(0.5); // half of eight seconds: its bar says enough
    QTRY_COMPARE(left(ids.at(2)), unknown);
}

void TestScheduler::limitUpAtOnceDownAsJobsEnd()
{
    Bench bench(1);
    bench.scheduler.enqueue(bench.add(20));
    QTRY_COMPARE(bench.runs.running().size(), 1);
    bench.scheduler.setLimit(5);
    QTRY_COMPARE(bench.runs.running().size(), 5);
    bench.scheduler.setLimit(2);
    for (const int left : {4, 3, 2, 2, 2}) {
        bench.runs.running().first()->finish(JobState::Done);
        turn();
        QCOMPARE(bench.runs.running().size(), left);
    }
    QCOMPARE(bench.overbooked, 0);
    bench.scheduler.setLimit(0);
    QCOMPARE(bench.scheduler.limit(), 1);
    bench.scheduler.setLimit(100000);
    QCOMPARE(bench.scheduler.limit(), 1024);
}

void TestScheduler::cancelWaitingAndRunning()
{
    Bench bench(1);
    const QVector<JobId> ids = bench.add(3);
    bench.scheduler.enqueue(ids);
    QTRY_VERIFY(bench.runs.find(ids.at(0)));
    bench.scheduler.cancel({ids.at(0), ids.at(1)});
    QCOMPARE(bench.state(ids.at(1)), JobState::Ready);
    QTRY_COMPARE(bench.state(ids.at(0)), JobState::Cancelled);
    QTRY_VERIFY(bench.runs.find(ids.at(2)));
    QCOMPARE(bench.runs.madeFor(), QVector<JobId>({ids.at(0), ids.at(2)}));
}

void TestScheduler::cancelledTooLateIsDone()
{
    FAULT_CASE("E15", Fake);
    Bench bench(1);
    const JobId id = bench.add(1).first();
    bench.scheduler.enqueue({id});
    QTRY_VERIFY(bench.runs.find(id));
    bench.runs.find(id)->setWhenCancelled(FakeJobRun::WhenCancelled::Ignore);
    bench.scheduler.cancelAll();
    QCOMPARE(bench.runs.find(id)->cancelCount(), 1);
    bench.runs.find(id)->finish(JobState::Done);
    QTRY_COMPARE(bench.state(id), JobState::Done);
}

void TestScheduler::cancelAllEndsEverything()
{
    Bench bench(3);
    const QVector<JobId> ids = bench.add(100);
    bench.scheduler.enqueue(ids);
    QTRY_COMPARE(bench.runs.running().size(), 3);
    bench.scheduler.cancelAll();
    QTRY_VERIFY(bench.scheduler.isIdle());
    QCOMPARE(bench.jobs.counts().of(JobState::Cancelled), 3);
    QCOMPARE(bench.jobs.counts().of(JobState::Ready), 97);
    QCOMPARE(bench.runs.madeFor().size(), 3);
    QCOMPARE(bench.scheduler.usedTokens(), 0);
}

void TestScheduler::removedWhileWaiting()
{
    Bench bench(1);
    const QVector<JobId> ids = bench.add(3);
    bench.scheduler.enqueue(ids);
    QTRY_VERIFY(bench.runs.find(ids.at(0)));
    bench.jobs.remove({ids.at(1)});
    bench.runs.find(ids.at(0))->finish(JobState::Failed);
    QTRY_VERIFY(bench.runs.find(ids.at(2)));
    bench.runs.find(ids.at(2))->finish(JobState::Done);
    QTRY_VERIFY(bench.scheduler.isIdle());
    QCOMPARE(bench.runs.madeFor().size(), 2);
}

void TestScheduler::retriesCountAttempts()
{
    Bench bench(1);
    const JobId id = bench.add(1).first();
    for (int attempt = 1; attempt <= 3; ++attempt) {
        bench.scheduler.enqueue({id});
        QTRY_VERIFY(bench.runs.find(id));
        QCOMPARE(bench.jobs.find(id)->attempt, attempt);
        bench.runs.find(id)->finish(JobState::Failed);
        QTRY_COMPARE(bench.state(id), JobState::Failed);
        bench.jobs.reset(id);
    }
    QCOMPARE(bench.finished.value(id), 3);
}

void TestScheduler::progressReachesTheList()
{
    Bench bench(1);
    const JobId id = bench.add(1).first();
    bench.scheduler.enqueue({id});
    QTRY_VERIFY(bench.runs.find(id));
    bench.runs.find(id)->progress(0.25);
    QCOMPARE(bench.jobs.find(id)->progress.fraction, 0.25);
    JobResult result;
    result.outputPath = u"/out"_s;
    bench.runs.find(id)->finish(JobState::Done, result);
    QTRY_COMPARE(bench.state(id), JobState::Done);
    QCOMPARE(bench.jobs.find(id)->result().outputPath, u"/out"_s);
}

void TestScheduler::idleIsTold()
{
    Bench bench(2);
    QVector<bool> told;
    connect(&bench.scheduler, &Scheduler::becameIdle, this, [&] { told.append(bench.scheduler.isIdle()); });
    bench.scheduler.enqueue(bench.add(2));
    QTRY_COMPARE(bench.runs.running().size(), 2);
    QVERIFY(told.isEmpty());
    bench.runs.running().first()->finish(JobState::Done);
    turn();
    QVERIFY(told.isEmpty());
    bench.runs.running().first()->finish(JobState::Done);
    QTRY_COMPARE(told, QVector<bool>{true});
    bench.scheduler.enqueue({}); // nothing to do: that is an end as well
    QTRY_COMPARE(told.size(), 2);
}

void TestScheduler::jobsWithoutAPresetAreLeftAlone()
{
    Bench bench(2);
    const JobId id = bench.jobs.add(QVector<Job>(1)).first();
    bench.scheduler.enqueue({id, JobId{777}});
    turn();
    QCOMPARE(bench.state(id), JobState::Ready);
    QVERIFY(bench.scheduler.isIdle());
}

void TestScheduler::destroyedWhileRunning()
{
    JobList jobs;
    FakeJobRuns runs;
    const FakeClock clock;
    auto scheduler = std::make_unique<Scheduler>(jobs, runs.factory(), 2, clock);
    QVector<Job> added(5);
    for (Job &job : added) {
        job.settings = settingsWithThreads(1);
    }
    scheduler->enqueue(jobs.add(added));
    QTRY_COMPARE(runs.running().size(), 2);
    scheduler.reset();
    QVERIFY(runs.running().isEmpty()); // the runs went with it
}

static const RegisterTest<TestScheduler> registrationOfScheduler;

} // namespace batchwright

#include "tst_scheduler.moc"
