// The sentences that the window makes itself.
#include "tests/ui/uifixtures.h"

#include "ui/jobtext.h"
#include "ui/noticebar.h"
#include "ui/planbar.h"
#include "ui/runbar.h"
#include "ui/windowtitle.h"

#include <QTest>

using namespace batchwright;

class UiTextTest final : public QObject
{
    Q_OBJECT

private slots:
    void title();
    void status();
    void outcome();
    void importReport();
    void rowsThatStandStill();
    void percentsAreCut();
    void savedShares();
    void picturesOfAScan();
};

namespace {

BatchTotals totalsOf(int queued, int running, int done, int failed)
{
    BatchTotals totals;
    totals.counts.byState[static_cast<int>(JobState::Queued)] = queued;
    totals.counts.byState[static_cast<int>(JobState::Running)] = running;
    totals.counts.byState[static_cast<int>(JobState::Done)] = done;
    totals.counts.byState[static_cast<int>(JobState::Failed)] = failed;
    totals.coreLimit = 8;
    return totals;
}

} // namespace

void UiTextTest::title()
{
    BatchTotals totals = totalsOf(5, 1, 3, 0);
    totals.fraction = 0.379;
    QCOMPARE(windowTitleText(totals, TitlePhase::Idle), QStringLiteral("Batchwright"));
    QCOMPARE(windowTitleText(totals, TitlePhase::Running), QStringLiteral("37 % · Batchwright"));
    QCOMPARE(windowTitleText(totals, TitlePhase::Frozen), QStringLiteral("37 % · frozen · Batchwright"));
    QCOMPARE(windowTitleText(totals, TitlePhase::Held), QStringLiteral("37 % · on hold · Batchwright"));
    QCOMPARE(windowTitleText(totalsOf(0, 0, 3, 0), TitlePhase::Ended), QStringLiteral("Done · Batchwright"));
    QCOMPARE(windowTitleText(totalsOf(0, 0, 212, 2), TitlePhase::Ended),
             QStringLiteral("212 done, 2 failed · Batchwright"));
    QCOMPARE(windowTitleText(totalsOf(0, 0, 0, 2), TitlePhase::Ended),
             QStringLiteral("2 failed · Batchwright"));
    QCOMPARE(windowTitleText(totalsOf(0, 0, 0, 0), TitlePhase::Ended), QStringLiteral("Batchwright"));
}

void UiTextTest::status()
{
    BatchTotals totals = totalsOf(125, 8, 79, 2);
    totals.remainingMilliseconds = 3 * 60'000;
    totals.leastRemaining = 144'000;
    totals.mostRemaining = 216'000;
    totals.filesPerMinute = 41;
    totals.counts.inputBytes = 1'700'000'000;
    totals.counts.outputBytes = 500'000'000;
    QCOMPARE(statusText(totals, BatchPhase::Running),
             QStringLiteral(
                 "79 of 214 done · 2 failed · 8 running on 8 cores · 2 to 4 minutes left · 41 files/min · "
                 "saved 1.2 GB (71 %)"));
    QVERIFY(statusText(totals, BatchPhase::Held).contains(QStringLiteral("on hold, 8 still running")));
    QCOMPARE(statusText(totalsOf(0, 0, 0, 0), BatchPhase::Idle), QStringLiteral("No files yet"));
    BatchTotals grown = totalsOf(0, 0, 1, 0);
    grown.counts.inputBytes = 1000;
    grown.counts.outputBytes = 1500;
    grown.elapsedMilliseconds = 65'000;
    QCOMPARE(statusText(grown, BatchPhase::Finished),
             QStringLiteral("1 file · 1 done · took 1:05 · grew by 500 B (50 %)"));
}

void UiTextTest::outcome()
{
    QCOMPARE(outcomeSentence(totalsOf(0, 0, 1, 0).counts), QStringLiteral("The file is done."));
    QCOMPARE(outcomeSentence(totalsOf(0, 0, 9, 0).counts), QStringLiteral("All 9 files are done."));
    QCOMPARE(outcomeSentence(totalsOf(0, 0, 9, 2).counts), QStringLiteral("9 files are done, 2 failed."));
    QCOMPARE(outcomeSentence(totalsOf(0, 0, 0, 0).counts), QString());
}

