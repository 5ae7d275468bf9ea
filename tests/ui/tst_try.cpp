// Trying files first, and comparing a photo with its result, in the window with the real worker.
#include "tests/fake/testfiles.h"
#include "tests/ui/uifixtures.h"

#include "app/session/previews.h"
#include "app/session/trial.h"
#include "ui/comparedialog.h"
#include "ui/comparisonview.h"
#include "ui/mainwindow.h"
#include "ui/picturepane.h"
#include "ui/trydialog.h"

#include <QAction>
#include <QDir>
#include <QFutureWatcher>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace batchwright;

namespace {

constexpr int patience = 30'000; // ms

template<typename Widget>
Widget *childOf(const QObject *owner, const char *name)
{
    return owner->findChild<Widget *>(QLatin1String(name));
}

/// A window with five pictures of different sizes in a list, planned.
struct WindowFixture : SessionFixture {
    MainWindow window{session};

    void add(const QStringList &files)
    {
        window.resize(1280, 800);
        window.show();
        session.addFiles(files);
        static_cast<void>(QTest::qWaitFor(
            [&] { return session.jobs().size() == files.size() && session.plan().willRun == files.size(); },
            patience));
    }
    void addPictures(int count)
    {
        QStringList files;
        for (int number = 1; number <= count; ++number) {
            files.append(writeFile(QStringLiteral("%1.ppm").arg(number), ppmImage(number * 60, number * 40)));
        }
        add(files);
    }
    TryDialog *openTry()
    {
        childOf<QToolButton>(&window, "tryButton")->click();
        return childOf<TryDialog>(&window, "tryDialog");
    }
    QStringList tried() const
    {
        return QDir(folder.filePath(QStringLiteral("cache/trials")))
            .entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }
};

} // namespace

class TryTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void showsSizesAndWhatAllComeTo();
    void runAllConverts();
    void changingSettingsLeavesNothing();
    void closesWhileItRuns();
    void failureIsSaid();
    void textsHaveNoPictures();
    void measuringCannotBeTried();
    void picturesAreComparedByPixels();
    void brokenPictureIsSaid();
    void panesAreDraggedTogether();
    void finishedRowIsCompared();
};

void TryTest::initTestCase()
{
    if (QStandardPaths::findExecutable(QStringLiteral("batchwright-worker")).isEmpty()) {
        QSKIP("the worker is not built");
    }
}

void TryTest::showsSizesAndWhatAllComeTo()
{
    WindowFixture fixture;
    fixture.addPictures(5);
    TryDialog *dialog = fixture.openTry();
    QVERIFY(dialog);
    auto *table = childOf<QTableWidget>(dialog, "tryTable");
    auto *forecast = childOf<QLabel>(dialog, "tryForecast");
    QTRY_VERIFY_WITH_TIMEOUT(forecast->text().startsWith(QStringLiteral("5 files: ")), patience);
    QVERIFY2(forecast->text().contains(QStringLiteral("smaller), in ")), qPrintable(forecast->text()));
    QCOMPARE(table->rowCount(), 3);
    QCOMPARE(table->item(0, 0)->text(), QStringLiteral("1.ppm"));
    QCOMPARE(table->item(1, 0)->text(), QStringLiteral("3.ppm"));
    QCOMPARE(table->item(2, 0)->text(), QStringLiteral("5.ppm"));
    for (int row = 0; row < 3; ++row) {
        QCOMPARE(table->item(row, 4)->text(), QStringLiteral("Done"));
        QVERIFY(table->item(row, 1)->text().contains(QStringLiteral("B")));
        QVERIFY(table->item(row, 2)->text().contains(QStringLiteral("B")));
        QVERIFY(table->item(row, 3)->text().endsWith(QStringLiteral(" %")));
    }
    const QList<PicturePane *> panes = dialog->findChildren<PicturePane *>();
    QCOMPARE(panes.size(), 2);
    table->selectRow(2);
    for (const PicturePane *pane : panes) {
        QTRY_COMPARE_WITH_TIMEOUT(pane->pixels(), QSize(300, 200), patience);
        QTRY_VERIFY_WITH_TIMEOUT(pane->hasWhole(), patience);
    }
    QCOMPARE(fixture.session.jobs().counts().of(JobState::Ready), 5);
}

void TryTest::runAllConverts()
{
    WindowFixture fixture;
    fixture.addPictures(2);
    TryDialog *dialog = fixture.openTry();
    auto *run = childOf<QPushButton>(dialog, "tryRunAll");
    QCOMPARE(run->text(), QStringLiteral("Run all 2"));
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.trial().state(), Trial::State::Ended, patience);
    run->click();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.jobs().counts().of(JobState::Done), 2, patience);
    QVERIFY(QFile::exists(fixture.folder.filePath(QStringLiteral("2.jpg"))));
    QTRY_VERIFY_WITH_TIMEOUT(fixture.tried().isEmpty(), patience);
}

