// Trying a few files first, with real processes: what is made, where, and that nothing of it counts or stays.
#include "app/session/trial.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/session.h"
#include "tests/app/support/smalldisk.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QDir>
#include <QSignalSpy>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestTrial : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void triesThreeAndCountsNone();
    void settingsOfTheBatchCount();
    void replacesAndMovesNothing();
    void startEndsIt();
    void startWaitsForItsConverters();
    void stopKeepsWhatIsDone();
    void freezesWithTheSession();
    void failureIsASentence();
    void notSmallerIsSaid();
    void nothingToTry();
    void notWhileABatchRuns();
    void nextTryForgetsTheLast();
    void fullDiskIsASentence();
    void cacheThatCannotBeWritten();
    void destroyedInTheMiddle();
    void deadRunsAreRemoved();

private:
    /// Adds texts of different lengths and waits for their plan.
    static void addPlanned(SessionBench &bench, int count);
    static bool tryAndWait(SessionBench &bench);
    static QStringList tried(const SessionBench &bench) { return treeOf(bench.path(u"cache/trials"_s)); }
};

void TestTrial::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestTrial::addPlanned(SessionBench &bench, int count)
{
    QStringList paths;
    for (int number = 1; number <= count; ++number) {
        paths.append(bench.path(u"sources/text-%1.txt"_s.arg(number)));
        writeFile(paths.last(), QByteArray(number * 100, 'x'));
    }
    bench.add(paths);
    QTRY_VERIFY(!bench.job(count - 1).target.isEmpty());
}

bool TestTrial::tryAndWait(SessionBench &bench)
{
    QSignalSpy ended(&bench.session().trial(), &Trial::ended);
    return bench.session().tryFirst() && ended.wait(SessionBench::patience);
}

void TestTrial::triesThreeAndCountsNone()
{
    SessionBench bench;
    addPlanned(bench, 5);
    QVERIFY(tryAndWait(bench));
    const Trial &trial = bench.session().trial();
    QVERIFY(!trial.problem());
    QCOMPARE(bench.session().sleepGuard().state(), SleepGuard::State::Off);
    QCOMPARE(trial.jobs().size(), 3);
    for (const auto &[place, number] : {std::pair{0, 1}, {1, 3}, {2, 5}}) {
        const Job &job = trial.jobs().at(place);
        QCOMPARE(job.source, bench.path(u"sources/text-%1.txt"_s.arg(number)));
        QCOMPARE(job.state, JobState::Done);
        QCOMPARE(job.result().outputBytes, number * 100);
        QVERIFY(job.result().outputPath.startsWith(bench.path(u"cache/trials/batchwright-"_s)));
        QCOMPARE(readFile(job.result().outputPath), readFile(job.source));
        QVERIFY(job.result().outputPath.endsWith(u"/text-%1.out"_s.arg(number)));
    }
    QCOMPARE(trial.forecast().files, 5);
    QCOMPARE(trial.forecast().after, 1500);
    QVERIFY(trial.forecast().leastMilliseconds > 0);
    QVERIFY(trial.forecast().mostMilliseconds > trial.forecast().leastMilliseconds);
    // The list knows nothing of it, and nothing lies beside the originals.
    QCOMPARE(bench.count(JobState::Ready), 5);
    QCOMPARE(bench.session().totals().counts.outputBytes, 0);
    QCOMPARE(namesIn(bench.path(u"sources"_s)).size(), 5);
    bench.session().trial().discard();
    QTRY_VERIFY(tried(bench).isEmpty());
    // Undo finds nothing that was made.
    QSignalSpy undone(&bench.session(), &Session::undoFinished);
    bench.session().undoLast();
    QVERIFY(undone.wait(SessionBench::patience));
    QCOMPARE(undone.first().first().value<UndoReport>().results, 0);
}

void TestTrial::settingsOfTheBatchCount()
{
    SessionBench bench({u"--exit"_s, u"{index}"_s});
    addPlanned(bench, 3);
    OutputSettings output;
    output.nameTemplate = u"{stem} small"_s;
    bench.session().setOutputSettings(output);
    QTRY_VERIFY(bench.job(2).target.endsWith(u"text-3 small.out"_s));
    QVERIFY(tryAndWait(bench));
    // Each runs with the number that it has in the batch.
    for (int place = 0; place < 3; ++place) {
        QCOMPARE(bench.session().trial().jobs().at(place).result().exitCode, place + 1);
    }
}

