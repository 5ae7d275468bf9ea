// Captured output of ffprobe 5.1, ImageMagick 6.9, vips 8.14 and dcmtk 3.6.7, shortened.
#include "app/probe/oggend.h"
#include "app/probe/pngorientation.h"
#include "app/probe/proberparsers.h"
#include "tests/app/support/samples.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QSize>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

namespace {

constexpr const char *mp3WithCover = R"({
    "streams": [
        {"index": 0, "codec_name": "mp3", "codec_type": "audio", "sample_fmt": "fltp", "sample_rate": "48000",
         "channels": 2, "bits_per_sample": 0, "avg_frame_rate": "0/0", "duration": "2.695914",
         "disposition": {"default": 0, "attached_pic": 0}},
        {"index": 1, "codec_name": "mjpeg", "codec_type": "video", "width": 1400, "height": 1400,
         "avg_frame_rate": "0/0", "duration": "2.695911", "disposition": {"default": 0, "attached_pic": 1},
         "tags": {"title": "Test description", "comment": "Other"}}
    ],
    "format": {"filename": "/dev/stdin", "nb_streams": 2, "format_name": "mp3", "duration": "2.695914", "size": "77901",
               "tags": {"title": "Test title", "ARTIST": "Test Artist", "track": "3/12"}}
})";

constexpr const char *phoneVideo = R"({
    "streams": [
        {"codec_name": "h264", "codec_type": "video", "width": 1920, "height": 1080, "avg_frame_rate": "30000/1001",
         "duration": "4.000000", "color_transfer": "bt709",
         "side_data_list": [{"side_data_type": "Display Matrix", "rotation": -90}]},
        {"codec_name": "aac", "codec_type": "audio", "duration": "3.900000", "sample_fmt": "fltp", "channels": 1},
        {"codec_name": "subrip", "codec_type": "subtitle", "duration": "99.000000"}
    ],
    "format": {"format_name": "mov,mp4,m4a,3gp,3g2,mj2", "duration": "99.000000"}
})";

constexpr const char *matroska = R"({
    "streams": [
        {"codec_name": "h264", "codec_type": "video", "width": 640, "height": 480, "avg_frame_rate": "30/1",
         "tags": {"DURATION": "00:01:01.733000000"}}
    ],
    "format": {"format_name": "matroska,webm"}
})";

constexpr const char *scan =
    "(0002,0010) UI [1.2.840.10008.1.2.4.91]                 #  22, 1 TransferSyntaxUID\n"
    "(0008,0060) CS [CR]                                     #   2, 1 Modality\n"
    "(0028,0004) CS [MONOCHROME1]                            #  12, 1 PhotometricInterpretation\n"
    "(0028,0008) IS [10]                                     #   2, 1 NumberOfFrames\n"
    "(0028,0010) US 1760                                     #   2, 1 Rows\n"
    "(0028,0011) US 1440                                     #   2, 1 Columns\n"
    "(0028,0101) US 10                                       #   2, 1 BitsStored\n"
    "(0028,1050) DS [550\\40.5]                               #   8, 2 WindowCenter\n"
    "(0028,1051) DS [1024\\400]                               #   8, 2 WindowWidth\n";

MediaInfo videoOf(qint64 bytes = 1'000'000)
{
    MediaInfo info;
    info.kind = MediaKind::Video;
    info.bytes = bytes;
    return info;
}

/// One page of an Ogg stream with that much content.
QByteArray oggPage(char flags, int length)
{
    QByteArray page =
        "OggS" + QByteArray(1, '\0') + flags + QByteArray(8, '\0') + "\x01\x02\x03\x04" + QByteArray(8, '\0');
    return page + '\x01' + static_cast<char>(length) + QByteArray(length, 'x');
}

} // namespace

class TestProberParsers : public QObject
{
    Q_OBJECT

private slots:
    void musicWithACover();
    void turnedVideo();
    void matroskaTellsTheLengthInATag();
    void videoWithoutPicturesIsSound();
    void soundWithPicturesIsVideo();
    void guessedLengths_data();
    void guessedLengths();
    void damagedMedia_data();
    void damagedMedia();
    void tagsAreBounded();
    void absurdNumbers_data();
    void absurdNumbers();
    void identify_data();
    void identify();
    void vipsheader();
    void scans();
    void scansWithoutAPicture();
    void oggEnds_data();
    void oggEnds();
    void pngOrientations();
};

