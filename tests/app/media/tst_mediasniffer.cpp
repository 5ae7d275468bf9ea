#include "app/media/mediasniffer.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestMediaSniffer : public QObject
{
    Q_OBJECT

private slots:
    void knowsFilesByContent_data();
    void knowsFilesByContent();
    void corpus_data();
    void corpus();
    void missingFile();
    void oddEndings();
    void tellsSizeAndTime();
};

void TestMediaSniffer::knowsFilesByContent_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<MediaKind>("kind");
    QTest::addColumn<QString>("format");
    const auto row = [](const QString &name, const QByteArray &content, MediaKind kind,
                        const QString &format) {
        QTest::newRow(qPrintable(name + u" as "_s + format)) << name << content << kind << format;
    };
    const QByteArray jpeg("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", 12);
    const QByteArray preamble = QByteArray("II*\x00\x08\x00\x00\x00", 8) + QByteArray(120, '\0');
    row(u"a.png"_s, pngImage(2, 2), MediaKind::Photo, u"png"_s);
    row(u"a.jpg"_s, pngImage(2, 2), MediaKind::Photo, u"png"_s); // the name lies
    row(u"a"_s, jpeg, MediaKind::Photo, u"jpeg"_s);
    row(u"a.txt"_s, jpeg, MediaKind::Photo, u"jpeg"_s);
    row(u"a.ppm"_s, ppmImage(4, 4), MediaKind::Photo, u"ppm"_s);
    row(u"a.pbm"_s, QByteArray("P4\n8 1\n\x55", 8), MediaKind::Photo, u"pgm"_s);
    row(u"a.wav"_s, wavSound(20), MediaKind::Audio, u"wav"_s);
    row(u"a.flac"_s, QByteArray("fLaC\x00\x00\x00\x22", 8), MediaKind::Audio, u"flac"_s);
    row(u"a.mp4"_s,
        QByteArray("\x00\x00\x00\x20"
                   "ftypisom\x00\x00\x02\x00isomiso2",
                   24),
        MediaKind::Video, u"mp4"_s);
    row(u"a.mov"_s,
        QByteArray("\x00\x00\x00\x14"
                   "ftypqt  \x00\x00\x02\x00qt  ",
                   20),
        MediaKind::Video, u"quicktime"_s);
    row(u"a.m4a"_s,
        QByteArray("\x00\x00\x00\x20"
                   "ftypM4A \x00\x00\x02\x00isomiso2",
                   24),
        MediaKind::Audio, u"m4a"_s);
    row(u"a.heic"_s,
        QByteArray("\x00\x00\x00\x18"
                   "ftypheic\x00\x00\x00\x00mif1heic",
                   24),
        MediaKind::Photo, u"heic"_s);
    row(u"a.avif"_s,
        QByteArray("\x00\x00\x00\x1c"
                   "ftypmif1\x00\x00\x00\x00mif1avif",
                   24),
        MediaKind::Photo, u"avif"_s);
    row(u"a.jxl"_s, QByteArray("\xff\x0a\x00\x00", 4), MediaKind::Photo, u"jxl"_s);
    row(u"a.ogv"_s, "OggS" + QByteArray(24, '\0') + "\x80theora", MediaKind::Video, u"ogg"_s);
    row(u"a.opus"_s, "OggS" + QByteArray(24, '\0') + "OpusHead", MediaKind::Audio, u"opus"_s);
    row(u"a.dcm"_s, QByteArray(128, '\0') + "DICM", MediaKind::Dicom, u"dicom"_s);
    row(u"scan"_s, preamble + "DICM", MediaKind::Dicom, u"dicom"_s); // with a TIFF header in front
    row(u"bare.dcm"_s, QByteArray("\x08\x00\x05\x00\x43\x53\x0a\x00", 8), MediaKind::Dicom, u"dicom"_s);
    row(u"a.txt"_s, "Some text.\n", MediaKind::Text, u"plain"_s);
    row(u"a.md"_s, "# Some text\n", MediaKind::Text, u"plain"_s);
    row(u"README"_s, "Some text.\n", MediaKind::Text, u"plain"_s);
    row(u"a.svg"_s, "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n", MediaKind::Other, u"svg"_s);
}