void TryTest::changingSettingsLeavesNothing()
{
    WindowFixture fixture;
    fixture.addPictures(2);
    TryDialog *dialog = fixture.openTry();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.trial().state(), Trial::State::Ended, patience);
    QCOMPARE(fixture.tried().size(), 1);
    childOf<QPushButton>(dialog, "tryChange")->click();
    QTRY_VERIFY_WITH_TIMEOUT(fixture.tried().isEmpty(), patience);
    QVERIFY(!fixture.session.isRunning());
    QCOMPARE(fixture.session.jobs().counts().of(JobState::Ready), 2);
    QVERIFY(!QFile::exists(fixture.folder.filePath(QStringLiteral("2.jpg"))));
    // And once more.
    QTRY_VERIFY_WITH_TIMEOUT(!childOf<TryDialog>(&fixture.window, "tryDialog"), patience);
    QVERIFY(fixture.openTry());
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.trial().state(), Trial::State::Ended, patience);
}

void TryTest::closesWhileItRuns()
{
    WindowFixture fixture;
    fixture.addPictures(3);
    TryDialog *dialog = fixture.openTry();
    QVERIFY(fixture.session.trial().isBusy());
    dialog->reject();
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.session.trial().isBusy(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.tried().isEmpty(), patience);
}

void TryTest::failureIsSaid()
{
    WindowFixture fixture;
    QByteArray torn = pngImage(300, 200);
    torn.truncate(60);
    fixture.add({fixture.writeFile(QStringLiteral("torn.png"), torn)});
    TryDialog *dialog = fixture.openTry();
    auto *note = childOf<QLabel>(dialog, "tryNote");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.trial().state(), Trial::State::Ended, patience);
    QTRY_VERIFY_WITH_TIMEOUT(note->isVisible() && note->text().size() > 20, patience);
    auto *forecast = childOf<QLabel>(dialog, "tryForecast");
    QVERIFY2(forecast->text().contains(QStringLiteral("nothing can be said")), qPrintable(forecast->text()));
}

void TryTest::textsHaveNoPictures()
{
    WindowFixture fixture;
    QDir().mkpath(fixture.folder.filePath(QStringLiteral("presets")));
    fixture.writeFile(
        QStringLiteral("presets/copy.json"),
        R"({"id": "copy", "name": "Copy", "group": "Test", "about": "A copy.", "accepts": {"kinds": )"
        R"(["text"]}, "steps": [{"command": ["cp", "{input}", "{output}"]}], "output": {"suffix": "copy"}})");
    fixture.session.reloadPresets();
    fixture.session.usePreset(QStringLiteral("copy"));
    fixture.add({fixture.writeFile(QStringLiteral("a.txt"), "words\n")});
    TryDialog *dialog = fixture.openTry();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.trial().state(), Trial::State::Ended, patience);
    QVERIFY(!childOf<ComparisonView>(dialog, "comparison")->isVisible());
    auto *forecast = childOf<QLabel>(dialog, "tryForecast");
    QVERIFY2(forecast->text().contains(QStringLiteral("about the same size")), qPrintable(forecast->text()));
}

void TryTest::measuringCannotBeTried()
{
    WindowFixture fixture;
    fixture.session.usePreset(QStringLiteral("count-text"));
    fixture.add({fixture.writeFile(QStringLiteral("a.txt"), "words\n")});
    QVERIFY(!childOf<QToolButton>(&fixture.window, "tryButton")->isVisible());
}

