// A batch from its files to its end, with real processes.
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QSignalSpy>
#include <QtTest>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionBatch : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void convertsAllFiles();
    void signalsOfABatch();
    void duplicatesAreDropped();
    void filesThatAreAddedWhileItRuns();
    void pipesAreRefused();
    void stopAllLeavesNothing();
    void stopAllWhilePlanning();
    void stubbornConvertersAreKilled();
    void holdStartsNothing();
    void retriesWhatFailed();
    void retryWaitsWhenAsked();
    void removedJobsAreGone();
    void runningJobsAreNotRemoved();
    void planOnlyRunsNothing();
    void secondRunSkips();
    void resultNextToItsSourceIsNotTheSource();
    void sourceThatChangesMeanwhile();
    void failuresOfTheConverter_data();
    void failuresOfTheConverter();
    void measuresWithoutAResult();
    void destroyedInTheMiddle();
};

void TestSessionBatch::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestSessionBatch::convertsAllFiles()
{
    SessionBench bench({u"--progress"_s, u"3"_s});
    const QStringList sources = bench.makeTexts(10);
    const ImportReport report = bench.add({bench.path(u"sources"_s)});
    QCOMPARE(report.added, 10);
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = bench.path(u"results"_s);
    bench.session().setOutputSettings(output);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 10);
    for (int index = 0; index < 10; ++index) {
        const Job &job = bench.job(index);
        QCOMPARE(job.source, sources.at(index));
        QCOMPARE(job.result().outputPath,
                 bench.path(u"results/sources/"_s + job.fileName().chopped(4) + u".out"_s));
        QCOMPARE(readFile(job.result().outputPath), readFile(job.source));
        QCOMPARE(job.attempt, 1);
        QCOMPARE(job.progress.fraction, 1.0);
    }
    QVERIFY(bench.leftovers().isEmpty());
    const BatchTotals totals = bench.session().totals();
    QCOMPARE(totals.batchJobs, 10);
    QCOMPARE(totals.batchFinished, 10);
    QCOMPARE(totals.fraction, 1.0);
    QCOMPARE(totals.counts.inputBytes, totals.counts.outputBytes);
    QVERIFY(totals.counts.inputBytes > 0);
    QCOMPARE(totals.coresUsed, 0);
}

void TestSessionBatch::signalsOfABatch()
{
    SessionBench bench;
    QSignalSpy running(&bench.session(), &Session::runningChanged);
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.add(bench.makeTexts(3));
    QVERIFY(!bench.session().isRunning());
    QVERIFY(bench.convert());
    QVERIFY(!bench.session().isRunning());
    QVERIFY(bench.convert()); // nothing is Ready: an end comes all the same
    QCOMPARE(finished.size(), 2);
    QCOMPARE(running.size(), 4);
    QCOMPARE(running.at(0).first().toBool(), true);
    QCOMPARE(running.at(1).first().toBool(), false);
}

void TestSessionBatch::duplicatesAreDropped()
{
    SessionBench bench;
    const QStringList sources = bench.makeTexts(3);
    bench.add(sources);
    const ImportReport report = bench.add(QStringList{bench.path(u"sources"_s)} + sources);
    QCOMPARE(report.added, 0);
    QCOMPARE(report.duplicates, 6);
    QCOMPARE(bench.session().jobs().size(), 3);
}

void TestSessionBatch::filesThatAreAddedWhileItRuns()
{
    FAULT_CASE("B13", Real);
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.add(bench.makeTexts(3));
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    bench.add(bench.makeTexts(4, u"more"_s));
    QTRY_COMPARE(bench.count(JobState::Ready), 0);
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 7);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(bench.session().totals().batchJobs, 7);
}

void TestSessionBatch::pipesAreRefused()
{
    FAULT_CASE("B15", Real);
    SessionBench bench;
    const QStringList sources = bench.makeTexts(2);
    QVERIFY(::mkfifo(QFile::encodeName(bench.path(u"sources/pipe.txt"_s)).constData(), 0600) == 0);
    const ImportReport report = bench.add({bench.path(u"sources"_s)});
    QCOMPARE(report.refused.size(), 1);
    QCOMPARE(report.refused.first().kind, ErrorKind::NotRegularFile);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2);
}

void TestSessionBatch::stopAllLeavesNothing()
{
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--wait-for"_s, u"/never"_s}, 4);
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    bench.add(bench.makeTexts(20));
    bench.session().start();
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), 4);
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
    QVERIFY(namesIn(bench.path(u"alive"_s)).isEmpty());
    QVERIFY(livingChildren().isEmpty());
    QCOMPARE(bench.count(JobState::Cancelled), 4);
    QCOMPARE(bench.count(JobState::Ready), 16);
    QVERIFY2(bench.leftovers().isEmpty(), qPrintable(bench.leftovers().join(u' ')));
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), 20);
}

