#include "app/job/joblist.h"
#include "tests/app/support/testregistry.h"

#include <QSignalSpy>
#include <QtTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

QVector<Job> jobsNamed(int count)
{
    QVector<Job> jobs(count);
    for (int index = 0; index < count; ++index) {
        jobs[index].source = u"/photos/%1.jpg"_s.arg(index);
    }
    return jobs;
}

/// What a view hears, in order: "add 0-2", "remove 1-1".
QStringList rangesHeard(JobList &list, const std::function<void()> &action)
{
    QStringList heard;
    QObject context;
    const auto note = [&](const char *word) {
        return [&heard, &list, word](int first, int last) {
            heard.append(u"%1 %2-%3 of %4"_s.arg(QLatin1String(word)).arg(first).arg(last).arg(list.size()));
        };
    };
    QObject::connect(&list, &JobList::jobsAboutToBeAdded, &context, note("adding"));
    QObject::connect(&list, &JobList::jobsAdded, &context, note("added"));
    QObject::connect(&list, &JobList::jobsAboutToBeRemoved, &context, note("removing"));
    QObject::connect(&list, &JobList::jobsRemoved, &context, note("removed"));
    action();
    return heard;
}

QVector<JobId> sorted(QVector<JobId> ids)
{
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace

class TestJobList : public QObject
{
    Q_OBJECT

private slots:
    void givesIdsInOrderAndNeverAgain();
    void tellsWhatIsAdded();
    void removesInRunsFromTheEnd();
    void activeJobsStay();
    void placesStayRight();
    void countsFollow();
    void bytesAreThoseOfDoneJobs();
    void finishSetsResultAndState();
    void resetForgets();
    void progressMovesToFinishingAndBack();
    void changesAreGathered();
    void changesComeByThemselves();
    void tenThousandChangesAreOneSignal();
    void unknownIdsDoNothing();
    void sameTargetIsNoChange();
    void scatteredJobsGoInOneStep();
    void removedJobsAreNotTold();
    void removedJobsAreDestroyedSoon();
    void movesKeepTheOrder();
};

void TestJobList::givesIdsInOrderAndNeverAgain()
{
    JobList list;
    const QVector<JobId> first = list.add(jobsNamed(3));
    QCOMPARE(first.size(), 3);
    QVERIFY(first.at(0) != JobId::None && first.at(0) < first.at(1) && first.at(1) < first.at(2));
    list.remove(first);
    QVERIFY(list.isEmpty());
    const QVector<JobId> second = list.add(jobsNamed(1));
    QVERIFY(second.first() > first.last());
    QVERIFY(!list.find(first.first()));
    QVERIFY(list.add({}).isEmpty());
}

void TestJobList::tellsWhatIsAdded()
{
    JobList list;
    const QStringList heard = rangesHeard(list, [&] {
        list.add(jobsNamed(3));
        list.add({});
        list.add(jobsNamed(2));
    });
    QCOMPARE(heard, QStringList({u"adding 0-2 of 0"_s, u"added 0-2 of 3"_s, u"adding 3-4 of 3"_s,
                                 u"added 3-4 of 5"_s}));
}

void TestJobList::removesInRunsFromTheEnd()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(7));
    const QStringList heard = rangesHeard(list, [&] {
        list.remove({ids.at(5), ids.at(1), ids.at(2), ids.at(5), JobId{9999}});
    });
    QCOMPARE(heard, QStringList({u"removing 5-5 of 7"_s, u"removed 5-5 of 6"_s, u"removing 1-2 of 6"_s,
                                 u"removed 1-2 of 4"_s}));
    QStringList left;
    for (int index = 0; index < list.size(); ++index) {
        left.append(list.at(index).fileName());
    }
    QCOMPARE(left, QStringList({u"0.jpg"_s, u"3.jpg"_s, u"4.jpg"_s, u"6.jpg"_s}));
}

