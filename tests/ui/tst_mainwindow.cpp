// The window as a whole: from an empty one through a drop to a finished batch, with a preset that measures, since
// that needs no converter but wc.
#include "tests/ui/uifixtures.h"

#include "ui/mainwindow.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QToolButton>
#include <QUrl>

using namespace batchwright;

class MainWindowTest final : public QObject
{
    Q_OBJECT

private slots:
    void beginsEmpty();
    void restsWhenNothingHappens_data();
    void restsWhenNothingHappens();
    void chipChoosesThePreset();
    void takesDrops();
    void dragStartsWorkers();
    void takesPastedPaths();
    void listsWhatWasRefused();
    void convertsAndSaysSo();
    void groupsFailures();
    void filtersAndRemoves();
    void tellsAboutTheSandbox();
    void everyControlHasAName();
    void remembersItsLayout();
    void isNarrowWithoutLoss();
};

namespace {

struct WindowFixture : SessionFixture {
    MainWindow window{session};

    WindowFixture()
    {
        window.resize(1280, 800);
        window.show();
    }

    template<typename Widget>
    Widget *widget(const char *name) const
    {
        return window.findChild<Widget *>(QString::fromLatin1(name));
    }
    QAbstractItemModel *table() const { return widget<QAbstractItemView>("jobTable")->model(); }

    /// The rows of the panel of failures, by their titles.
    QHash<QString, QWidget *> failureRows() const
    {
        QHash<QString, QWidget *> rows;
        for (QWidget *row :
             widget<QWidget>("failurePanel")->findChildren<QWidget *>(QStringLiteral("failureRow"))) {
            if (row->isVisible()) {
                rows.insert(row->findChild<QLabel *>(QStringLiteral("failureTitle"))->text(), row);
            }
        }
        return rows;
    }
    QPushButton *failureButton(const QString &title, const char *name) const
    {
        const QWidget *row = failureRows().value(title);
        return row ? row->findChild<QPushButton *>(QString::fromLatin1(name)) : nullptr;
    }

    QStringList writeTexts(int count)
    {
        QStringList paths;
        for (int i = 1; i <= count; ++i) {
            paths.append(
                writeFile(QStringLiteral("text %1.txt").arg(i), QByteArray("two words\n").repeated(i)));
        }
        return paths;
    }

    void drag(const QMimeData &data)
    {
        QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
    }

    void drop(const QStringList &paths)
    {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString &path : paths) {
            urls.append(QUrl::fromLocalFile(path));
        }
        data.setUrls(urls);
        drag(data);
        QDropEvent event(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window, &event);
        QVERIFY(event.isAccepted());
    }
};

} // namespace

void MainWindowTest::beginsEmpty()
{
    WindowFixture fixture;
    QCOMPARE(fixture.window.windowTitle(), QStringLiteral("Batchwright"));
    QVERIFY(fixture.widget<QWidget>("dropArea")->isVisible());
    QVERIFY(!fixture.widget<QWidget>("jobTable")->isVisible());
    QVERIFY(!fixture.widget<QPushButton>("startButton")->isEnabled());
    QVERIFY(!fixture.widget<QLabel>("statusLine")->isVisible());
}

namespace {

/// Counts the times that something is painted or laid out below one window.
class PaintCounter final : public QObject
{
public:
    int count = 0;

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::Paint || event->type() == QEvent::LayoutRequest ? 1 : 0;
        return false;
    }
};

} // namespace

void MainWindowTest::restsWhenNothingHappens_data()
{
    QTest::addColumn<int>("files");
    QTest::newRow("empty") << 0;
    QTest::newRow("with files") << 3;
}

/// A window that paints itself again and again keeps a core busy and empties a battery.
void MainWindowTest::restsWhenNothingHappens()
{
    QFETCH(const int, files);
    WindowFixture fixture;
    if (files > 0) {
        fixture.drop(fixture.writeTexts(files));
        QTRY_COMPARE(fixture.table()->rowCount(), files);
    }
    PaintCounter counter;
    qApp->installEventFilter(&counter);
    const auto rests = [&] {
        counter.count = 0;
        for (int turn = 0; turn < 20; ++turn) {
            QCoreApplication::processEvents();
        }
        return counter.count == 0;
    };
    QTRY_VERIFY(rests());
}