void TestSessionBatch::stopAllWhilePlanning()
{
    SessionBench bench;
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.add(bench.makeTexts(20));
    bench.session().start();
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 20);
}

void TestSessionBatch::stubbornConvertersAreKilled()
{
    FAULT_CASE("E23", Real);
    FAULT_CASE("B8", Real);
    SessionBench bench({u"--ignore-term"_s, u"--grandchild"_s, u"--alive-folder"_s, u"@/alive"_s,
                        u"--wait-for"_s, u"/never"_s});
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    bench.add(bench.makeTexts(2));
    bench.session().start();
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), 2);
    const QVector<qint64> children = livingChildren();
    QCOMPARE(children.size(), 2);
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Cancelled), 2);
    QVERIFY(!isAlive(children.at(0)) && !isAlive(children.at(1)));
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionBatch::holdStartsNothing()
{
    SessionBench bench;
    bench.add(bench.makeTexts(3));
    bench.session().setHeld(true);
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Queued), 3);
    QVERIFY(bench.session().isRunning() && bench.session().isHeld());
    bench.session().setHeld(false);
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 3);
}

void TestSessionBatch::retriesWhatFailed()
{
    SessionBench bench({u"--fail-first"_s, u"@/{stem}.marker"_s});
    bench.add(bench.makeTexts(5));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Failed), 5);
    QCOMPARE(bench.job(0).result().error.kind, ErrorKind::ToolFailed);
    QVERIFY(bench.leftovers().isEmpty());
    bench.session().retryFailed();
    QVERIFY(bench.session().isRunning());
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 5);
    QCOMPARE(bench.job(0).attempt, 2);
    QCOMPARE(bench.job(0).result().error.kind, ErrorKind::None);
}

void TestSessionBatch::retryWaitsWhenAsked()
{
    SessionBench bench({u"--fail-first"_s, u"@/{stem}.marker"_s});
    bench.add(bench.makeTexts(2));
    QVERIFY(bench.convert());
    bench.session().retry({bench.job(0).id}, Session::AfterRetry::Wait);
    QCOMPARE(bench.job(0).state, JobState::Ready);
    QCOMPARE(bench.job(1).state, JobState::Failed);
    QVERIFY(!bench.session().isRunning());
    bench.session().retry({bench.job(0).id}); // it is Ready already
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.job(0).state, JobState::Done);
    bench.session().retryFailed();
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.job(0).attempt, 2); // what is done is done …
    const QString first = bench.job(0).result().outputPath;
    bench.session().retry({bench.job(0).id});
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.job(0).attempt, 3); // … unless it is named, and then what it made before stays
    QVERIFY(QFile::exists(first));
    QVERIFY(QFile::exists(bench.job(0).result().outputPath));
    QVERIFY(bench.job(0).result().outputPath != first);
}

void TestSessionBatch::removedJobsAreGone()
{
    SessionBench bench;
    const QStringList sources = bench.makeTexts(3);
    bench.add(sources);
    bench.session().removeJobs({bench.job(1).id});
    QCOMPARE(bench.session().jobs().size(), 2);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2);
    bench.session().removeFinished();
    QVERIFY(bench.session().jobs().isEmpty());
    QCOMPARE(bench.add(sources).added, 3); // they may come again
}

void TestSessionBatch::runningJobsAreNotRemoved()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    bench.add(bench.makeTexts(4));
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    QTRY_COMPARE(livingChildren().size(), 2);
    QVector<JobId> all;
    for (int index = 0; index < 4; ++index) {
        all.append(bench.job(index).id);
    }
    bench.session().removeJobs(all);
    QCOMPARE(bench.session().jobs().size(), 2);
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 2);
}

void TestSessionBatch::planOnlyRunsNothing()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.session().start(Session::Start::PlanOnly);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(bench.count(JobState::Ready), 2);
    QCOMPARE(bench.job(0).target, bench.path(u"sources/text-0001.out"_s));
    QCOMPARE(bench.session().plan().willRun, 2);
    QVERIFY(!bench.session().plan().sentence().isEmpty());
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), 2);
}

void TestSessionBatch::secondRunSkips()
{
    SessionBench bench;
    const QStringList sources = bench.makeTexts(2);
    bench.add(sources);
    OutputSettings output;
    output.exists = ExistsRule::Skip;
    bench.session().setOutputSettings(output);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2);
    bench.session().removeFinished();
    bench.add(sources);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Skipped), 2);
    QCOMPARE(bench.job(0).result().error.kind, ErrorKind::TargetExists);
}