void TestTrial::replacesAndMovesNothing()
{
    SessionBench bench;
    writeFile(bench.path(u"results/text-1.out"_s), "the old one");
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = bench.path(u"results"_s);
    output.tree = FolderTree::Flat;
    output.exists = ExistsRule::Replace;
    output.sourceRule = SourceRule::MoveToFolder;
    output.sourceFolder = bench.path(u"originals"_s);
    bench.session().setOutputSettings(output);
    addPlanned(bench, 1);
    QVERIFY(tryAndWait(bench));
    QCOMPARE(bench.session().trial().jobs().at(0).state, JobState::Done);
    QCOMPARE(readFile(bench.path(u"results/text-1.out"_s)), "the old one");
    QVERIFY(QFile::exists(bench.path(u"sources/text-1.txt"_s)));
    QVERIFY(!QFile::exists(bench.path(u"originals"_s)));
    QCOMPARE(namesIn(bench.path(u"results"_s)), QStringList{u"text-1.out"_s});
}

void TestTrial::startEndsIt()
{
    SessionBench bench;
    addPlanned(bench, 4);
    QVERIFY(tryAndWait(bench));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 4);
    QCOMPARE(bench.session().trial().state(), Trial::State::None);
    QTRY_VERIFY(tried(bench).isEmpty());
    QCOMPARE(readFile(bench.path(u"sources/text-2.out"_s)).size(), 200);
}

void TestTrial::startWaitsForItsConverters()
{
    // Two at a time, of the try and of the batch together.
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s, u"--wait-for"_s, u"@/gate"_s});
    addPlanned(bench, 4);
    QVERIFY(bench.session().tryFirst());
    QTRY_COMPARE(bench.rendezvous(u"count"_s).running, 2);
    QVERIFY(bench.session().sleepGuard().state()
            != SleepGuard::State::Off); // as far as this computer does it
    QSignalSpy ended(&bench.session().trial(), &Trial::ended);
    bench.session().start();
    QVERIFY(bench.session().isRunning());
    QVERIFY(ended.wait(SessionBench::patience));
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 4);
    QTRY_VERIFY(tried(bench).isEmpty());
}

void TestTrial::stopKeepsWhatIsDone()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate-{stem}"_s}, 1);
    addPlanned(bench, 3);
    QVERIFY(bench.session().tryFirst());
    Trial &trial = bench.session().trial();
    QTRY_COMPARE(trial.jobs().counts().of(JobState::Running), 1);
    for (int place = 0; place < 3; ++place) {
        if (trial.jobs().at(place).state == JobState::Running) {
            writeFile(bench.path(u"gate-text-%1"_s.arg(place + 1)), "open");
        }
    }
    QTRY_COMPARE(trial.jobs().counts().of(JobState::Done), 1);
    QTRY_COMPARE(trial.jobs().counts().of(JobState::Running), 1);
    QSignalSpy ended(&trial, &Trial::ended);
    trial.stop();
    QVERIFY(ended.wait(SessionBench::patience));
    QCOMPARE(trial.jobs().counts().of(JobState::Done), 1);
    QCOMPARE(trial.jobs().counts().of(JobState::Cancelled), 1);
    QCOMPARE(trial.jobs().counts().of(JobState::Ready), 1);
    QCOMPARE(trial.forecast().after, 600);
    QVERIFY(bench.leftovers().isEmpty());
}

void TestTrial::freezesWithTheSession()
{
    SessionBench bench({u"--alive-folder"_s, u"@/alive"_s, u"--wait-for"_s, u"@/gate"_s});
    QVERIFY(QDir().mkpath(bench.path(u"alive"_s)));
    addPlanned(bench, 3);
    QVERIFY(bench.session().tryFirst());
    QTRY_COMPARE(namesIn(bench.path(u"alive"_s)).size(), 2);
    const qint64 converter = namesIn(bench.path(u"alive"_s)).first().toLongLong();
    bench.session().setFrozen(true); // Ctrl+Z on the command line
    QTRY_COMPARE(processState(converter).letter, 'T');
    writeFile(bench.path(u"gate"_s), "open");
    QSignalSpy ended(&bench.session().trial(), &Trial::ended);
    bench.session().setFrozen(false);
    QVERIFY(ended.wait(SessionBench::patience));
    QCOMPARE(bench.session().trial().jobs().counts().of(JobState::Done), 3);
}

void TestTrial::failureIsASentence()
{
    SessionBench bench({u"--complain"_s, u"it is odd"_s, u"--exit"_s, u"3"_s});
    addPlanned(bench, 1);
    QVERIFY(tryAndWait(bench));
    const Job &job = bench.session().trial().jobs().at(0);
    QCOMPARE(job.state, JobState::Failed);
    QVERIFY(job.result().error.sentence.contains(u"it is odd"_s));
    QVERIFY(!job.result().error.advice.isEmpty());
    QCOMPARE(bench.session().trial().forecast().unknown, 1);
    QCOMPARE(bench.count(JobState::Failed), 0);
}

void TestTrial::notSmallerIsSaid()
{
    SessionBench bench;
    OutputSettings output;
    output.onlyIfSmaller = true;
    bench.session().setOutputSettings(output);
    addPlanned(bench, 1);
    QVERIFY(tryAndWait(bench));
    QCOMPARE(bench.session().trial().jobs().at(0).state, JobState::Skipped);
    QCOMPARE(bench.session().trial().jobs().at(0).result().error.kind, ErrorKind::NotSmaller);
}