void TestProberParsers::musicWithACover()
{
    MediaInfo info = videoOf();
    info.kind = MediaKind::Audio;
    parseFfprobe(mp3WithCover, QByteArray(), info);
    QCOMPARE(info.probe, ProbeState::Known);
    QCOMPARE(info.kind, MediaKind::Audio); // a cover is no video
    QVERIFY(info.hasCover);
    QVERIFY(info.videoCodec.isEmpty());
    QCOMPARE(info.audioCodec, u"mp3"_s);
    QCOMPARE(info.durationMilliseconds, 2696);
    QCOMPARE(info.audioMilliseconds, 2696);
    QCOMPARE(info.tags.value(u"title"_s), u"Test title"_s);
    QCOMPARE(info.tags.value(u"artist"_s), u"Test Artist"_s);
    QCOMPARE(info.tags.value(u"track"_s), u"3"_s);
    QCOMPARE(info.tags.value(u"tracktotal"_s), u"12"_s);
    QCOMPARE(info.fact(u"audio.rate"_s), u"48000"_s);
    QCOMPARE(info.fact(u"audio.channels"_s), u"2"_s);
    QCOMPARE(info.fact(u"tag.title"_s), u"Test title"_s);
}

void TestProberParsers::turnedVideo()
{
    MediaInfo info = videoOf();
    parseFfprobe(phoneVideo, QByteArray(), info);
    QCOMPARE(QSize(info.width, info.height), QSize(1080, 1920));
    QCOMPARE(info.fact(u"rotation"_s), u"-90"_s);
    QVERIFY(qAbs(info.frameRate - 29.97) < 0.01);
    QCOMPARE(info.durationMilliseconds, 4000); // a subtitle that goes on does not count
    QCOMPARE(info.audioMilliseconds, 3900);
    QCOMPARE(info.fact(u"subtitle.text"_s), u"1"_s);
    QCOMPARE(info.fact(u"color.transfer"_s), u"bt709"_s);
}

void TestProberParsers::matroskaTellsTheLengthInATag()
{
    MediaInfo info = videoOf();
    parseFfprobe(matroska, QByteArray(), info);
    QCOMPARE(info.durationMilliseconds, 61733);
    QCOMPARE(info.frameRate, 30.0);
}

void TestProberParsers::videoWithoutPicturesIsSound()
{
    MediaInfo info = videoOf();
    parseFfprobe(mp3WithCover, QByteArray(), info);
    QCOMPARE(info.kind, MediaKind::Audio);
}

void TestProberParsers::soundWithPicturesIsVideo()
{
    MediaInfo info = videoOf();
    info.kind = MediaKind::Audio;
    parseFfprobe(phoneVideo, QByteArray(), info);
    QCOMPARE(info.kind, MediaKind::Video);
}

void TestProberParsers::guessedLengths_data()
{
    QTest::addColumn<QByteArray>("errors");
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<bool>("isEstimated");
    QTest::newRow("known") << QByteArray() << qint64(1'000'000) << false;
    QTest::newRow("from the bit rate")
        << QByteArray("[mp3 @ 0x55a9] Estimating duration from bitrate, this may be inaccurate\n")
        << qint64(1'000'000) << true;
    QTest::newRow("absurd for its size") << QByteArray() << qint64(200) << true;
}

void TestProberParsers::guessedLengths()
{
    QFETCH(QByteArray, errors);
    QFETCH(qint64, bytes);
    QFETCH(bool, isEstimated);
    MediaInfo info = videoOf(bytes);
    parseFfprobe(phoneVideo, errors, info);
    QCOMPARE(info.durationIsEstimated, isEstimated);
}

void TestProberParsers::damagedMedia_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("errors");
    QTest::addColumn<QString>("problem");
    QTest::newRow("no index") << QByteArray("{\n\n}\n")
                              << QByteArray("[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55e14bb8a1c0] moov atom not "
                                            "found\nfile:/dev/stdin: Invalid data\n")
                              << u"It cannot be read (moov atom not found)."_s;
    QTest::newRow("silent") << QByteArray("{}") << QByteArray() << u"It holds neither video nor sound."_s;
    QTest::newRow("nothing at all") << QByteArray() << QByteArray() << u"It holds neither video nor sound."_s;
    QTest::newRow("subtitles alone") << QByteArray(
        R"({"streams": [{"codec_name": "subrip", "codec_type": "subtitle"}]})")
                                     << QByteArray() << u"It holds neither video nor sound."_s;
}

void TestProberParsers::damagedMedia()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, errors);
    QFETCH(QString, problem);
    MediaInfo info = videoOf();
    parseFfprobe(json, errors, info);
    QCOMPARE(info.probe, ProbeState::Damaged);
    QCOMPARE(info.problem, problem);
    QCOMPARE(info.summary(), problem);
}

