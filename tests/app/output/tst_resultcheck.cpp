#include "app/output/resultcheck.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QtTest>

#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

QByteArray jpegBytes()
{
    return QByteArray("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", 20)
           + QByteArray(500, 'x') + QByteArray("\xff\xd9", 2);
}

QByteArray gifBytes()
{
    return QByteArray("GIF89a\x01\x00\x01\x00\x00\x00\x00", 13) + QByteArray(500, 'x') + ';';
}

QByteArray webpBytes()
{
    return QByteArray("RIFF\x00\x02\x00\x00WEBPVP8 ", 16)
           + QByteArray(512 - 8, 'x'); // 0x200 bytes behind the first eight
}

QByteArray tiffBytes()
{
    return QByteArray("II*\x00\x08\x00\x00\x00", 8) + QByteArray(200, '\0');
}

} // namespace

class TestResultCheck : public QObject
{
    Q_OBJECT

private slots:
    void wholeFiles_data();
    void wholeFiles();
    void cutFiles_data();
    void cutFiles();
    void wrongKinds_data();
    void wrongKinds();
    void missing();
    void empty();
    void notAFile();
    void withoutACheckAnythingGoes();

private:
    QString fileWith(const QString &name, const QByteArray &content) const
    {
        const QString path = m_folder.filePath(name);
        writeFile(path, content);
        return path;
    }

    QTemporaryDir m_folder;
};

void TestResultCheck::wholeFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<ResultCheck>("check");
    QTest::newRow("jpeg") << u"out.jpg"_s << jpegBytes() << ResultCheck::Image;
    QTest::newRow("png") << u"out.png"_s << pngImage(8, 8) << ResultCheck::Image;
    QTest::newRow("gif") << u"out.gif"_s << gifBytes() << ResultCheck::Image;
    QTest::newRow("webp") << u"out.webp"_s << webpBytes() << ResultCheck::Image;
    QTest::newRow("format without a fixed end") << u"out.tif"_s << tiffBytes() << ResultCheck::Image;
    QTest::newRow("sound") << u"out.wav"_s << wavSound(100) << ResultCheck::Media;
}

void TestResultCheck::wholeFiles()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(ResultCheck, check);
    const Result<MediaInfo> found = checkResultFile(fileWith(name, content), check);
    QVERIFY2(found, found ? "" : qPrintable(found.error().sentence));
    QCOMPARE(found->bytes, content.size());
}

void TestResultCheck::cutFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("jpeg") << u"cut.jpg"_s << jpegBytes();
    QTest::newRow("png") << u"cut.png"_s << pngImage(8, 8);
    QTest::newRow("gif") << u"cut.gif"_s << gifBytes();
    QTest::newRow("webp") << u"cut.webp"_s << webpBytes();
}

void TestResultCheck::cutFiles()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    for (const qsizetype missing : {qsizetype{1}, qsizetype{13}, content.size() / 2}) {
        const Result<MediaInfo> found =
            checkResultFile(fileWith(name, content.chopped(missing)), ResultCheck::Image);
        if (name == u"cut.png"_s && missing == 1) {
            continue; // the last checksum's bytes are not read: a decoder does that
        }
        QVERIFY2(!found, qPrintable(u"%1 bytes are missing"_s.arg(missing)));
        QCOMPARE(found.error().kind, ErrorKind::ResultBad);
        QVERIFY(!found.error().advice.isEmpty());
    }
}

void TestResultCheck::wrongKinds_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<ResultCheck>("check");
    QTest::newRow("a text for a picture")
        << u"wrong.jpg"_s << QByteArray("Sorry, no picture.\n") << ResultCheck::Image;
    QTest::newRow("a sound for a picture") << u"wrong.png"_s << wavSound(100) << ResultCheck::Image;
    QTest::newRow("a picture for a sound") << u"wrong.mp3"_s << pngImage(8, 8) << ResultCheck::Media;
    QTest::newRow("a text for a video")
        << u"wrong.mkv"_s << QByteArray("Sorry, no video.\n") << ResultCheck::Media;
    QTest::newRow("nothing but zeros") << u"zeros.png"_s << QByteArray(4096, '\0') << ResultCheck::Image;
    QTest::newRow("a JPEG that is called PNG") << u"jpeg.png"_s << jpegBytes() << ResultCheck::Image;
}

void TestResultCheck::wrongKinds()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(ResultCheck, check);
    const Result<MediaInfo> found = checkResultFile(fileWith(name, content), check);
    QVERIFY(!found);
    QCOMPARE(found.error().kind, ErrorKind::ResultBad);
}

void TestResultCheck::missing()
{
    const Result<MediaInfo> found = checkResultFile(m_folder.filePath(u"nowhere.png"_s), ResultCheck::None);
    QVERIFY(!found);
    QCOMPARE(found.error().kind, ErrorKind::ResultMissing);
}

void TestResultCheck::empty()
{
    for (const ResultCheck check : {ResultCheck::None, ResultCheck::Image, ResultCheck::Media}) {
        const Result<MediaInfo> found = checkResultFile(fileWith(u"empty.png"_s, QByteArray()), check);
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::ResultEmpty);
    }
}

void TestResultCheck::notAFile()
{
    const QString pipe = m_folder.filePath(u"pipe.png"_s);
    QVERIFY(::mkfifo(QFile::encodeName(pipe).constData(), 0600) == 0);
    for (const QString &path : {m_folder.path(), pipe}) {
        const Result<MediaInfo> found = checkResultFile(path, ResultCheck::None);
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::ResultBad);
    }
}

void TestResultCheck::withoutACheckAnythingGoes()
{
    const Result<MediaInfo> found = checkResultFile(fileWith(u"result.dat"_s, "x"), ResultCheck::None);
    QVERIFY(found);
    QCOMPARE(found->bytes, 1);
}

static const RegisterTest<TestResultCheck> registrationOfResultCheck;

} // namespace batchwright

#include "tst_resultcheck.moc"
