// Closing the window while converters run: a question first, then a quick end that leaves nothing behind.
#include "tests/app/support/processes.h"
#include "tests/faults/faultcase.h"
#include "tests/ui/uifixtures.h"

#include "ui/mainwindow.h"

#include <QDir>
#include <QDirIterator>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>

using namespace batchwright;

class ClosingTest final : public QObject
{
    Q_OBJECT

private slots:
    void asksWhileConvertersRun();
    void signalsAskNothing();
};

namespace {

/// A window with two endless conversions under way.
struct BusyWindow : SessionFixture {
    MainWindow window{session};

    BusyWindow()
    {
        QDir().mkpath(folder.filePath(QStringLiteral("presets")));
        QDir().mkpath(folder.filePath(QStringLiteral("in")));
        writeFile(QStringLiteral("presets/endless.json"),
                  R"({"id": "endless", "name": "endless", "group": "Test", "about": "A test.",
            "accepts": {"kinds": ["any"]}, "steps": [{"command": [")" FAKECONVERTER
                  R"(", "--copy", "{input}", "{output}", "--grandchild", "--wait-for", "/never"]}],
            "output": {"suffix": "out"}})");
        session.reloadPresets();
        session.setJobLimit(2);
        window.usePreset(QStringLiteral("endless"));
        window.show();
        session.addFiles({writeFile(QStringLiteral("in/a.txt"), "a\n"),
                          writeFile(QStringLiteral("in/b.txt"), "b\n"),
                          writeFile(QStringLiteral("in/c.txt"), "c\n")});
    }

    bool start()
    {
        const bool isAdded = QTest::qWaitFor([this] { return session.jobs().size() == 3; }, 20'000);
        session.start();
        return isAdded && QTest::qWaitFor([] { return livingChildren().size() == 2; }, 20'000);
    }
    QMessageBox *question() const
    {
        // One that was answered is gone a moment later only.
        for (auto *found : window.findChildren<QMessageBox *>()) {
            if (found->isVisible()) {
                return found;
            }
        }
        return nullptr;
    }
    QPushButton *button(const QString &text) const
    {
        for (QPushButton *candidate : question()->findChildren<QPushButton *>()) {
            if (candidate->text().remove(u'&') == text) {
                return candidate;
            }
        }
        return nullptr;
    }
    QStringList filesInside() const
    {
        QStringList names;
        QDirIterator walk(folder.filePath(QStringLiteral("in")),
                          QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot,
                          QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            walk.next();
            names.append(walk.fileName());
        }
        names.sort();
        return names;
    }
};

const QStringList untouched{QStringLiteral("a.txt"), QStringLiteral("b.txt"), QStringLiteral("c.txt")};

} // namespace

void ClosingTest::asksWhileConvertersRun()
{
    FAULT_CASE("E31", Real);
    FAULT_CASE("B8", Real);
    BusyWindow busy;
    QVERIFY(busy.start());
    QVERIFY(!busy.window.close());
    QVERIFY(busy.question());
    QVERIFY2(busy.question()->text().startsWith(QStringLiteral("3 files are")),
             qPrintable(busy.question()->text()));
    QVERIFY(busy.button(QStringLiteral("Go on")));
    busy.button(QStringLiteral("Go on"))->click();
    QTRY_VERIFY(!busy.question());
    QVERIFY(busy.window.isVisible() && busy.session.isRunning());
    QCOMPARE(livingChildren().size(), 2);

    QVERIFY(!busy.window.close());
    QVERIFY(busy.button(QStringLiteral("Stop and quit")));
    busy.button(QStringLiteral("Stop and quit"))->click();
    QTRY_VERIFY(!busy.window.isVisible());
    QTRY_VERIFY(livingChildren().isEmpty());
    QTRY_VERIFY(!busy.session.isRunning());
    QCOMPARE(busy.filesInside(), untouched);
}

/// SIGTERM, SIGHUP and the end of the desktop session come here (see ui/main.cpp).
void ClosingTest::signalsAskNothing()
{
    FAULT_CASE("E33", Real);
    BusyWindow busy;
    QVERIFY(busy.start());
    busy.window.quitWithoutQuestion();
    QVERIFY(!busy.question());
    QVERIFY(!busy.window.isVisible());
    QTRY_VERIFY(livingChildren().isEmpty());
    QTRY_VERIFY(!busy.session.isRunning());
    QCOMPARE(busy.filesInside(), untouched);
}

QTEST_MAIN(ClosingTest)
#include "tst_closing.moc"
