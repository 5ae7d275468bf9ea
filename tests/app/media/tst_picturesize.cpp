#include "app/media/picturesize.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestPictureSize : public QObject
{
    Q_OBJECT

private slots:
    void headers_data();
    void headers();
    void cutHeadersTellNothing();
    void realFiles();
};

void TestPictureSize::headers_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QSize>("size");
    QTest::newRow("png") << pngImage(31, 7) << QSize(31, 7);
    QTest::newRow("gif") << QByteArray("GIF89a\x2c\x01\xc8\x00\x80", 11) << QSize(300, 200);
    QTest::newRow("bmp, from top to bottom") << QByteArray(
        "BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x2c\x01\x00\x00\x38\xff\xff\xff",
        26) << QSize(300, 200);
    const QByteArray jpegFrame("\xff\xff\xc2\x00\x11\x08\x00\xc8\x01\x2c\x03", 11); // filled, progressive
    QTest::newRow("jpeg behind a preview")
        << QByteArray("\xff\xd8\xff\xe1\x01\x02", 6) + QByteArray("\xff\xc0", 2) + QByteArray(254, 'x')
               + jpegFrame
        << QSize(300, 200);
    QTest::newRow("webp, extended") << QByteArray(
        "RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x2b\x01\x00\xc7\x00\x00", 30)
                                    << QSize(300, 200);
    QTest::newRow("webp, lossless") << QByteArray(
        "RIFF\x00\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f\x2b\xc1\x31\x00\x00\x00\x00\x00\x00", 30)
                                    << QSize(300, 200);
    QTest::newRow("webp, lossy") << QByteArray(
        "RIFF\x00\x00\x00\x00WEBPVP8 \x0a\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\x2c\x01\xc8\x00", 30)
                                 << QSize(300, 200);
}

void TestPictureSize::headers()
{
    QFETCH(QByteArray, content);
    QFETCH(QSize, size);
    QTemporaryDir folder;
    writeFile(folder.filePath(u"a"_s), content);
    const std::optional<QSize> found = pictureSize(folder.filePath(u"a"_s));
    QVERIFY(found);
    QCOMPARE(*found, size);
}

void TestPictureSize::cutHeadersTellNothing()
{
    QTemporaryDir folder;
    for (const QByteArray &content :
         {QByteArray(), QByteArray("\xff\xd8", 2), QByteArray("\xff\xd8\xff\xe1\x7f\xff", 6),
          QByteArray("GIF89a"), pngImage(9, 9).left(20), QByteArray("text")}) {
        writeFile(folder.filePath(u"a"_s), content);
        QVERIFY2(!pictureSize(folder.filePath(u"a"_s)), content.constData());
    }
    QVERIFY(!pictureSize(folder.filePath(u"nowhere"_s)));
}

void TestPictureSize::realFiles()
{
    const QString photo = corpusFile(u"jpeg/exif.jpg"_s);
    if (photo.isEmpty()) {
        QSKIP("The corpus is not there.");
    }
    const std::optional<QSize> size = pictureSize(photo);
    QVERIFY(size && !size->isEmpty());
}

static const RegisterTest<TestPictureSize> registrationOfPictureSize;

} // namespace batchwright

#include "tst_picturesize.moc"
