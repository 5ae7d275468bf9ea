// PresetListModel, its search, and the picker by keyboard.
#include "tests/ui/uifixtures.h"

#include "ui/presetpicker.h"
#include "ui/presetpopup.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace batchwright;

class PresetPickerTest final : public QObject
{
    Q_OBJECT

private slots:
    void groupsUnderHeadings();
    void showsOnlyTheKind();
    void searchKeepsHeadings();
    void choosesByKeyboard();
    void escapeChoosesNothing();
    void wheelChangesNothing();

private:
    const QVector<PresetPointer> m_presets{
        makePreset(QStringLiteral("flac"), QStringLiteral("Music"), {QStringLiteral("audio")}),
        makePreset(QStringLiteral("mp3"), QStringLiteral("Music"),
                   {QStringLiteral("audio"), QStringLiteral("video")}),
        makePreset(QStringLiteral("jpeg"), QStringLiteral("Photo"), {QStringLiteral("photo")}),
        makePreset(QStringLiteral("hash"), QStringLiteral("Text"), {QStringLiteral("any")}),
    };
};

namespace {

QStringList texts(const QAbstractItemModel &model)
{
    QStringList shown;
    for (int row = 0; row < model.rowCount(); ++row) {
        shown.append(model.index(row, 0).data().toString());
    }
    return shown;
}

QLineEdit *openedSearch(PresetPicker &picker)
{
    auto *popup = picker.findChild<PresetPopup *>();
    return popup && popup->isVisible() ? popup->findChild<QLineEdit *>() : nullptr;
}

} // namespace

void PresetPickerTest::groupsUnderHeadings()
{
    PresetListModel model;
    QAbstractItemModelTester tester(&model);
    model.setPresets(m_presets, std::nullopt);
    QCOMPARE(texts(model).join(u' '), QStringLiteral("Music FLAC MP3 Photo JPEG Text HASH"));
    QVERIFY(!model.flags(model.index(0, 0)).testFlag(Qt::ItemIsSelectable));
    QVERIFY(model.flags(model.index(1, 0)).testFlag(Qt::ItemIsSelectable));
    QCOMPARE(model.rowOf(QStringLiteral("jpeg")), 4);
    QCOMPARE(model.presetAt(3), nullptr);
    QCOMPARE(model.index(4, 0).data(PresetListModel::AboutRole).toString(), QStringLiteral("About jpeg."));
}

void PresetPickerTest::showsOnlyTheKind()
{
    PresetListModel model;
    QAbstractItemModelTester tester(&model);
    model.setPresets(m_presets, MediaKind::Video);
    QCOMPARE(texts(model).join(u' '), QStringLiteral("Music MP3 Text HASH"));
}

void PresetPickerTest::searchKeepsHeadings()
{
    PresetListModel model;
    model.setPresets(m_presets, std::nullopt);
    PresetFilterProxy filter;
    QAbstractItemModelTester tester(&filter);
    filter.setSourceModel(&model);
    filter.setSearch(QStringLiteral("about JP"));
    QCOMPARE(texts(filter).join(u' '), QStringLiteral("Photo JPEG"));
    filter.setSearch(QStringLiteral("music"));
    QCOMPARE(texts(filter).join(u' '), QStringLiteral("Music FLAC MP3"));
    filter.setSearch(QStringLiteral("nothing has this"));
    QCOMPARE(filter.rowCount(), 0);
}

void PresetPickerTest::choosesByKeyboard()
{
    PresetPicker picker;
    picker.setPresets(m_presets, std::nullopt);
    picker.setPreset(m_presets.at(0));
    picker.show();
    QSignalSpy picked(&picker, &PresetPicker::presetPicked);
    QTest::keyClick(&picker, Qt::Key_Down);
    QLineEdit *search = openedSearch(picker);
    QVERIFY(search);
    QTest::keyClicks(search, QStringLiteral("jp"));
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked.first().first().toString(), QStringLiteral("jpeg"));
    QCOMPARE(picker.preset(), m_presets.at(2));
    QVERIFY(!openedSearch(picker));

    // Without a search, Down goes from the chosen one over the heading to the next preset.
    QTest::keyClick(&picker, Qt::Key_Space);
    search = openedSearch(picker);
    QVERIFY(search);
    QTest::keyClick(search, Qt::Key_Down);
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(picker.preset(), m_presets.at(3));
}

void PresetPickerTest::escapeChoosesNothing()
{
    PresetPicker picker;
    picker.setPresets(m_presets, std::nullopt);
    picker.setPreset(m_presets.at(0));
    picker.show();
    QSignalSpy picked(&picker, &PresetPicker::presetPicked);
    QTest::keyClick(&picker, Qt::Key_H); // a letter begins the search
    QLineEdit *search = openedSearch(picker);
    QVERIFY(search);
    QCOMPARE(search->text(), QStringLiteral("h"));
    QTest::keyClick(search, Qt::Key_Escape);
    QVERIFY(!openedSearch(picker));
    QCOMPARE(picked.count(), 0);
    QCOMPARE(picker.preset(), m_presets.at(0));
}

void PresetPickerTest::wheelChangesNothing()
{
    PresetPicker picker;
    picker.setPresets(m_presets, std::nullopt);
    picker.setPreset(m_presets.at(0));
    picker.show();
    QWheelEvent wheel(QPointF(5, 5), picker.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
                      Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&picker, &wheel);
    QCOMPARE(picker.preset(), m_presets.at(0));
}

QTEST_MAIN(PresetPickerTest)
#include "tst_presetpicker.moc"
