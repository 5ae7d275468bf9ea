// What the window does about runs that were killed, and how it takes a batch back.
#include "tests/app/journal/journalbench.h"
#include "tests/ui/uifixtures.h"

#include "ui/mainwindow.h"

#include <QAction>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace batchwright;

class ContinuingTest final : public QObject
{
    Q_OBJECT

private slots:
    void asksAndContinues();
    void discards();
    void oneAfterTheOther();
    void tellsOfProblemsFirst();
    void takesABatchBack();
};

namespace {

struct DeadFixture : SessionFixture {
    MainWindow window{session};
    const RunFolder runs{folder.filePath(QStringLiteral("state/runs"))};

    DeadFixture()
    {
        window.resize(1280, 800);
        window.show();
        QDir().mkpath(folder.filePath(QStringLiteral("out")));
        QDir().mkpath(folder.filePath(QStringLiteral("presets")));
        writeFile(QStringLiteral("presets/copy.json"),
                  R"({"id": "copy", "name": "Copy", "group": "Test", "about": "A test.",
            "accepts": {"kinds": ["any"]}, "steps": [{"command": [")" FAKECONVERTER
                  R"(", "--copy", "{input}", "{output}"]}], "output": {"suffix": "out", "check": "none"}})");
        session.reloadPresets();
    }

    /// Killed when `done` of three files were done.
    void leaveRun(const QString &token, int done)
    {
        QVector<JournalRow> rows;
        for (int number = 1; number <= 3; ++number) {
            const QString name = QStringLiteral("%1-%2").arg(token).arg(number);
            const QString source = writeFile(name + QStringLiteral(".txt"), "two words\n");
            JournalRow row =
                sampleRow(static_cast<quint64>(number), source,
                          folder.filePath(QStringLiteral("out/") + name + QStringLiteral(".out")),
                          number <= done ? JournalState::Done : JournalState::Queued);
            row.job.settings = settingsFor(session.presets().find(QStringLiteral("copy")));
            row.job.output = std::make_shared<const OutputSettings>();
            rows.append(row);
        }
        writeDeadRun(runs, token, rows);
    }

    QString notice() const
    {
        const auto *text = window.findChild<QLabel *>(QStringLiteral("noticeText"));
        return text->isVisible() ? text->text() : QString();
    }
    QPushButton *answer(const char *name) const
    {
        auto *button = window.findChild<QPushButton *>(QString::fromLatin1(name));
        return button->isVisible() ? button : nullptr;
    }
    QStringList results() const { return namesIn(folder.filePath(QStringLiteral("out"))); }
};

} // namespace

void ContinuingTest::asksAndContinues()
{
    DeadFixture fixture;
    fixture.leaveRun(QStringLiteral("dead"), 1);
    QSignalSpy finished(&fixture.session, &Session::batchFinished);
    fixture.window.recover(MainWindow::Interrupted::Ask);
    QTRY_VERIFY(fixture.answer("noticeYes"));
    QVERIFY2(fixture.notice().contains(QStringLiteral("1 done, 2 left. Continue it?")),
             qPrintable(fixture.notice()));
    QCOMPARE(fixture.session.jobs().size(), 0);
    fixture.answer("noticeYes")->click();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    QCOMPARE(fixture.session.jobs().size(), 3);
    QCOMPARE(fixture.session.jobs().counts().of(JobState::Done), 3);
    QCOMPARE(fixture.results(), (QStringList{QStringLiteral("dead-2.out"), QStringLiteral("dead-3.out")}));
    QCOMPARE(fixture.notice(), QString());
}

void ContinuingTest::discards()
{
    DeadFixture fixture;
    fixture.leaveRun(QStringLiteral("dead"), 1);
    fixture.window.recover(MainWindow::Interrupted::Ask);
    QTRY_VERIFY(fixture.answer("noticeNo"));
    fixture.answer("noticeNo")->click();
    QTRY_VERIFY(fixture.runs.unfinishedRuns().filter(QStringLiteral("dead")).isEmpty());
    QCOMPARE(fixture.notice(), QString());
    QCOMPARE(fixture.session.jobs().size(), 0);
    QCOMPARE(fixture.results(), QStringList());
}

void ContinuingTest::oneAfterTheOther()
{
    DeadFixture fixture;
    fixture.leaveRun(QStringLiteral("dead1"), 0);
    fixture.leaveRun(QStringLiteral("dead2"), 2);
    fixture.window.recover(MainWindow::Interrupted::Ask);
    QTRY_VERIFY(fixture.notice().contains(QStringLiteral("3 left")));
    fixture.answer("noticeNo")->click();
    QTRY_VERIFY(fixture.notice().contains(QStringLiteral("2 done, 1 left")));
    fixture.answer("noticeYes")->click();
    QTRY_COMPARE(fixture.results(), QStringList{QStringLiteral("dead2-3.out")});
}

/// A question must not cover that a journal was damaged, or a list cut off.
void ContinuingTest::tellsOfProblemsFirst()
{
    DeadFixture fixture;
    fixture.leaveRun(QStringLiteral("dead"), 1);
    QVERIFY(fixture.runs.make());
    for (const char *token : {"bad1", "bad2", "bad3", "bad4"}) {
        QFile journal(fixture.runs.journalFile(QString::fromLatin1(token)));
        QVERIFY(journal.open(QIODevice::WriteOnly)
                && journal.write(QByteArray("garbage ").repeated(1000)) > 0);
    }
    fixture.window.recover(MainWindow::Interrupted::Ask);
    QTRY_VERIFY(fixture.notice().contains(QStringLiteral("damaged")));
    QVERIFY2(fixture.notice().contains(QStringLiteral("And 1 more")), qPrintable(fixture.notice()));
    QVERIFY(!fixture.answer("noticeYes"));
    const QList<QToolButton *> buttons =
        fixture.window.findChild<QWidget *>(QStringLiteral("noticeBar"))->findChildren<QToolButton *>();
    QCOMPARE(buttons.size(), 1);
    buttons.first()->click();
    QVERIFY2(fixture.notice().contains(QStringLiteral("Continue it?")), qPrintable(fixture.notice()));
    QVERIFY(fixture.answer("noticeYes"));
}

void ContinuingTest::takesABatchBack()
{
    DeadFixture fixture;
    fixture.window.usePreset(QStringLiteral("copy"));
    fixture.session.addFiles({fixture.writeFile(QStringLiteral("a.txt"), "two words\n")});
    QTRY_COMPARE(fixture.session.jobs().size(), 1);
    QSignalSpy finished(&fixture.session, &Session::batchFinished);
    fixture.session.start();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    const QString result = fixture.session.jobs().at(0).result().outputPath;
    QVERIFY(QFile::exists(result));
    const QList<QAction *> actions = fixture.window.actions();
    const auto undo = std::find_if(actions.cbegin(), actions.cend(), [](const QAction *action) {
        return action->text().contains(QStringLiteral("ndo"));
    });
    QVERIFY(undo != actions.cend() && (*undo)->isEnabled());
    (*undo)->trigger();
    QTRY_VERIFY(!QFile::exists(result));
    QTRY_COMPARE(fixture.notice(), QStringLiteral("One result was removed."));
    QVERIFY(QFile::exists(fixture.folder.filePath(QStringLiteral("a.txt"))));
}

QTEST_MAIN(ContinuingTest)
#include "tst_continuing.moc"