void UiTextTest::importReport()
{
    ImportReport report;
    report.added = 214;
    QCOMPARE(importSentence(report), QString()); // nothing remarkable
    report.duplicates = 1;
    report.refused = {Error{}, Error{}};
    QCOMPARE(importSentence(report),
             QStringLiteral("214 files were added, 1 was in the list already, 2 could not be added."));
    report.stopped = true;
    QVERIFY(importSentence(report).contains(QStringLiteral("stopped")));
    QCOMPARE(importSentence(ImportReport{}), QStringLiteral("No files were found there."));
}

/// Why nothing moves must be in the row, and not only for those who know what the program does by itself.
void UiTextTest::rowsThatStandStill()
{
    Job job = makeJob(QStringLiteral("/a.jpg"));
    job.state = JobState::Running;
    job.progress.fraction = 0.5;
    QCOMPARE(stateCellText(job), QStringLiteral("50 %"));
    job.progress.speed = 4.2;
    QCOMPARE(stateCellText(job), QStringLiteral("50 % · 4.2×"));
    job.progress.leastLeft = 125;
    job.progress.mostLeft = 170;
    QCOMPARE(stateCellText(job), QStringLiteral("50 % · 2 to 3 min"));
    QCOMPARE(stateLongText(job), QStringLiteral("50 % · 4.2× · 2 to 3 min left"));
    QVERIFY(showsPercent(job));
    job.progress.standstill = Standstill::Asked;
    QCOMPARE(stateCellText(job), QStringLiteral("Frozen"));
    QCOMPARE(stateSpokenText(job), QStringLiteral("Frozen, 50 percent"));
    job.progress.standstill = Standstill::Memory;
    QCOMPARE(stateCellText(job), QStringLiteral("Waits for memory"));
    QVERIFY(!showsPercent(job)); // the words need the room
    job.progress.standstill = Standstill::None;
    job.progress.idle = true;
    QCOMPARE(stateCellText(job), QStringLiteral("Nothing for 5 minutes"));
    QCOMPARE(stateSpokenText(job), QStringLiteral("Nothing for 5 minutes, 50 percent"));
    QCOMPARE(stateTone(job), Tone::Warning);
    QVERIFY(!showsPercent(job));
}

void UiTextTest::percentsAreCut()
{
    QCOMPARE(percentText(0), QStringLiteral("0 %"));
    QCOMPARE(percentText(0.999), QStringLiteral("99 %"));
    QCOMPARE(percentText(0.29), QStringLiteral("29 %")); // 0.29 * 100 is a little less than 29
    QCOMPARE(percentText(1), QStringLiteral("100 %"));
}

void UiTextTest::savedShares()
{
    Job job = makeJob(QStringLiteral("/a"), 1000);
    QVERIFY(!savedShare(job));
    job.state = JobState::Done;
    JobResult result;
    result.outputBytes = 1300;
    job.setResult(result);
    QVERIFY(savedShare(job));
    QCOMPARE(savedText(*savedShare(job)), QStringLiteral("−30 %"));
}

void UiTextTest::picturesOfAScan()
{
    Job job;
    job.source = QStringLiteral("/scans/a very long name of a patient.dcm");
    job.facts.width = 64;
    job.facts.height = 32;
    job.facts.pages = 12;
    QCOMPARE(nameCellText(job), job.fileName());
    QCOMPARE(factsCellText(job), QStringLiteral("64 × 32 · 12 pictures"));
    job.variables.insert(pictureNumberVariable, QStringLiteral("10"));
    QCOMPARE(nameCellText(job), job.fileName() + QStringLiteral(" · 10 of 12"));
    QCOMPARE(factsCellText(job), QStringLiteral("64 × 32"));
    const QFontMetrics metrics{QFont()};
    const int whole = metrics.horizontalAdvance(nameCellText(job));
    QCOMPARE(nameCutText(job, metrics, whole + 1), nameCellText(job));
    const QString cut = nameCutText(job, metrics, whole * 2 / 3);
    QVERIFY2(cut.endsWith(QStringLiteral(".dcm · 10 of 12")) && cut.contains(QChar(0x2026)), qPrintable(cut));
    QVERIFY(metrics.horizontalAdvance(cut) <= whole * 2 / 3);
    job.facts.pages = 1; // not asked for yet
    QCOMPARE(nameCellText(job), job.fileName() + QStringLiteral(" · 10"));
}

QTEST_MAIN(UiTextTest)
#include "tst_uitext.moc"
