// What follows when all files are done, the order that rows are dragged into, and the choices that go with them.
#include "tests/app/support/privatebus.h"
#include "tests/ui/uifixtures.h"

#include "ui/desktopnotice.h"
#include "ui/finishdialog.h"
#include "ui/finishmenu.h"
#include "ui/mainwindow.h"

#include <QAction>
#include <QInputDialog>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace batchwright;

namespace {

QAction *actionOf(const QObject *owner, const QString &text)
{
    for (QAction *action : owner->findChildren<QAction *>()) {
        if (action->text() == text) {
            return action;
        }
    }
    return nullptr;
}

} // namespace

/// Notify() of org.freedesktop.Notifications.
class FakeDesktop final : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    QStringList shown;
    QVector<uint> replaced;

public slots:
    uint Notify(const QString &application, uint replaces, const QString &, const QString &title,
                const QString &text, const QStringList &, const QVariantMap &, int)
    {
        shown.append(application + QStringLiteral(": ") + title + QStringLiteral(": ") + text);
        replaced.append(replaces);
        return 7;
    }
};

class FinishTest final : public QObject
{
    Q_OBJECT

private slots:
    void choiceHoldsUntilItIsUsed();
    void habitsAreRemembered();
    void commandIsAskedFor();
    void countdownCanBeCalledOff();
    void countdownEndsWithAnotherBatch();
    void noticesReplaceEachOther();
    void gentleAndMemory();
    void rowsMoveWithKeys();
};

void FinishTest::choiceHoldsUntilItIsUsed()
{
    SessionFixture fixture;
    FinishMenu menu(fixture.session, nullptr);
    const auto *none = menu.findChild<QAction *>(QStringLiteral("finishNone"));
    auto *off = menu.findChild<QAction *>(QStringLiteral("finishPowerOff"));
    QVERIFY(none->isChecked());
    off->trigger();
    QCOMPARE(fixture.session.finisher().choice().action, FinishAction::PowerOff);
    QVERIFY(off->isChecked() && !none->isChecked());
    fixture.session.finisher().callOff();
    QVERIFY(!off->isChecked() && none->isChecked());
}

void FinishTest::habitsAreRemembered()
{
    SessionFixture fixture;
    FinishMenu menu(fixture.session, nullptr);
    auto *notify = menu.findChild<QAction *>(QStringLiteral("finishNotify"));
    auto *sound = menu.findChild<QAction *>(QStringLiteral("finishSound"));
    QVERIFY(notify->isChecked() && !sound->isChecked());
    notify->trigger();
    sound->trigger();
    QVERIFY(!fixture.session.settings().notifyWhenDone && fixture.session.settings().soundWhenDone);
}

void FinishTest::commandIsAskedFor()
{
    SessionFixture fixture;
    QWidget window;
    auto *menu = new FinishMenu(fixture.session, &window);
    auto *command = menu->findChild<QAction *>(QStringLiteral("finishCommand"));
    command->trigger();
    auto *dialog = window.findChild<QInputDialog *>();
    QVERIFY(dialog);
    QVERIFY(!command->isChecked()); // not before there is one
    dialog->setTextValue(QStringLiteral(" echo done "));
    dialog->accept();
    QCOMPARE(fixture.session.finisher().choice(),
             (FinishChoice{FinishAction::Command, QStringLiteral("echo done")}));
    QVERIFY(command->isChecked());
    QVERIFY(command->text().contains(QStringLiteral("echo done")));
}

void FinishTest::countdownCanBeCalledOff()
{
    SessionFixture fixture;
    MainWindow window(fixture.session);
    window.show();
    BatchFinisher &finisher = fixture.session.finisher();
    finisher.choose({FinishAction::PowerOff, {}});
    finisher.batchEnded({});
    auto *dialog = window.findChild<FinishDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY2(dialog->text().contains(QStringLiteral("switched off in 30 s")), qPrintable(dialog->text()));
    // Whoever presses Return by accident keeps the computer on.
    QCOMPARE(dialog->defaultButton()->objectName(), QStringLiteral("finishCancel"));
    QTest::keyClick(dialog->defaultButton(), Qt::Key_Space);
    QVERIFY(!finisher.isBusy());
    QCOMPARE(finisher.choice(), FinishChoice());
    QTRY_VERIFY(!window.findChild<FinishDialog *>());
}

