// OutputPanel: what is chosen reaches the session, what the session has is shown.
#include "tests/ui/uifixtures.h"

#include "ui/outputpanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QTest>
#include <QToolButton>

using namespace batchwright;

class OutputPanelTest final : public QObject
{
    Q_OBJECT

private slots:
    void writesTheFolder();
    void refusesRelativeFolders();
    void writesNameAndRule();
    void showsWhatTheSessionHas();
    void writesWhatBecomesOfOriginals();
    void checksWhatMoves();
    void refusesAFolderThatIsNone();
    void closedFoldSaysWhatIsUnusual();
};

void OutputPanelTest::writesTheFolder()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    auto *folder = panel.findChild<QLineEdit *>(QStringLiteral("outputFolder"));
    folder->setText(QStringLiteral("/srv/out//web/"));
    emit folder->editingFinished();
    QCOMPARE(fixture.session.outputSettings().place, OutputPlace::Folder);
    QCOMPARE(fixture.session.outputSettings().folder, QStringLiteral("/srv/out/web"));
    QCOMPARE(placeText(fixture.session.outputSettings()), QStringLiteral("in web"));
}

void OutputPanelTest::refusesRelativeFolders()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    auto *folder = panel.findChild<QLineEdit *>(QStringLiteral("outputFolder"));
    folder->setText(QStringLiteral("out"));
    emit folder->editingFinished();
    QCOMPARE(fixture.session.outputSettings().place, OutputPlace::NextToSource);
    const QList<QLabel *> labels = panel.findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.cbegin(), labels.cend(), [](const QLabel *label) {
        return !label->isHidden() && label->text().contains(QStringLiteral("whole path"));
    }));
}

void OutputPanelTest::writesNameAndRule()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    panel.findChild<QLineEdit *>(QStringLiteral("nameTemplate"))->setText(QStringLiteral("{stem} small"));
    QCOMPARE(fixture.session.outputSettings().nameTemplate, QStringLiteral("{stem} small"));
    panel.findChild<QComboBox *>(QStringLiteral("existsRule"))->setCurrentIndex(2);
    QCOMPARE(fixture.session.outputSettings().exists, ExistsRule::Replace);
}

void OutputPanelTest::showsWhatTheSessionHas()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    OutputSettings output;
    output.place = OutputPlace::Folder;
    output.folder = QStringLiteral("/srv/there");
    output.exists = ExistsRule::Skip;
    fixture.session.setOutputSettings(output);
    panel.refresh();
    QCOMPARE(panel.findChild<QLineEdit *>(QStringLiteral("outputFolder"))->text(),
             QStringLiteral("/srv/there"));
    QCOMPARE(panel.findChild<QComboBox *>(QStringLiteral("existsRule"))->currentIndex(), 1);
    const QList<QRadioButton *> places = panel.findChildren<QRadioButton *>();
    QCOMPARE(places.size(), 2);
    QVERIFY(!places.at(0)->isChecked());
    QVERIFY(places.at(1)->isChecked());
    QCOMPARE(fixture.session.outputSettings(), output); // showing changes nothing
}

void OutputPanelTest::writesWhatBecomesOfOriginals()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    const OutputSettings &output = fixture.session.outputSettings();
    auto *rule = panel.findChild<QComboBox *>(QStringLiteral("sourceRule"));
    auto *folder = panel.findChild<QLineEdit *>(QStringLiteral("sourceFolder"));
    rule->setCurrentIndex(1);
    QCOMPARE(output.sourceRule, SourceRule::Keep); // no folder yet
    QCOMPARE(rule->currentIndex(), 1);
    QVERIFY(!folder->parentWidget()->isHidden());
    folder->setText(QStringLiteral("/srv//originals/"));
    emit folder->editingFinished();
    QCOMPARE(output.sourceRule, SourceRule::MoveToFolder);
    QCOMPARE(output.sourceFolder, QStringLiteral("/srv/originals"));
    rule->setCurrentIndex(2);
    QCOMPARE(output.sourceRule, SourceRule::Trash);
    QVERIFY(folder->parentWidget()->isHidden());
    rule->setCurrentIndex(1);
    QCOMPARE(output.sourceRule, SourceRule::MoveToFolder); // the folder is remembered
    rule->setCurrentIndex(0);
    QCOMPARE(output.sourceRule, SourceRule::Keep);
    panel.findChild<QCheckBox *>(QStringLiteral("onlyIfSmaller"))->setChecked(true);
    panel.findChild<QCheckBox *>(QStringLiteral("keepAttributes"))->setChecked(false);
    QVERIFY(output.onlyIfSmaller && !output.keepAttributes);
}

void OutputPanelTest::checksWhatMoves()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    auto *verify = panel.findChild<QCheckBox *>(QStringLiteral("verifyResults"));
    auto *rule = panel.findChild<QComboBox *>(QStringLiteral("sourceRule"));
    QVERIFY(!verify->isChecked() && verify->isEnabled());
    rule->setCurrentIndex(2);
    QVERIFY(verify->isChecked() && !verify->isEnabled());
    rule->setCurrentIndex(0);
    QVERIFY(!verify->isChecked() && verify->isEnabled()); // it was not the user who ticked it
    verify->setChecked(true);
    QVERIFY(fixture.session.outputSettings().verify);
}

void OutputPanelTest::refusesAFolderThatIsNone()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    auto *folder = panel.findChild<QLineEdit *>(QStringLiteral("sourceFolder"));
    panel.findChild<QComboBox *>(QStringLiteral("sourceRule"))->setCurrentIndex(1);
    folder->setText(QStringLiteral("originals"));
    emit folder->editingFinished();
    QCOMPARE(fixture.session.outputSettings().sourceRule, SourceRule::Keep);
    QVERIFY(fixture.session.outputSettings().sourceFolder.isEmpty());
    const QList<QLabel *> labels = panel.findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.cbegin(), labels.cend(), [](const QLabel *label) {
        return !label->isHidden() && label->text().contains(QStringLiteral("whole path"));
    }));
}

void OutputPanelTest::closedFoldSaysWhatIsUnusual()
{
    SessionFixture fixture;
    OutputPanel panel(fixture.session);
    auto *summary = panel.findChild<QLabel *>(QStringLiteral("originalsSummary"));
    auto *header = panel.findChild<QToolButton *>(QStringLiteral("originalsHeader"));
    QVERIFY(summary->isHidden());
    OutputSettings output;
    output.sourceRule = SourceRule::Trash;
    fixture.session.setOutputSettings(output);
    panel.refresh();
    QVERIFY(!summary->isHidden() && summary->text().contains(QStringLiteral("trash")));
    header->setChecked(true);
    QVERIFY(summary->isHidden());
    QCOMPARE(fixture.session.outputSettings(), output);
}

QTEST_MAIN(OutputPanelTest)
#include "tst_outputpanel.moc"