void TestJobList::activeJobsStay()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(3));
    list.setState(ids.at(1), JobState::Queued);
    list.setState(ids.at(1), JobState::Running);
    list.remove(ids);
    QCOMPARE(list.size(), 1);
    QCOMPARE(list.at(0).id, ids.at(1));
}

void TestJobList::placesStayRight()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(100));
    QVector<JobId> odd;
    for (int index = 1; index < 100; index += 2) {
        odd.append(ids.at(index));
    }
    list.remove(odd);
    QCOMPARE(list.size(), 50);
    for (int index = 0; index < list.size(); ++index) {
        QCOMPARE(list.indexOf(list.at(index).id), index);
        QCOMPARE(list.find(list.at(index).id), &list.at(index));
    }
    QCOMPARE(list.indexOf(odd.first()), -1);
}

void TestJobList::countsFollow()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(4));
    QCOMPARE(list.counts().of(JobState::Ready), 4);
    list.setState(ids.at(0), JobState::Queued);
    list.setState(ids.at(0), JobState::Running);
    list.setState(ids.at(1), JobState::Skipped);
    list.setState(ids.at(2), JobState::Failed);
    QCOMPARE(list.counts().of(JobState::Ready), 1);
    QCOMPARE(list.counts().of(JobState::Running), 1);
    QCOMPARE(list.counts().finished(), 2);
    QCOMPARE(list.counts().total(), 4);
    list.remove({ids.at(1), ids.at(3)});
    QCOMPARE(list.counts().total(), 2);
    QCOMPARE(list.counts().finished(), 1);
}

void TestJobList::bytesAreThoseOfDoneJobs()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(4));
    const auto bytes = [&list] { return std::pair{list.counts().inputBytes, list.counts().outputBytes}; };
    using Bytes = std::pair<qint64, qint64>;
    for (const JobId id : ids) {
        MediaInfo facts;
        facts.bytes = 1000;
        list.setFacts(id, facts);
        list.setState(id, JobState::Queued);
        list.setState(id, JobState::Running);
    }
    QCOMPARE(bytes(), Bytes(0, 0));
    JobResult result;
    list.finish(ids.at(0), JobState::Done, result); // it was measured, and there is no file
    QCOMPARE(bytes(), Bytes(0, 0));
    result.outputBytes = 400;
    list.finish(ids.at(1), JobState::Done, result);
    list.finish(ids.at(2), JobState::Done, result);
    list.finish(ids.at(3), JobState::Failed, result);
    QCOMPARE(bytes(), Bytes(2000, 800));
    MediaInfo facts;
    facts.bytes = 1500; // the file had grown since it was looked at first
    list.setFacts(ids.at(1), facts);
    QCOMPARE(bytes(), Bytes(2500, 800));
    list.reset(ids.at(2));
    QCOMPARE(bytes(), Bytes(1500, 400));
    list.remove({ids.at(1)});
    QCOMPARE(bytes(), Bytes(0, 0));
    list.remove(ids);
    QCOMPARE(list.counts().total(), 0);
}

void TestJobList::finishSetsResultAndState()
{
    JobList list;
    QSignalSpy finished(&list, &JobList::jobFinished);
    const JobId id = list.add(jobsNamed(1)).first();
    list.setState(id, JobState::Queued);
    list.setState(id, JobState::Running);
    list.setProgress(id, {0.4, 2, false});
    QCOMPARE(finished.size(), 0);
    JobResult result;
    result.outputPath = u"/photos/0.webp"_s;
    connect(&list, &JobList::jobFinished, &list, [&](JobId done) {
        QCOMPARE(list.find(done)->result().outputPath, u"/photos/0.webp"_s); // it is there when it is told
    });
    list.finish(id, JobState::Done, result);
    QCOMPARE(finished.size(), 1);
    QCOMPARE(list.find(id)->state, JobState::Done);
    QCOMPARE(list.find(id)->progress.fraction, 1.0);
}

