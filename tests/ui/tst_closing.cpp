// Closing the window while converters run: a question first, then a quick end that leaves nothing behind.
#include "tests/faults/faultcase.h"
#include "tests/ui/busywindow.h"

#include <QDirIterator>
#include <QMessageBox>
#include <QPushButton>

using namespace batchwright;

class ClosingTest final : public QObject
{
    Q_OBJECT

private slots:
    void asksWhileConvertersRun();
    void signalsAskNothing();
};

namespace {

struct ClosingWindow : BusyWindow {
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
    ClosingWindow busy;
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
    ClosingWindow busy;
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
