// OutputPanel: what is chosen reaches the session, what the session has is shown.
#include "tests/ui/uifixtures.h"

#include "ui/outputpanel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QTest>

using namespace batchwright;

class OutputPanelTest final : public QObject
{
    Q_OBJECT

private slots:
    void writesTheFolder();
    void refusesRelativeFolders();
    void writesNameAndRule();
    void showsWhatTheSessionHas();
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

QTEST_MAIN(OutputPanelTest)
#include "tst_outputpanel.moc"