void TestProberParsers::tagsAreBounded()
{
    MediaInfo info = videoOf();
    const QByteArray json = QByteArray(mp3WithCover)
                                .replace("Test title", QByteArray(100000, 'x'))
                                .replace("Test Artist", "bad \xff\xfe text");
    parseFfprobe(json, QByteArray(), info);
    QCOMPARE(info.probe, ProbeState::Known); // bytes that are no text spoil one tag, not the document
    QVERIFY(info.tags.value(u"title"_s).size() <= 1000);
    QVERIFY(info.tags.value(u"artist"_s).startsWith(u"bad "_s));
}

void TestProberParsers::absurdNumbers_data()
{
    QTest::addColumn<QByteArray>("number");
    for (const char *number : {"1e300", "-1e300", "nan", "inf", "-inf", "-7"}) {
        QTest::newRow(number) << QByteArray(number);
    }
}

void TestProberParsers::absurdNumbers()
{
    QFETCH(QByteArray, number);
    QByteArray json = R"({"streams": [
        {"codec_name": "h264", "codec_type": "video", "width": "N", "height": "N", "avg_frame_rate": "N/1", "duration": "N",
         "side_data_list": [{"rotation": "N"}], "tags": {"DURATION": "N:N:N"}},
        {"codec_name": "aac", "codec_type": "audio", "duration": "N", "tags": {"DURATION": "N"}}],
        "format": {"duration": "N"}})";
    MediaInfo info = videoOf();
    parseFfprobe(json.replace("N\"", number + '"').replace("N:", number + ':').replace("N/", number + '/'),
                 {}, info);
    QCOMPARE(QSize(info.width, info.height), QSize(0, 0));
    QCOMPARE(info.frameRate, 0.0);
    QCOMPARE(info.durationMilliseconds, 0);
    QCOMPARE(info.audioMilliseconds, 0);

    MediaInfo scanned;
    parseDcmdump("(0028,0010) US -5 # 2\n(0028,0011) US -6 # 2\n", scanned);
    QCOMPARE(QSize(scanned.width, scanned.height), QSize(0, 0));
    MediaInfo photo;
    QVERIFY(parseVipsheader("width: 4\nheight: 3\norientation: 99\n", photo));
    QCOMPARE(photo.orientation, 1);
}

void TestProberParsers::identify_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<QSize>("size"); // empty: not understood
    QTest::addColumn<int>("orientation");
    QTest::addColumn<int>("pages");
    QTest::newRow("plain") << QByteArray("40 30 Undefined 1 sRGB\n") << QSize(40, 30) << 1 << 1;
    QTest::newRow("turned") << QByteArray("4032 3024 RightTop 1 sRGB\n") << QSize(4032, 3024) << 6 << 1;
    QTest::newRow("mirrored") << QByteArray("40 30 TopRight 1 CMYK\n") << QSize(40, 30) << 2 << 1;
    QTest::newRow("pages") << QByteArray("40 30 Undefined 2 sRGB\n40 30 Undefined 2 sRGB\n") << QSize(40, 30)
                           << 1 << 2;
    QTest::newRow("nothing") << QByteArray() << QSize() << 1 << 1;
    QTest::newRow("a complaint") << QByteArray("identify: no decode delegate for this image format\n")
                                 << QSize() << 1 << 1;
    QTest::newRow("no size") << QByteArray("0 0 Undefined 1 sRGB\n") << QSize() << 1 << 1;
}

void TestProberParsers::identify()
{
    QFETCH(QByteArray, output);
    QFETCH(QSize, size);
    QFETCH(int, orientation);
    QFETCH(int, pages);
    MediaInfo info;
    QCOMPARE(parseIdentify(output, info), size.isValid());
    QCOMPARE(info.probe, size.isValid() ? ProbeState::Known : ProbeState::NotAsked);
    if (size.isValid()) {
        QCOMPARE(QSize(info.width, info.height), size);
        QCOMPARE(info.orientation, orientation);
        QCOMPARE(info.pages, pages);
        QCOMPARE(info.fact(u"color.space"_s), output.contains("CMYK") ? u"cmyk"_s : u"srgb"_s);
    }
}

