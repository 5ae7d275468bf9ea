// A session after a crash: going on, discarding, undoing, waiting for space.
#include "app/journal/undorun.h"
#include "tests/app/journal/journalbench.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QDir>
#include <QSignalSpy>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestSessionRecovery : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void goesOnWithWhatIsLeft();
    void finishedJobsAreNotDoneAgain();
    void keepsTheSettingsThatTheyHad();
    void severalRunsKeepTheirNames();
    void discardedRunIsNotOfferedAgain();
    void stoppedByTheUserIsNotOffered();
    void interruptedIsOffered();
    void twoInstancesNeverPlanOneName();
    void undoRemovesResults();
    void undoBringsBackWhatWasReplaced();
    void undoLeavesWhatSomebodyChanged();
    void undoOfAnEarlierSession();
    void oldRunsBecomeFinal();

private:
    static void recover(SessionBench &bench);
    static OutputSettings into(const SessionBench &bench, ExistsRule exists = ExistsRule::Rename);
    static UndoReport undo(SessionBench &bench);
};

void TestSessionRecovery::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void TestSessionRecovery::recover(SessionBench &bench)
{
    QSignalSpy finished(&bench.session(), &Session::recoveryFinished);
    bench.session().recover();
    QVERIFY(finished.wait(SessionBench::patience));
}

OutputSettings TestSessionRecovery::into(const SessionBench &bench, ExistsRule exists)
{
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = bench.path(u"results"_s);
    output.tree = FolderTree::Flat;
    output.exists = exists;
    return output;
}

UndoReport TestSessionRecovery::undo(SessionBench &bench)
{
    QSignalSpy undone(&bench.session(), &Session::undoFinished);
    bench.session().undoLast();
    return undone.wait(SessionBench::patience) ? undone.first().first().value<UndoReport>() : UndoReport{};
}

void TestSessionRecovery::goesOnWithWhatIsLeft()
{
    FAULT_CASE("E32", Real);
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    bench.add(bench.makeTexts(5));
    bench.session().setOutputSettings(into(bench));
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    bench.destroySession(); // as if it had been killed: nobody gave the others up
    QVERIFY(bench.leftovers().isEmpty());
    writeFile(bench.path(u"gate"_s), "open");

    recover(bench);
    QCOMPARE(bench.session().interruptedRuns().size(), 1);
    const JournalCounts counts = bench.session().interruptedRuns().first()->counts;
    QCOMPARE(counts.done, 0);
    QCOMPARE(counts.unfinished(), 5);
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.session().continueRun(bench.session().interruptedRuns().first()->token);
    QVERIFY(finished.wait(SessionBench::patience));
    QCOMPARE(bench.count(JobState::Done), 5);
    QCOMPARE(namesIn(bench.path(u"results"_s)).size(), 5);
    QVERIFY(bench.session().interruptedRuns().isEmpty());
    bench.destroySession();
    recover(bench);
    QVERIFY(bench.session().interruptedRuns().isEmpty());
}

void TestSessionRecovery::finishedJobsAreNotDoneAgain()
{
    FAULT_CASE("E32", Real);
    SessionBench bench;
    const QStringList sources = bench.makeTexts(2);
    const RunFolder folder(bench.path(u"state/runs"_s));
    writeFile(bench.path(u"results/text-0001.out"_s), "made before");
    JournalRow done = sampleRow(1, sources.at(0), bench.path(u"results/text-0001.out"_s), JournalState::Done);
    done.job.setResult(resultAt(done.job.target));
    JournalRow left = sampleRow(2, sources.at(1), bench.path(u"results/text-0002.out"_s));
    left.job.facts = factsOf(MediaKind::Text, u"plain"_s);
    left.job.settings =
        settingsWith(presetFromJson(fakePresetJson(u"fake"_s, {QStringLiteral(FAKECONVERTER), u"--copy"_s,
                                                               u"{input}"_s, u"{output}"_s})));
    writeDeadRun(folder, u"dead"_s, {done, left});

    recover(bench);
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.session().continueRun(u"dead"_s);
    QVERIFY(finished.wait(SessionBench::patience));
    QCOMPARE(bench.session().jobs().size(), 2);
    QCOMPARE(bench.job(0).state, JobState::Done);
    QCOMPARE(bench.job(0).attempt, 0); // not tried here
    QCOMPARE(bench.job(1).state, JobState::Done);
    QCOMPARE(readFile(bench.path(u"results/text-0001.out"_s)), "made before");
    QCOMPARE(readFile(bench.path(u"results/text-0002.out"_s)), readFile(sources.at(1)));
    // Files that are in the list are not added once more.
    QCOMPARE(bench.add(sources).duplicates, 2);
}