void TestMediaSniffer::knowsFilesByContent()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(MediaKind, kind);
    QFETCH(QString, format);
    const QTemporaryDir folder;
    writeFile(folder.filePath(name), content);
    const Result<MediaInfo> info = sniffFile(folder.filePath(name));
    QVERIFY(info);
    QCOMPARE(mediaKindId(info->kind), mediaKindId(kind));
    QCOMPARE(info->format, format);
    QVERIFY(!info->formatText.isEmpty());
    QCOMPARE(info->probe, ProbeState::NotAsked);
}

void TestMediaSniffer::corpus_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<MediaKind>("kind");
    QTest::addColumn<QString>("format");
    const auto row = [](const char *file, MediaKind kind, const char *format) {
        QTest::newRow(file) << QString::fromLatin1(file) << kind << QString::fromLatin1(format);
    };
    row("damaged/no_extension_dicom", MediaKind::Dicom, "dicom");
    row("damaged/really_a_heic.jpg", MediaKind::Photo, "heic");
    row("damaged/really_a_jpeg.png", MediaKind::Photo, "jpeg");
    row("damaged/really_a_png.jpg", MediaKind::Photo, "png");
    row("damaged/really_an_mp4.avi", MediaKind::Video, "mp4");
    row("dicom/no_meta.dcm", MediaKind::Dicom, "dicom");
    row("dicom/CT_small.dcm", MediaKind::Dicom, "dicom");
    row("audio/alac.m4a", MediaKind::Audio, "m4a");
    row("audio/bear_vorbis.ogg", MediaKind::Audio, "ogg");
    row("audio/bear-id3_cover_chapters.mp3", MediaKind::Audio, "mp3");
    row("audio/silence-1.wma", MediaKind::Audio, "asf");
    row("video/milk.mkv", MediaKind::Video, "matroska");
    row("video/testWMV_WMV2.wmv", MediaKind::Video, "asf");
    row("video/fixture2.mpg", MediaKind::Video, "mpeg");
    row("video/sample.flv", MediaKind::Video, "flv");
    row("video/Test.ogv", MediaKind::Video, "ogg");
    row("png/iss634_animated.apng", MediaKind::Photo, "png");
    row("other/world.jp2", MediaKind::Photo, "jp2");
    row("other/testJXL_ISOBMFF.jxl", MediaKind::Photo, "jxl");
    row("webp/1_lossy.webp", MediaKind::Photo, "webp");
    row("tiff/multipage.tiff", MediaKind::Photo, "tiff");
}

void TestMediaSniffer::corpus()
{
    QFETCH(QString, file);
    QFETCH(MediaKind, kind);
    QFETCH(QString, format);
    if (corpusFile(file).isEmpty()) {
        QSKIP("The corpus of real media is not there.");
    }
    const Result<MediaInfo> info = sniffFile(corpusFile(file));
    QVERIFY(info);
    QCOMPARE(mediaKindId(info->kind), mediaKindId(kind));
    QCOMPARE(info->format, format);
}

void TestMediaSniffer::missingFile()
{
    const QTemporaryDir folder;
    const Result<MediaInfo> info = sniffFile(folder.filePath(u"nowhere"_s));
    QVERIFY(!info);
    QCOMPARE(info.error().kind, ErrorKind::NotFound);
}

void TestMediaSniffer::oddEndings()
{
    QCOMPARE(suffixForFormat(u"strange"_s, u"a.xyz"_s), u"xyz"_s);
    QCOMPARE(suffixForFormat(u"strange"_s, u"a.xyz\n"_s), u"bin"_s);
    QCOMPARE(suffixForFormat(u"strange"_s, u"a.x y"_s), u"bin"_s);
    QCOMPARE(suffixForFormat(u"strange"_s, u"a"_s), u"bin"_s);
}

void TestMediaSniffer::tellsSizeAndTime()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"a.txt"_s);
    writeFile(path, "12345");
    const Result<MediaInfo> info = sniffFile(path);
    QVERIFY(info);
    QCOMPARE(info->bytes, 5);
    QCOMPARE(info->modifiedNanoseconds, RealFileOps().status(path)->modifiedNanoseconds);
}

static const RegisterTest<TestMediaSniffer> registrationOfMediaSniffer;

} // namespace batchwright

#include "tst_mediasniffer.moc"