void TestProberParsers::vipsheader()
{
    MediaInfo info;
    QVERIFY(parseVipsheader(
        "/dev/stdin: 128x96 uchar, 3 bands, srgb, heifload\nwidth: 128\nheight: 96\nbands: 3\n"
        "filename: /dev/stdin\nn-pages: 4\norientation: 6\n",
        info));
    QCOMPARE(QSize(info.width, info.height), QSize(128, 96));
    QCOMPARE(info.orientation, 6);
    QCOMPARE(info.pages, 4);
    MediaInfo other;
    QVERIFY(!parseVipsheader("vipsheader: \"/dev/stdin\" is not a known file format\n", other));
    QVERIFY(!parseVipsheader(QByteArray(), other));
}

void TestProberParsers::scans()
{
    MediaInfo info;
    parseDcmdump(scan, info);
    QCOMPARE(info.probe, ProbeState::Known);
    QCOMPARE(QSize(info.width, info.height), QSize(1440, 1760));
    QCOMPARE(info.pages, 10);
    const QHash<QString, QString> expected{{u"dicom.syntax"_s, u"1.2.840.10008.1.2.4.91"_s},
                                           {u"dicom.photometric"_s, u"MONOCHROME1"_s},
                                           {u"dicom.bits"_s, u"10"_s},
                                           {u"dicom.modality"_s, u"CR"_s},
                                           {u"dicom.windows"_s, u"2"_s},
                                           {u"dicom.windowCenter"_s, u"550"_s},
                                           {u"dicom.windowWidth"_s, u"1024"_s}};
    for (auto fact = expected.cbegin(); fact != expected.cend(); ++fact) {
        QVERIFY2(info.fact(fact.key()) == *fact, qPrintable(fact.key() + u'=' + info.fact(fact.key())));
    }
}

void TestProberParsers::scansWithoutAPicture()
{
    MediaInfo info;
    parseDcmdump("(0002,0010) UI [1.2.840.10008.1.2]                      #  18, 1 TransferSyntaxUID\n"
                 "(0008,0060) CS [RTPLAN]                                 #   6, 1 Modality\n"
                 "(0028,1050) DS (no value available)                     #   0, 0 WindowCenter\n",
                 info);
    QCOMPARE(info.probe, ProbeState::Known);
    QCOMPARE(info.width, 0);
    QCOMPARE(info.pages, 1);
    QVERIFY(info.fact(u"dicom.windows"_s).isEmpty());
}

void TestProberParsers::oggEnds_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<OggEnd>("expected");
    const QByteArray first = oggPage(2, 30);
    const QByteArray middle = oggPage(0, 200);
    const QByteArray last = oggPage(4, 100);
    QTest::newRow("whole") << first + middle + last << OggEnd::Whole;
    QTest::newRow("not marked") << first + middle << OggEnd::NotMarked;
    QTest::newRow("cut in a page") << first + middle + last.chopped(10) << OggEnd::Cut;
    QTest::newRow("cut in a header") << first + middle + last.left(20) << OggEnd::Cut;
    QTest::newRow("something else") << QByteArray("RIFF and so on, no Ogg at all") << OggEnd::Unknown;
    QTest::newRow("empty") << QByteArray() << OggEnd::Unknown;
}

void TestProberParsers::oggEnds()
{
    QFETCH(QByteArray, content);
    QFETCH(OggEnd, expected);
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"a.ogg"_s), content);
    QCOMPARE(static_cast<int>(findOggEnd(folder.filePath(u"a.ogg"_s))), static_cast<int>(expected));
}

void TestProberParsers::pngOrientations()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"a.png"_s);
    writeFile(file, pngImage(4, 4));
    QCOMPARE(pngOrientation(file), 0);
    // An eXIf chunk with one entry, big-endian; its checksum is not looked at.
    const QByteArray exif = QByteArray(
        "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
        26);
    const QByteArray chunk = QByteArray("\x00\x00\x00\x1a", 4) + "eXIf" + exif + QByteArray(4, '\0');
    const QByteArray plain = pngImage(4, 4);
    constexpr qsizetype behindHeader = 33;
    writeFile(file, plain.left(behindHeader) + chunk + plain.mid(behindHeader));
    QCOMPARE(pngOrientation(file), 6);
    writeFile(file, plain.chopped(12) + chunk + plain.right(12)); // behind the pixels
    QCOMPARE(pngOrientation(file), 6);
    writeFile(file, plain.left(behindHeader) + chunk.left(20)); // cut short
    QCOMPARE(pngOrientation(file), 0);
    QCOMPARE(pngOrientation(folder.filePath(u"nowhere.png"_s)), 0);
}

static const RegisterTest<TestProberParsers> registrationOfProberParsers;

} // namespace batchwright

#include "tst_proberparsers.moc"