void TestSessionBatch::resultNextToItsSourceIsNotTheSource()
{
    FAULT_CASE("B1", Real);
    SessionBench bench;
    writeFile(bench.path(u"sources/a.out"_s), "the source\n");
    bench.add({bench.path(u"sources"_s)});
    OutputSettings output;
    output.exists = ExistsRule::Replace;
    bench.session().setOutputSettings(output);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 1);
    QCOMPARE(bench.job(0).result().outputPath, bench.path(u"sources/a (2).out"_s));
    QCOMPARE(readFile(bench.path(u"sources/a.out"_s)), "the source\n");
}

void TestSessionBatch::sourceThatChangesMeanwhile()
{
    FAULT_CASE("E39", Real);
    FAULT_CASE("B15", Real);
    SessionBench bench({u"--write-input"_s});
    bench.add(bench.makeTexts(1));
    QVERIFY(bench.convert());
    QCOMPARE(bench.job(0).state, JobState::Failed);
    QCOMPARE(bench.job(0).result().error.kind, ErrorKind::SourceChanged);
    QCOMPARE(namesIn(bench.path(u"sources"_s)), QStringList{u"text-0001.txt"_s});
}

void TestSessionBatch::failuresOfTheConverter_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("exit 1") << QStringList{u"--exit"_s, u"1"_s} << ErrorKind::ToolFailed;
    QTest::newRow("crash") << QStringList{u"--crash"_s, u"SEGV"_s} << ErrorKind::ToolCrashed;
    QTest::newRow("killed") << QStringList{u"--crash"_s, u"KILL"_s} << ErrorKind::ToolCrashed;
    QTest::newRow("no result") << QStringList{u"--no-output"_s} << ErrorKind::ResultMissing;
    QTest::newRow("empty result") << QStringList{u"--empty-output"_s} << ErrorKind::ResultEmpty;
    QTest::newRow("shorter than told")
        << QStringList{u"--progress"_s, u"2"_s, u"--total-size"_s, u"9999"_s} << ErrorKind::ResultShort;
    QTest::newRow("full disk and exit 0")
        << QStringList{u"--complain"_s, u"x: No space left on device"_s} << ErrorKind::DiskFull;
}

void TestSessionBatch::failuresOfTheConverter()
{
    FAULT_CASE("E10", Real);
    FAULT_CASE("E11", Real);
    FAULT_CASE("E12", Real);
    FAULT_CASE("E13", Real);
    FAULT_CASE("B2", Real);
    QFETCH(QStringList, arguments);
    QFETCH(ErrorKind, kind);
    SessionBench bench(arguments);
    bench.add(bench.makeTexts(2));
    bench.session().setFullDiskRule(FullDiskRule::Fail);
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Failed), 2);
    QCOMPARE(bench.job(0).result().error.kind, kind);
    // Who is killed by the system is tried once more.
    QCOMPARE(bench.job(0).attempt, arguments.contains(u"KILL"_s) ? 2 : 1);
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), 2);
    QVERIFY(bench.leftovers().isEmpty());
}

void TestSessionBatch::measuresWithoutAResult()
{
    SessionBench bench;
    writeFile(bench.path(u"sources/a.txt"_s), "one two\nthree\n");
    bench.add({bench.path(u"sources"_s)});
    bench.session().usePreset(u"count-text"_s, Session::Others::Skip);
    QVERIFY(bench.convert());
    QCOMPARE(bench.job(0).state, JobState::Done);
    QCOMPARE(bench.job(0).result().values, QVector<QVariant>({qint64(2), qint64(3), qint64(14)}));
    QCOMPARE(namesIn(bench.path(u"sources"_s)), QStringList{u"a.txt"_s});
}

void TestSessionBatch::destroyedInTheMiddle()
{
    FAULT_CASE("E31", Real);
    FAULT_CASE("B8", Real);
    // At every stage of some job: after so many have ended, the session goes.
    for (const int ended : {0, 1, 2, 3, 5, 8, 13, 21}) {
        SessionBench bench({u"--grandchild"_s}, 4);
        bench.add(bench.makeTexts(40));
        bench.session().start();
        QTRY_VERIFY(bench.session().jobs().counts().finished() >= ended);
        bench.destroySession();
        QTRY_VERIFY(livingChildren().isEmpty());
        QVERIFY2(bench.leftovers().isEmpty(), qPrintable(bench.leftovers().join(u' ')));
        for (const QString &name : namesIn(bench.path(u"sources"_s)).filter(u".out"_s)) {
            QCOMPARE(readFile(bench.path(u"sources/"_s + name)),
                     readFile(bench.path(u"sources/"_s + name.chopped(4) + u".txt"_s)));
        }
    }
}

static const RegisterTest<TestSessionBatch> registrationOfSessionBatch;

} // namespace batchwright

#include "tst_sessionbatch.moc"