void MainWindowTest::dragStartsWorkers()
{
    const auto hasChildren = [] {
        const QDir threads(QStringLiteral("/proc/self/task"));
        const QStringList names = threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        return std::any_of(names.cbegin(), names.cend(), [&](const QString &name) {
            QFile children(threads.filePath(name + QStringLiteral("/children")));
            return children.open(QIODevice::ReadOnly) && !children.readAll().trimmed().isEmpty();
        });
    };
    WindowFixture fixture;
    QTRY_VERIFY(fixture.session.sandboxState().kind != SandboxState::Kind::Unknown);
    QTRY_VERIFY(!hasChildren());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(fixture.writeTexts(1).first())});
    fixture.drag(data);
    QTRY_VERIFY(hasChildren());
}

void MainWindowTest::tellsAboutTheSandbox()
{
    WindowFixture fixture;
    const auto *label = fixture.widget<QLabel>("sandboxLabel");
    const QList<QAction *> actions = fixture.window.actions();
    const auto found = std::find_if(actions.cbegin(), actions.cend(), [](const QAction *action) {
        return action->text() == QStringLiteral("Run converters in a sandbox");
    });
    QVERIFY(found != actions.cend());
    QVERIFY((*found)->isChecked());
    QTRY_VERIFY(fixture.session.sandboxState().kind != SandboxState::Kind::Unknown);
    const QString whereItIsOn = fixture.session.sandboxState().kind == SandboxState::Kind::Available
                                    ? QStringLiteral("Sandbox on")
                                    : QStringLiteral("No sandbox");
    QCOMPARE(label->text(), whereItIsOn);
    QVERIFY(!label->toolTip().isEmpty());
    (*found)->trigger();
    QCOMPARE(fixture.session.sandboxRule(), SandboxRule::Off);
    QCOMPARE(label->text(), QStringLiteral("No sandbox"));
    QVERIFY2(label->toolTip().contains(QStringLiteral("switched off")), qPrintable(label->toolTip()));
    (*found)->trigger();
    QCOMPARE(fixture.session.sandboxRule(), SandboxRule::Auto);
    QCOMPARE(label->text(), whereItIsOn);
}

void MainWindowTest::chipChoosesThePreset()
{
    WindowFixture fixture;
    const QList<QAbstractButton *> chips =
        fixture.widget<QWidget>("dropArea")->findChildren<QAbstractButton *>();
    const auto chip = std::find_if(chips.cbegin(), chips.cend(), [](const QAbstractButton *button) {
        return button->property("presetId").isValid() && !button->isChecked();
    });
    QVERIFY(chip != chips.cend());
    (*chip)->click();
    QVERIFY((*chip)->isChecked());
    const QString id = (*chip)->property("presetId").toString();
    const PresetPointer preset = fixture.session.presets().find(id);
    QVERIFY(preset);
    for (const MediaKind kind : allMediaKinds) {
        if (preset->kinds.contains(mediaKindId(kind))) {
            QCOMPARE(fixture.session.presetFor(kind)->id, id);
        }
    }
}

void MainWindowTest::takesDrops()
{
    WindowFixture fixture;
    fixture.drop(fixture.writeTexts(3));
    QTRY_COMPARE(fixture.table()->rowCount(), 3);
    QVERIFY(fixture.widget<QWidget>("jobTable")->isVisible());
    QVERIFY(!fixture.widget<QWidget>("dropArea")->isVisible());
    QTRY_COMPARE(fixture.widget<QPushButton>("startButton")->text(), QStringLiteral("Measure 3"));
    QVERIFY(fixture.widget<QLabel>("planSentence")->text().startsWith(QStringLiteral("3 texts → ")));
    QVERIFY(!fixture.widget<QWidget>("noticeBar")->isVisible()); // nothing remarkable happened
}

void MainWindowTest::takesPastedPaths()
{
    WindowFixture fixture;
    QGuiApplication::clipboard()->setText(fixture.writeTexts(2).join(u'\n'));
    fixture.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&fixture.window));
    QTest::keyClick(&fixture.window, Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE(fixture.table()->rowCount(), 2);
}

void MainWindowTest::listsWhatWasRefused()
{
    WindowFixture fixture;
    const QStringList texts = fixture.writeTexts(1);
    fixture.drop(
        {texts.first(), texts.first(), fixture.writeFile(QStringLiteral("empty.txt"), QByteArray())});
    auto *notice = fixture.widget<QLabel>("noticeText");
    QTRY_VERIFY(notice->isVisible() && notice->text().contains(QStringLiteral("could not be added")));
    QVERIFY(notice->text().contains(QStringLiteral("in the list already")));
    const QList<QPushButton *> buttons = fixture.widget<QWidget>("noticeBar")->findChildren<QPushButton *>();
    const auto show = std::find_if(buttons.cbegin(), buttons.cend(),
                                   [](const QPushButton *button) { return button->isVisible(); });
    QVERIFY(show != buttons.cend());
    (*show)->click();
    auto *list = fixture.window.findChild<QDialog *>(QStringLiteral("refusedList"));
    QVERIFY(list && list->isVisible() && !list->isModal());
    const auto *view = list->findChild<QAbstractItemView *>();
    QVERIFY(view->model()->index(0, 0).data().toString().contains(QStringLiteral("empty.txt")));
}

