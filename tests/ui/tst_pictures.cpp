// The pictures beside the names and in the details, from the real worker.
#include "tests/app/support/scans.h"
#include "tests/fake/testfiles.h"
#include "tests/ui/uifixtures.h"

#include "ui/mainwindow.h"
#include "ui/pictures.h"

#include <QLabel>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTest>

using namespace batchwright;

class PicturesTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void photosHaveOne();
    void scansHaveOne();
    void textsAndTornPhotosHaveNone();
    void areAskedForOnce();
    void detailsShowIt();
};

void PicturesTest::initTestCase()
{
    if (QStandardPaths::findExecutable(QStringLiteral("batchwright-worker")).isEmpty()) {
        QSKIP("the worker is not built");
    }
}

namespace {

/// Two files in the list, by id.
struct Added : SessionFixture {
    Pictures pictures{session};
    QVector<JobId> ids;

    void add(const QStringList &files)
    {
        session.addFiles(files);
        static_cast<void>(QTest::qWaitFor([&] { return session.jobs().size() == files.size(); }, 20'000));
        for (int place = 0; place < session.jobs().size(); ++place) {
            ids.append(session.jobs().at(place).id);
        }
    }
};

} // namespace

void PicturesTest::photosHaveOne()
{
    Added added;
    QSignalSpy changed(&added.pictures, &Pictures::changed);
    added.add({added.writeFile(QStringLiteral("a.png"), pngImage(60, 30))});
    QVERIFY(added.pictures.picture(added.ids.first()).isNull());
    added.pictures.want(added.ids);
    QVERIFY(changed.wait(20'000));
    QCOMPARE(added.pictures.picture(added.ids.first()).size(), QSize(60, 30));
    QCOMPARE(added.pictures.scaled(added.ids.first(), QSize(20, 20), 1).size(), QSize(20, 10));
    const QPixmap twice = added.pictures.scaled(added.ids.first(), QSize(20, 20), 2);
    QCOMPARE(twice.size(), QSize(40, 20));
    QCOMPARE(twice.devicePixelRatio(), 2.0);
    // Small ones are not blown up.
    QCOMPARE(added.pictures.scaled(added.ids.first(), QSize(200, 200), 1).size(), QSize(60, 30));
}

void PicturesTest::scansHaveOne()
{
    Added added;
    QSignalSpy changed(&added.pictures, &Pictures::changed);
    added.add({added.writeFile(QStringLiteral("a.dcm"), scanWithPictures(2))});
    added.pictures.want(added.ids);
    QVERIFY(changed.wait(20'000));
    const QImage first = added.pictures.picture(added.ids.first());
    QCOMPARE(first.size(), QSize(16, 8));
    QCOMPARE(first.pixelColor(0, 4), QColor(Qt::white));
    QCOMPARE(first.pixelColor(1, 4), QColor(Qt::black));
}

void PicturesTest::textsAndTornPhotosHaveNone()
{
    Added added;
    QSignalSpy changed(&added.pictures, &Pictures::changed);
    added.add({added.writeFile(QStringLiteral("a.jpg"), "\xff\xd8\xff\xe0 torn"),
               added.writeFile(QStringLiteral("b.txt"), "words\n")});
    added.pictures.want(added.ids);
    QVERIFY(changed.wait(20'000));
    QCOMPARE(changed.size(), 1); // nobody asks about the text
    for (const JobId id : added.ids) {
        QVERIFY(added.pictures.picture(id).isNull());
        QVERIFY(added.pictures.scaled(id, QSize(20, 20), 1).isNull());
    }
}

void PicturesTest::areAskedForOnce()
{
    Added added;
    QSignalSpy changed(&added.pictures, &Pictures::changed);
    added.add({added.writeFile(QStringLiteral("a.png"), pngImage(60, 30)),
               added.writeFile(QStringLiteral("b.jpg"), "\xff\xd8\xff\xe0 torn"),
               added.writeFile(QStringLiteral("c.png"), pngImage(10, 10))});
    added.pictures.want(added.ids.first(2));
    QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 2, 20'000);
    added.pictures.want(added.ids);
    QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 3, 20'000);
    QCOMPARE(changed.last().first().value<JobId>(), added.ids.last());
}

void PicturesTest::detailsShowIt()
{
    SessionFixture fixture;
    MainWindow window(fixture.session);
    window.resize(1280, 800);
    window.show();
    fixture.session.addFiles({fixture.writeFile(QStringLiteral("a.png"), pngImage(60, 30))});
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session.jobs().size(), 1, 20'000);
    auto *table = window.findChild<QTableView *>(QStringLiteral("jobTable"));
    auto *picture = window.findChild<QLabel *>(QStringLiteral("filePicture"));
    QVERIFY(table && picture);
    table->selectRow(0);
    QTRY_COMPARE_WITH_TIMEOUT(picture->pixmap(Qt::ReturnByValue).deviceIndependentSize().toSize(),
                              QSize(60, 30), 20'000);
}

QTEST_MAIN(PicturesTest)
#include "tst_pictures.moc"