void TestJobList::resetForgets()
{
    JobList list;
    const JobId id = list.add(jobsNamed(1)).first();
    JobResult result;
    result.error.kind = ErrorKind::ToolFailed;
    list.setState(id, JobState::Queued);
    list.setState(id, JobState::Running);
    list.setProgress(id, {0.4, 2, false});
    list.finish(id, JobState::Failed, result);
    QCOMPARE(list.find(id)->progress.fraction, 0.4);
    list.reset(id);
    QCOMPARE(list.find(id)->state, JobState::Ready);
    QCOMPARE(list.find(id)->result().error.kind, ErrorKind::None);
    QVERIFY(list.find(id)->progress.fraction < 0);
}

void TestJobList::progressMovesToFinishingAndBack()
{
    JobList list;
    const JobId id = list.add(jobsNamed(1)).first();
    list.setProgress(id, {0.1, 0, true});
    QCOMPARE(list.find(id)->state, JobState::Ready); // it does not run
    list.setState(id, JobState::Queued);
    list.setState(id, JobState::Running);
    list.setProgress(id, {0.9, 0, true});
    QCOMPARE(list.find(id)->state, JobState::Finishing);
    list.setProgress(id, {0.9, 0, false});
    QCOMPARE(list.find(id)->state, JobState::Running);
}

void TestJobList::changesAreGathered()
{
    JobList list;
    QSignalSpy changed(&list, &JobList::jobsChanged);
    const QVector<JobId> ids = list.add(jobsNamed(3));
    list.setState(ids.at(0), JobState::Queued);
    list.setFacts(ids.at(0), MediaInfo{});
    list.setVariables(ids.at(2), {{u"artist"_s, u"Ada"_s}});
    QCOMPARE(changed.size(), 0);
    list.flush();
    QCOMPARE(changed.size(), 1);
    QCOMPARE(sorted(changed.first().first().value<QVector<JobId>>()), QVector<JobId>({ids.at(0), ids.at(2)}));
    list.flush();
    QCOMPARE(changed.size(), 1);
}

void TestJobList::changesComeByThemselves()
{
    JobList list;
    QSignalSpy changed(&list, &JobList::jobsChanged);
    const JobId id = list.add(jobsNamed(1)).first();
    list.setAttempt(id, 1);
    QVERIFY(changed.wait());
    QCOMPARE(changed.first().first().value<QVector<JobId>>(), QVector<JobId>({id}));
}

void TestJobList::tenThousandChangesAreOneSignal()
{
    JobList list;
    QSignalSpy changed(&list, &JobList::jobsChanged);
    const QVector<JobId> ids = list.add(jobsNamed(10000));
    for (const JobId id : ids) {
        list.setProgress(id, {0.5, 0, false});
        list.setProgress(id, {0.6, 0, false});
    }
    QVERIFY(changed.wait());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(sorted(changed.first().first().value<QVector<JobId>>()), ids);
}

void TestJobList::unknownIdsDoNothing()
{
    JobList list;
    const JobId id = list.add(jobsNamed(1)).first();
    list.remove({id});
    QSignalSpy changed(&list, &JobList::jobsChanged);
    list.setState(id, JobState::Queued);
    list.finish(id, JobState::Done, {});
    list.reset(id);
    list.setProgress(id, {});
    list.setTarget(id, u"/x"_s, {});
    list.flush();
    QCOMPARE(changed.size(), 0);
    QCOMPARE(list.counts().total(), 0);
}

void TestJobList::sameTargetIsNoChange()
{
    JobList list;
    const JobId id = list.add(jobsNamed(1)).first();
    list.setTarget(id, u"/a.webp"_s, u"note"_s);
    list.flush();
    QSignalSpy changed(&list, &JobList::jobsChanged);
    list.setTarget(id, u"/a.webp"_s, u"note"_s);
    list.flush();
    QCOMPARE(changed.size(), 0);
    list.setTarget(id, u"/a.webp"_s, u"other"_s);
    list.flush();
    QCOMPARE(changed.size(), 1);
}