void FinishTest::countdownEndsWithAnotherBatch()
{
    SessionFixture fixture;
    MainWindow window(fixture.session);
    BatchFinisher &finisher = fixture.session.finisher();
    finisher.choose({FinishAction::Suspend, {}});
    finisher.batchEnded({});
    QVERIFY(window.findChild<FinishDialog *>());
    finisher.batchBegan();
    QTRY_VERIFY(!window.findChild<FinishDialog *>());
    QCOMPARE(finisher.choice().action, FinishAction::Suspend); // for the end of that one
    finisher.callOff();
}

void FinishTest::noticesReplaceEachOther()
{
    PrivateBus bus;
    if (!bus.start()) {
        QSKIP("There is no dbus-daemon here.");
    }
    FakeDesktop desktop;
    QVERIFY(bus.serve(&desktop, QStringLiteral("org.freedesktop.Notifications"),
                      QStringLiteral("/org/freedesktop/Notifications")));
    showDesktopNotice(QStringLiteral("All files are done"), QStringLiteral("3 < 4"), bus.client()());
    QTRY_COMPARE(desktop.shown.size(), 1);
    QCOMPARE(desktop.shown.first(), QStringLiteral("Batchwright: All files are done: 3 &lt; 4"));
    QTRY_VERIFY([&] {
        showDesktopNotice(QStringLiteral("Again"), {}, bus.client()());
        return desktop.replaced.last() == 7;
    }());
    showDesktopNotice(QStringLiteral("Nowhere"), {}, QDBusConnection(QStringLiteral("nowhere")));
}

void FinishTest::gentleAndMemory()
{
    SessionFixture fixture;
    MainWindow window(fixture.session);
    QAction *gentle = actionOf(&window, QStringLiteral("Be gentle"));
    QVERIFY(gentle && !gentle->isChecked());
    gentle->trigger();
    QVERIFY(fixture.session.settings().gentle);
    QAction *memory = actionOf(&window, QStringLiteral("At most 1 GB"));
    QAction *all = actionOf(&window, QStringLiteral("As much as there is"));
    QVERIFY(memory && all && all->isChecked());
    memory->trigger();
    QCOMPARE(fixture.session.settings().memoryMegabytes, 1000);
    QVERIFY(memory->isChecked() && !all->isChecked());
}

void FinishTest::rowsMoveWithKeys()
{
    SessionFixture fixture;
    MainWindow window(fixture.session);
    window.show();
    fixture.session.jobs().add(
        {makeJob(QStringLiteral("/a")), makeJob(QStringLiteral("/b")), makeJob(QStringLiteral("/c"))});
    auto *table = window.findChild<QTableView *>(QStringLiteral("jobTable"));
    const auto names = [&] {
        QString all;
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            all += table->model()->index(row, 0).data().toString();
        }
        return all;
    };
    table->sortByColumn(0, Qt::DescendingOrder);
    QCOMPARE(names(), QStringLiteral("cba"));
    table->selectRow(2); // a
    actionOf(&window, QStringLiteral("Move down in the list"))->trigger();
    QCOMPARE(names(), QStringLiteral("bac")); // and the table shows the list again
    QVERIFY(!fixture.session.isLongestFirst());
    QVERIFY(fixture.session.settings().longestFirst); // for the batches after this one
    QVERIFY(!actionOf(&window, QStringLiteral("Longest files first"))->isChecked());
    actionOf(&window, QStringLiteral("Move down in the list"))->trigger();
    actionOf(&window, QStringLiteral("Move down in the list"))->trigger();
    QCOMPARE(names(), QStringLiteral("bca"));
    actionOf(&window, QStringLiteral("Move up in the list"))->trigger();
    QCOMPARE(names(), QStringLiteral("bac"));
    QCOMPARE(table->currentIndex().data().toString(), QStringLiteral("a"));
}

QTEST_MAIN(FinishTest)

#include "tst_finish.moc"
