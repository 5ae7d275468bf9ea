// TagsModel: files × variables of an album preset, edited into the session.
#include "tests/ui/uifixtures.h"

#include "ui/tagsmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace batchwright;

class TagsTest final : public QObject
{
    Q_OBJECT

private slots:
    void hasARowForEachAlbumFile();
    void editsReachTheSession();
    void keepsRowsWhileNothingElseChanges();
};

namespace {

/// The smallest WAV file: a header and one sample.
QByteArray wave()
{
    QByteArray bytes = QByteArray::fromHex("524946462600000057415645666d7420100000000100010044ac000088580100"
                                           "020010006461746102000000"
                                           "0000");
    return bytes;
}

void addTwoTracks(SessionFixture &fixture)
{
    QSignalSpy finished(&fixture.session, &Session::importFinished);
    fixture.session.addFiles({fixture.writeFile(QStringLiteral("track 1.wav"), wave()),
                              fixture.writeFile(QStringLiteral("track 2.wav"), wave()),
                              fixture.writeFile(QStringLiteral("notes.txt"), "Hello\n")});
    QVERIFY(finished.count() == 1 || finished.wait());
    fixture.session.usePreset(QStringLiteral("audio-flac-album"));
    fixture.session.jobs().flush();
}

} // namespace

void TagsTest::hasARowForEachAlbumFile()
{
    SessionFixture fixture;
    TagsModel model(fixture.session);
    QAbstractItemModelTester tester(&model);
    addTwoTracks(fixture);
    QCOMPARE(model.rowCount(), 0); // a hidden table costs nothing
    model.setActive(true);
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(model.columnCount() > 3);
    QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Artist"));
    QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("track 2.wav"));
    QVERIFY(!model.flags(model.index(0, 0)).testFlag(Qt::ItemIsEditable));
    fixture.session.addFiles(
        {fixture.writeFile(QStringLiteral("track 3.wav"), wave())}); // of a kind that is there
    QTRY_COMPARE(model.rowCount(), 3);
    model.setActive(false);
    QCOMPARE(model.rowCount(), 0);
}

void TagsTest::editsReachTheSession()
{
    SessionFixture fixture;
    TagsModel model(fixture.session);
    addTwoTracks(fixture);
    model.setActive(true);
    QAbstractItemModelTester tester(&model);
    QVERIFY(model.setData(model.index(0, 1), QStringLiteral("Ada"), Qt::EditRole));
    QCOMPARE(fixture.session.jobs().find(model.idAt(0))->variables.value(QStringLiteral("artist")),
             QStringLiteral("Ada"));
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("Ada"));
    QVERIFY(!model.setData(model.index(0, 0), QStringLiteral("other name"), Qt::EditRole));

    AlbumSheet sheet;
    sheet.tracks = {{{QStringLiteral("artist"), QStringLiteral("Grace")}},
                    {{QStringLiteral("artist"), QStringLiteral("Hedy")}}};
    // The text takes a preset too: a sheet of two does not fit a list of three.
    QVERIFY(!fixture.session.applySheet(sheet, QStringLiteral("album.json")));
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("Ada"));
}

void TagsTest::keepsRowsWhileNothingElseChanges()
{
    SessionFixture fixture;
    TagsModel model(fixture.session);
    addTwoTracks(fixture);
    model.setActive(true);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    emit fixture.session.choicesChanged();
    QCOMPARE(reset.count(), 0);
    fixture.session.removeJobs({model.idAt(0)});
    QCOMPARE(reset.count(), 1);
    QCOMPARE(model.rowCount(), 1);
}

QTEST_MAIN(TagsTest)
#include "tst_tags.moc"