void TestJobList::scatteredJobsGoInOneStep()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(1000));
    QVector<JobId> odd;
    for (int index = 1; index < ids.size(); index += 2) {
        odd.append(ids.at(index));
    }
    QSignalSpy aboutToReset(&list, &JobList::jobsAboutToBeReset);
    QSignalSpy reset(&list, &JobList::jobsReset);
    QSignalSpy removed(&list, &JobList::jobsRemoved);
    list.setState(ids.at(3), JobState::Queued);
    list.setState(ids.at(3), JobState::Running); // active: it stays
    list.remove(odd);
    QCOMPARE(aboutToReset.size(), 1);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(removed.size(), 0);
    QCOMPARE(list.size(), 501);
    QCOMPARE(list.counts().total(), 501);
    for (int index = 0; index < list.size(); ++index) {
        QCOMPARE(list.indexOf(list.at(index).id), index);
    }
    QVERIFY(list.find(ids.at(3)));
    QVERIFY(!list.find(ids.at(1)));
}

void TestJobList::removedJobsAreNotTold()
{
    JobList list;
    const QVector<JobId> ids = list.add(jobsNamed(2));
    QSignalSpy changed(&list, &JobList::jobsChanged);
    list.setAttempt(ids.at(0), 1);
    list.setAttempt(ids.at(1), 1);
    list.remove({ids.at(0)});
    list.flush();
    QCOMPARE(changed.first().first().value<QVector<JobId>>(), QVector<JobId>({ids.at(1)}));
}

void TestJobList::removedJobsAreDestroyedSoon()
{
    const auto settings = std::make_shared<const JobSettings>();
    QVector<Job> jobs = jobsNamed(9000);
    for (Job &job : jobs) {
        job.settings = settings;
    }
    JobList list;
    const QVector<JobId> ids = list.add(std::move(jobs));
    QCOMPARE(settings.use_count(), 9001);
    QVector<JobId> scattered;
    for (int place = 0; place < 1000; place += 2) {
        scattered.append(ids.at(place));
    }
    list.remove({ids.at(1), ids.at(3)});
    list.remove(scattered);
    QCOMPARE(list.size(), 8498);
    QVERIFY(settings.use_count() > 8499); // not at once, because many would take a while
    QTRY_COMPARE(settings.use_count(), 8499);
    list.remove(ids);
    QTRY_COMPARE(settings.use_count(), 1);
    QCOMPARE(list.counts().total(), 0);
}

void TestJobList::movesKeepTheOrder()
{
    JobList list;
    const QVector<JobId> ids = list.add(QVector<Job>(6));
    const auto order = [&] {
        QVector<qsizetype> places;
        for (int place = 0; place < list.size(); ++place) {
            places.append(ids.indexOf(list.at(place).id));
            if (list.indexOf(list.at(place).id) != place) {
                places.append(-1);
            }
        }
        return places;
    };
    QSignalSpy moved(&list, &JobList::jobsMoved);
    QVERIFY(list.move({ids.at(4), ids.at(1)}, 3)); // in their order, whatever they are named in
    QCOMPARE(order(), QVector<qsizetype>({0, 2, 1, 4, 3, 5}));
    QVERIFY(list.move({ids.at(0)}, list.size()));
    QCOMPARE(order(), QVector<qsizetype>({2, 1, 4, 3, 5, 0}));
    QVERIFY(list.move({ids.at(5), ids.at(0)}, 0));
    QCOMPARE(order(), QVector<qsizetype>({5, 0, 2, 1, 4, 3}));
    QCOMPARE(moved.count(), 3);
    QVERIFY(!list.move({ids.at(5)}, 0));
    QVERIFY(!list.move({ids.at(5)}, 1)); // before the one behind it
    QVERIFY(!list.move({ids.at(3)}, 99));
    QVERIFY(!list.move({}, 2));
    QVERIFY(!list.move({JobId{77}}, 2));
    QVERIFY(!list.move({ids.at(5)}, -4));
    QCOMPARE(moved.count(), 3);
}

static const RegisterTest<TestJobList> registrationOfJobList;

} // namespace batchwright

#include "tst_joblist.moc"