void TryTest::picturesAreComparedByPixels()
{
    SessionFixture fixture;
    const QString file = fixture.writeFile(QStringLiteral("large.ppm"), ppmImage(1500, 1200));
    ComparisonView view(fixture.session);
    view.resize(800, 400);
    view.show();
    view.setFiles({ComparedFile{ShownFile{file}, 1000, {}, {}},
                   ComparedFile{{}, 0, {}, QStringLiteral("Nothing yet.")}});
    auto *pane = view.findChildren<PicturePane *>().first();
    QTRY_COMPARE_WITH_TIMEOUT(pane->pixels(), QSize(1500, 1200), patience);
    QTRY_VERIFY_WITH_TIMEOUT(pane->hasWhole(), patience);
    QVERIFY(pane->lackingPart().isEmpty()); // the whole one fits
    view.setZoom(PicturePane::Zoom::Pixels);
    QVERIFY(!pane->lackingPart().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(pane->lackingPart().isEmpty(), patience);
    // The pixel in the middle is that of the file, as far as a JPEG of the best quality has it.
    const QImage seen = pane->grab().toImage();
    const QColor middle = seen.pixelColor(seen.width() / 2, seen.height() / 2);
    const int x = 750;
    const int y = 600;
    QVERIFY2(std::abs(middle.red() - x * 7 % 256) < 24 && std::abs(middle.green() - y * 5 % 256) < 24,
             qPrintable(middle.name()));
}

void TryTest::brokenPictureIsSaid()
{
    SessionFixture fixture;
    const auto preview = [&](const QString &path) {
        std::optional<Preview> made;
        QFutureWatcher<Preview> watcher;
        QSignalSpy finished(&watcher, &QFutureWatcher<Preview>::finished);
        watcher.setFuture(fixture.session.previews().whole({path}, 500));
        static_cast<void>(finished.wait(patience));
        return watcher.future().resultCount() > 0 ? watcher.result() : Preview();
    };
    const Preview broken = preview(fixture.writeFile(QStringLiteral("torn.jpg"), "\xff\xd8\xff\xe0 torn"));
    QVERIFY(broken.picture.isNull());
    QVERIFY(broken.problem && !broken.problem->sentence.isEmpty());
    const Preview gone = preview(fixture.folder.filePath(QStringLiteral("gone.jpg")));
    QVERIFY(gone.problem && gone.problem->sentence.contains(QStringLiteral("gone.jpg")));
    QVERIFY(!preview(fixture.writeFile(QStringLiteral("good.png"), pngImage(60, 30))).picture.isNull());
}

void TryTest::panesAreDraggedTogether()
{
    PicturePane pane(QStringLiteral("Before"));
    pane.resize(256, 128);
    pane.clear(QSize(1000, 500));
    QImage whole(100, 50, QImage::Format_RGB32);
    whole.fill(Qt::red);
    pane.setWhole(whole);
    pane.show();
    QSignalSpy zoom(&pane, &PicturePane::zoomWanted);
    QSignalSpy centre(&pane, &PicturePane::centreWanted);
    // A double click shows the place that was clicked, with its own pixels.
    QTest::mouseDClick(&pane, Qt::LeftButton, {}, QPoint(64, 32));
    QCOMPARE(zoom.size(), 1);
    QCOMPARE(centre.first().first().toPointF(), QPointF(0.25, 0.25));
    pane.setZoom(PicturePane::Zoom::Pixels);
    pane.setCentre(QPointF(0.5, 0.5));
    QCOMPARE(pane.lackingPart(), QRect(372 - 64, 186 - 32, 256 + 128, 128 + 64));
    pane.setPart(QImage(384, 192, QImage::Format_RGB32), QRect(308, 154, 384, 192));
    QVERIFY(pane.lackingPart().isEmpty());
    QTest::mousePress(&pane, Qt::LeftButton, {}, QPoint(100, 50));
    QMouseEvent move(QEvent::MouseMove, QPointF(0, 50), QPointF(0, 50), Qt::NoButton, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&pane, &move);
    QTest::mouseRelease(&pane, Qt::LeftButton, {}, QPoint(0, 50));
    QCOMPARE(centre.last().first().toPointF(), QPointF(0.6, 0.5)); // the hand pulls the picture to the left
    pane.setCentre(QPointF(1, 1));                                 // nothing beyond the edge
    QCOMPARE(pane.lackingPart(), QRect(680, 340, 320, 160));
}

void TryTest::finishedRowIsCompared()
{
    WindowFixture fixture;
    fixture.addPictures(1);
    const JobId id = fixture.session.jobs().at(0).id;
    QVERIFY(!canCompare(fixture.session.jobs().at(0)));
    fixture.session.start();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.jobs().counts().of(JobState::Done), 1, patience);
    const Job &job = fixture.session.jobs().at(0);
    QVERIFY(canCompare(job));
    QCOMPARE(comparedFiles(job)[0].file.path, job.source);
    QCOMPARE(comparedFiles(job)[1].file.path, job.result().outputPath);
    QCOMPARE(comparedFiles(job)[1].bytes, job.result().outputBytes);
    childOf<QTableView>(&fixture.window, "jobTable")->selectRow(0);
    auto *dialog = new CompareDialog(fixture.session, id, &fixture.window);
    dialog->show();
    const QPointer<CompareDialog> guard(dialog);
    for (const PicturePane *pane : dialog->findChildren<PicturePane *>()) {
        QTRY_VERIFY_WITH_TIMEOUT(pane->hasWhole(), patience);
    }
    fixture.session.removeJobs({id});
    QTRY_VERIFY_WITH_TIMEOUT(!guard, patience); // the row is gone, and so is its comparison
}

QTEST_MAIN(TryTest)
#include "tst_try.moc"