void TestSessionRecovery::keepsTheSettingsThatTheyHad()
{
    SessionBench bench;
    const QStringList sources = bench.makeTexts(1);
    JournalRow row = sampleRow(7, sources.first(), bench.path(u"elsewhere/wanted name.out"_s));
    row.number = 41;
    row.job.facts = factsOf(MediaKind::Text, u"plain"_s);
    row.job.settings = settingsWith(
        presetFromJson(fakePresetJson(u"gone"_s, {QStringLiteral(FAKECONVERTER), u"--copy"_s, u"{input}"_s,
                                                  u"{output}"_s, u"--say"_s, u"number {index}"_s})));
    writeDeadRun(RunFolder(bench.path(u"state/runs"_s)), u"dead"_s, {row});
    bench.session().setOutputSettings(into(bench)); // what is chosen now does not count
    recover(bench);
    QSignalSpy finished(&bench.session(), &Session::batchFinished);
    bench.session().continueRun(u"dead"_s);
    QVERIFY(finished.wait(SessionBench::patience));
    QCOMPARE(bench.job(0).state, JobState::Done);
    QCOMPARE(bench.job(0).settings->preset->id, u"gone"_s); // no preset of that name is there any more
    QVERIFY(QFile::exists(bench.path(u"elsewhere/wanted name.out"_s)));
    QVERIFY2(bench.job(0).result().log.contains(u"number 41"_s), qPrintable(bench.job(0).result().log));
}

void TestSessionRecovery::severalRunsKeepTheirNames()
{
    SessionBench bench;
    const QStringList sources = bench.makeTexts(6);
    const RunFolder folder(bench.path(u"state/runs"_s));
    const Preset preset = presetFromJson(
        fakePresetJson(u"fake"_s, {QStringLiteral(FAKECONVERTER), u"--copy"_s, u"{input}"_s, u"{output}"_s}));
    QStringList expected;
    for (int run = 0; run < 3; ++run) {
        QVector<JournalRow> rows;
        for (int number = 0; number < 2; ++number) {
            const QString name = u"result %1-%2.out"_s.arg(run).arg(number);
            rows.append(
                sampleRow(number + 1, sources.at(2 * run + number), bench.path(u"results/"_s + name)));
            rows.last().job.facts = factsOf(MediaKind::Text, u"plain"_s);
            rows.last().job.settings = settingsWith(preset);
            expected.append(name);
        }
        // The others take longer to be taken over than the first one.
        for (int number = 10; run > 0 && number < 2000; ++number) {
            rows.append(
                sampleRow(number, u"/gone/%1-%2"_s.arg(run).arg(number), QString(), JournalState::Cancelled));
        }
        writeDeadRun(folder, u"dead%1"_s.arg(run), rows);
    }
    recover(bench);
    QCOMPARE(bench.session().interruptedRuns().size(), 3);
    for (const DeadRunPointer &run : QVector<DeadRunPointer>(bench.session().interruptedRuns())) {
        bench.session().continueRun(run->token);
    }
    // The names that the journals of the other two still reserve are those of the same jobs.
    QTRY_COMPARE_WITH_TIMEOUT(bench.count(JobState::Done), 6, SessionBench::patience);
    QCOMPARE(namesIn(bench.path(u"results"_s)), expected);
}

void TestSessionRecovery::discardedRunIsNotOfferedAgain()
{
    SessionBench bench;
    writeDeadRun(RunFolder(bench.path(u"state/runs"_s)), u"dead"_s,
                 {sampleRow(1, bench.path(u"a"_s), bench.path(u"b"_s))});
    recover(bench);
    QCOMPARE(bench.session().interruptedRuns().size(), 1);
    QSignalSpy changed(&bench.session(), &Session::interruptedRunsChanged);
    bench.session().discardRun(u"dead"_s);
    QVERIFY(changed.wait(SessionBench::patience));
    bench.destroySession();
    recover(bench);
    QVERIFY(bench.session().interruptedRuns().isEmpty());
}

void TestSessionRecovery::stoppedByTheUserIsNotOffered()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    bench.add(bench.makeTexts(4));
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
    bench.destroySession();
    recover(bench);
    QVERIFY(bench.session().interruptedRuns().isEmpty());
}

void TestSessionRecovery::interruptedIsOffered()
{
    SessionBench bench({u"--wait-for"_s, u"@/gate"_s});
    bench.add(bench.makeTexts(4));
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    bench.session().stopAll(Session::Stop::Interrupt);
    QVERIFY(bench.waitUntilIdle());
    bench.destroySession();
    recover(bench);
    QCOMPARE(bench.session().interruptedRuns().size(), 1);
    QCOMPARE(bench.session().interruptedRuns().first()->counts.unfinished(), 4);
}