void MainWindowTest::convertsAndSaysSo()
{
    if (QStandardPaths::findExecutable(QStringLiteral("wc")).isEmpty()) {
        QSKIP("wc is not installed.");
    }
    WindowFixture fixture;
    fixture.drop(fixture.writeTexts(3));
    QTRY_VERIFY(fixture.widget<QPushButton>("startButton")->isEnabled());
    QSignalSpy finished(&fixture.session, &Session::batchFinished);
    QTest::keyClick(&fixture.window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    QTRY_COMPARE(fixture.window.windowTitle(), QStringLiteral("Done · Batchwright"));
    QTRY_COMPARE(fixture.widget<QLabel>("planSentence")->text(), QStringLiteral("All 3 files are done."));
    QCOMPARE(fixture.widget<QLabel>("statusLine")->text().section(QStringLiteral(" · "), 0, 1),
             QStringLiteral("3 files · 3 done"));
    const QAbstractItemModel *table = fixture.table();
    QCOMPARE(table->headerData(JobTableModel::FixedColumns, Qt::Horizontal).toString(),
             QStringLiteral("Lines"));
    for (int row = 0; row < 3; ++row) {
        QCOMPARE(table->index(row, JobTableModel::StateColumn).data().toString(), QStringLiteral("Done"));
        QCOMPARE(table->index(row, JobTableModel::FixedColumns).data().toInt(), row + 1);
        QCOMPARE(table->index(row, JobTableModel::FixedColumns + 1).data().toInt(), 2 * (row + 1));
    }
}

void MainWindowTest::groupsFailures()
{
    if (QStandardPaths::findExecutable(QStringLiteral("wc")).isEmpty()) {
        QSKIP("wc is not installed.");
    }
    const QString empty = QStringLiteral("The file is empty");
    const QString gone = QStringLiteral("The file is not there any more");
    WindowFixture fixture;
    const QStringList texts = fixture.writeTexts(4);
    fixture.drop(texts);
    QTRY_VERIFY(fixture.widget<QPushButton>("startButton")->isEnabled());
    auto *button = fixture.widget<QToolButton>("failuresButton");
    auto *panel = fixture.widget<QWidget>("failurePanel");
    QVERIFY(!button->isVisible() && !panel->isVisible());
    // One is gone, two are empty by the time they are converted.
    QVERIFY(QFile::remove(texts.at(1)));
    fixture.writeFile(QStringLiteral("text 1.txt"), QByteArray());
    fixture.writeFile(QStringLiteral("text 4.txt"), QByteArray());
    QSignalSpy finished(&fixture.session, &Session::batchFinished);
    QTest::keyClick(&fixture.window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    QTRY_VERIFY(button->isVisible());
    QCOMPARE(button->text(), QStringLiteral("3 failed"));
    button->click();
    QVERIFY(panel->isVisible());
    QTRY_COMPARE(fixture.failureRows().size(), 2);
    auto *show = fixture.failureButton(empty, "showGroup");
    auto *showOther = fixture.failureButton(gone, "showGroup");
    // Two fit without scrolling, also before the panel is asked for its size again.
    for (const QWidget *row : fixture.failureRows()) {
        QTRY_VERIFY(row->height() > 0
                    && panel->rect().contains(QRect(row->mapTo(panel, QPoint()), row->size())));
    }
    QVERIFY(show && showOther);
    QCOMPARE(show->accessibleName(), QStringLiteral("Show only these 2 files: The file is empty"));
    // Show filters the table, whatever else it is filtered by; a second press and closing the panel show all again.
    fixture.widget<QLineEdit>("filterEdit")->setText(QStringLiteral("nothing has this name"));
    show->click();
    QCOMPARE(fixture.table()->rowCount(), 2);
    QVERIFY(fixture.widget<QLineEdit>("filterEdit")->text().isEmpty());
    showOther->click();
    QVERIFY(!show->isChecked());
    QCOMPARE(fixture.table()->rowCount(), 1);
    showOther->click();
    QCOMPARE(fixture.table()->rowCount(), 4);
    show->click();
    fixture.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&fixture.window));
    show->setFocus();
    QTest::keyClick(show, Qt::Key_Escape);
    QVERIFY(!panel->isVisible() && !button->isChecked());
    QCOMPARE(fixture.table()->rowCount(), 4);
    // Retrying a group leaves the other one alone.
    button->click();
    fixture.writeTexts(4);
    QVERIFY(QFile::remove(texts.at(1)));
    fixture.failureButton(empty, "retryGroup")->click();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.jobs().counts().of(JobState::Done), 3, 20'000);
    QTRY_COMPARE(button->text(), QStringLiteral("1 failed"));
    QTRY_COMPARE(fixture.failureRows().keys(), QStringList{gone});
    // Nothing failed any more: the panel closes by itself.
    fixture.writeTexts(4);
    fixture.session.retryFailed();
    QTRY_VERIFY_WITH_TIMEOUT(!panel->isVisible() && !button->isVisible(), 20'000);
    QVERIFY(!button->isChecked());
}

void MainWindowTest::filtersAndRemoves()
{
    WindowFixture fixture;
    fixture.drop(fixture.writeTexts(12));
    QTRY_COMPARE(fixture.table()->rowCount(), 12);
    auto *filter = fixture.widget<QLineEdit>("filterEdit");
    filter->setText(QStringLiteral("1"));
    QCOMPARE(fixture.table()->rowCount(), 4); // 1, 10, 11, 12
    auto *table = fixture.widget<QAbstractItemView>("jobTable");
    table->setFocus();
    table->selectAll();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(fixture.session.jobs().size(), 8); // hidden rows are not chosen
    filter->clear();
    table->selectAll();
    QTest::keyClick(table, Qt::Key_Delete);
    QVERIFY(fixture.widget<QWidget>("dropArea")->isVisible());
}

void MainWindowTest::everyControlHasAName()
{
    WindowFixture fixture;
    fixture.drop(fixture.writeTexts(1));
    QTRY_COMPARE(fixture.table()->rowCount(), 1);
    for (const QAbstractButton *button : fixture.window.findChildren<QAbstractButton *>()) {
        if (button->isVisible()
            && button->parentWidget()->objectName() != QStringLiteral("qt_spinbox_lineedit")
            && button->focusPolicy() != Qt::NoFocus) {
            const QString name = button->accessibleName() + button->text();
            QVERIFY2(!name.isEmpty(),
                     qPrintable(button->objectName() + QLatin1String(button->metaObject()->className())));
        }
    }
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(fixture.widget<QWidget>("jobTable"));
    QVERIFY(table && table->tableInterface());
    QTRY_COMPARE(table->tableInterface()->rowCount(), 1);
    QCOMPARE(table->tableInterface()->cellAt(0, JobTableModel::StateColumn)->text(QAccessible::Name),
             QStringLiteral("Ready"));
    for (const char *name : {"presetPicker", "jobTable", "filterEdit", "detailsPane"}) {
        QVERIFY2(!fixture.widget<QWidget>(name)->accessibleName().isEmpty(), name);
    }
}

void MainWindowTest::remembersItsLayout()
{
    WindowFixture fixture;
    fixture.window.close();
    const Settings &settings = fixture.session.settings();
    QVERIFY(!settings.windowGeometry.isEmpty());
    QVERIFY(!settings.splitterState.isEmpty());
    QVERIFY(!settings.tableState.isEmpty());
    QVERIFY(settings.panelIsOpen);
    MainWindow second(fixture.session);
    QCOMPARE(second.size(), fixture.window.size());
}

void MainWindowTest::isNarrowWithoutLoss()
{
    WindowFixture fixture;
    fixture.drop(fixture.writeTexts(2));
    QTRY_COMPARE(fixture.table()->rowCount(), 2);
    fixture.window.resize(640, 480);
    QTRY_COMPARE(fixture.window.width(), 640);
    for (const char *name : {"jobTable", "startButton", "presetPicker", "statusLine"}) {
        const auto *widget = fixture.widget<QWidget>(name);
        QVERIFY2(widget->isVisible(), name);
        const int right = widget->mapTo(&fixture.window, QPoint(widget->width(), 0)).x();
        QVERIFY2(right <= 640, name);
    }
    QVERIFY(!fixture.widget<QWidget>("sidePanel")->isVisible());
    fixture.window.resize(1280, 800);
    QTRY_VERIFY(fixture.widget<QWidget>("sidePanel")->isVisible());
}

QTEST_MAIN(MainWindowTest)
#include "tst_mainwindow.moc"