void TestTrial::nothingToTry()
{
    SessionBench bench;
    const Outcome tried = bench.session().tryFirst();
    QVERIFY(!tried);
    QVERIFY(tried.error().sentence.startsWith(u"There is no file to try"_s));
    QVERIFY(!bench.session().trial().isBusy());
    // Measuring writes no result.
    bench.add(bench.makeTexts(2));
    bench.session().usePreset(u"count-text"_s, Session::Others::Skip);
    QSignalSpy planned(&bench.session(), &Session::planChanged);
    QVERIFY(planned.wait(SessionBench::patience));
    QVERIFY(!bench.session().tryFirst());
}

void TestTrial::notWhileABatchRuns()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    addPlanned(bench, 2);
    bench.session().start();
    const Outcome tried = bench.session().tryFirst();
    QVERIFY(!tried);
    QCOMPARE(tried.error().kind, ErrorKind::SystemBusy);
    writeFile(bench.path(u"gate"_s), "open");
    QVERIFY(bench.waitUntilIdle());
}

void TestTrial::nextTryForgetsTheLast()
{
    SessionBench bench;
    addPlanned(bench, 2);
    QVERIFY(tryAndWait(bench));
    const QString before = bench.session().trial().folder()->path();
    QVERIFY(tryAndWait(bench));
    QVERIFY(bench.session().trial().folder()->path() != before);
    QCOMPARE(bench.session().trial().jobs().size(), 2);
    QTRY_VERIFY(!QFile::exists(before));
}

void TestTrial::fullDiskIsASentence()
{
    SessionBench bench;
    const SmallDisk disk(bench.path(u"cache"_s), "size=1m");
    const SmallDisk other(bench.path(u"system"_s), "size=1m");
    if (!disk.isThere() || !other.isThere()) {
        QSKIP("mounting needs root");
    }
    const QByteArray before = qgetenv("TMPDIR");
    qputenv("TMPDIR", QFile::encodeName(bench.path(u"system"_s)));
    addPlanned(bench, 1);
    const bool isTried = tryAndWait(bench);
    before.isNull() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", before);
    QVERIFY(isTried);
    const std::optional<Error> problem = bench.session().trial().problem();
    QVERIFY(problem);
    QCOMPARE(problem->kind, ErrorKind::DiskFull);
    QVERIFY(problem->sentence.startsWith(u"There is no room to try files first"_s));
    QVERIFY(bench.session().trial().jobs().isEmpty());
    QTRY_VERIFY(tried(bench).isEmpty());
    bench.destroySession();
}

void TestTrial::cacheThatCannotBeWritten()
{
    SessionBench bench;
    writeFile(bench.path(u"cache"_s), "a file where the folder should be");
    addPlanned(bench, 1);
    QVERIFY(tryAndWait(bench));
    QCOMPARE(bench.session().trial().jobs().at(0).state, JobState::Done);
    const QString folder = bench.session().trial().folder()->path();
    QVERIFY(folder.startsWith(QDir::tempPath()));
    bench.destroySession();
    QVERIFY(!QFile::exists(folder));
}

void TestTrial::destroyedInTheMiddle()
{
    SessionBench bench({u"--rendezvous"_s, u"@/count"_s, u"--wait-for"_s, u"@/gate"_s});
    addPlanned(bench, 3);
    QVERIFY(bench.session().tryFirst());
    QTRY_COMPARE(bench.rendezvous(u"count"_s).running, 2);
    bench.destroySession();
    QVERIFY(tried(bench).isEmpty());
    QVERIFY(bench.leftovers().isEmpty());
}

void TestTrial::deadRunsAreRemoved()
{
    SessionBench bench;
    const RunFolder runs(bench.path(u"state/runs"_s));
    // What a run that was killed left: its lock file, and the results of its try.
    const QString left = bench.path(u"cache/trials/batchwright-dead1234-"_s);
    writeFile(left + u"Ab12Cd/1/photo.jpg"_s, "a result");
    writeFile(bench.path(u"cache/trials/batchwright-other567-Ab12Cd/1/photo.jpg"_s), "of another run");
    QVERIFY(runs.make());
    writeFile(runs.lockFile(u"dead1234"_s),
              QFile::encodeName(bench.path(u"temporary/batchwright-dead1234-"_s)) + '\0'
                  + QFile::encodeName(left));
    QSignalSpy recovered(&bench.session(), &Session::recoveryFinished);
    bench.session().recover();
    QVERIFY(recovered.wait(SessionBench::patience));
    QCOMPARE(namesIn(bench.path(u"cache/trials"_s)), QStringList{u"batchwright-other567-Ab12Cd"_s});
    QVERIFY(!QFile::exists(runs.lockFile(u"dead1234"_s)));
}

static const RegisterTest<TestTrial> registrationOfTrial;

} // namespace batchwright

#include "tst_trial.moc"