void TestSessionRecovery::twoInstancesNeverPlanOneName()
{
    FAULT_CASE("E35", Real);
    SessionBench first({u"--wait-for"_s, u"@/gate"_s});
    SessionBench second;
    first.add(first.makeTexts(1));
    first.session().setOutputSettings(into(first));
    first.session().start();
    QTRY_COMPARE(first.count(JobState::Running), 1);
    // The other instance shares the folder of the runs, and wants the same name.
    Session::Paths paths;
    paths.userPresets = second.path(u"presets"_s);
    paths.temporaryFolder = second.path(u"temporary"_s);
    paths.runFolder = first.path(u"state/runs"_s);
    paths.cacheFolder = first.path(u"cache"_s);
    second.session();
    Session other(paths, Settings{});
    other.usePreset(u"fake"_s, Session::Others::Skip);
    QSignalSpy imported(&other, &Session::importFinished);
    other.addFiles({first.path(u"sources/text-0001.txt"_s)});
    QVERIFY(imported.wait(SessionBench::patience));
    other.setOutputSettings(into(first));
    QSignalSpy finished(&other, &Session::batchFinished);
    other.start();
    QVERIFY(finished.wait(SessionBench::patience));
    QCOMPARE(other.jobs().at(0).result().outputPath, first.path(u"results/text-0001 (2).out"_s));
    writeFile(first.path(u"gate"_s), "open");
    QVERIFY(first.waitUntilIdle());
    QCOMPARE(first.job(0).result().outputPath, first.path(u"results/text-0001.out"_s));
}

void TestSessionRecovery::undoRemovesResults()
{
    SessionBench bench;
    bench.add(bench.makeTexts(3));
    bench.session().setOutputSettings(into(bench));
    QVERIFY(bench.convert());
    QCOMPARE(namesIn(bench.path(u"results"_s)).size(), 3);
    const UndoReport report = undo(bench);
    QCOMPARE(report.results, 3);
    QVERIFY(report.problems.isEmpty());
    QCOMPARE(report.sentence(), u"3 results were removed."_s);
    QVERIFY(namesIn(bench.path(u"results"_s)).isEmpty());
    QCOMPARE(bench.count(JobState::Ready), 3); // and can be converted again
    QVERIFY(bench.convert());
    QCOMPARE(namesIn(bench.path(u"results"_s)).size(), 3);
    QCOMPARE(undo(bench).results, 3);
    QCOMPARE(undo(bench).sentence(), u"There was nothing to undo."_s);
}

void TestSessionRecovery::undoBringsBackWhatWasReplaced()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    writeFile(bench.path(u"results/text-0001.out"_s), "the old one");
    bench.session().setOutputSettings(into(bench, ExistsRule::Replace));
    QVERIFY(bench.convert());
    QCOMPARE(bench.count(JobState::Done), 2);
    QVERIFY(readFile(bench.path(u"results/text-0001.out"_s)) != "the old one");
    const UndoReport report = undo(bench);
    QCOMPARE(report.sentence(), u"One result was removed, one replaced file is back."_s);
    QCOMPARE(namesIn(bench.path(u"results"_s)), QStringList{u"text-0001.out"_s});
    QCOMPARE(readFile(bench.path(u"results/text-0001.out"_s)), "the old one");
}

void TestSessionRecovery::undoLeavesWhatSomebodyChanged()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    bench.session().setOutputSettings(into(bench));
    QVERIFY(bench.convert());
    writeFile(bench.path(u"results/text-0001.out"_s), "edited by hand, for hours");
    const UndoReport report = undo(bench);
    QCOMPARE(report.results, 1);
    QCOMPARE(report.problems.size(), 1);
    QCOMPARE(readFile(bench.path(u"results/text-0001.out"_s)), "edited by hand, for hours");
    QCOMPARE(bench.count(JobState::Done), 1);
}

void TestSessionRecovery::undoOfAnEarlierSession()
{
    SessionBench bench;
    bench.add(bench.makeTexts(2));
    bench.session().setOutputSettings(into(bench));
    QVERIFY(bench.convert());
    bench.destroySession();
    const RunFolder folder(bench.path(u"state/runs"_s));
    QCOMPARE(undoableRuns(folder).size(), 1);
    QCOMPARE(undoableRuns(folder).first().results, 2);
    QCOMPARE(undo(bench).results, 2);
    QVERIFY(namesIn(bench.path(u"results"_s)).isEmpty());
    QVERIFY(undoableRuns(folder).isEmpty());
}

void TestSessionRecovery::oldRunsBecomeFinal()
{
    SessionBench bench;
    bench.add(bench.makeTexts(1));
    writeFile(bench.path(u"results/text-0001.out"_s), "the old one");
    bench.session().setOutputSettings(into(bench, ExistsRule::Replace));
    QVERIFY(bench.convert());
    bench.destroySession();
    const RunFolder folder(bench.path(u"state/runs"_s));
    RealFileOps files;
    const QDateTime now = QDateTime::currentDateTime();
    closeOldRuns(folder, now, files);
    QCOMPARE(undoableRuns(folder).size(), 1);
    closeOldRuns(folder, now.addDays(undoDays + 1), files);
    QVERIFY(undoableRuns(folder).isEmpty());
    QCOMPARE(namesIn(bench.path(u"results"_s)), QStringList{u"text-0001.out"_s});
    QVERIFY(readFile(bench.path(u"results/text-0001.out"_s)) != "the old one");
}

static const RegisterTest<TestSessionRecovery> registrationOfSessionRecovery;

} // namespace batchwright

#include "tst_sessionrecovery.moc"
