// Pictures for the screen, as plain pixels: their bytes are the colours, whatever the source was.
#include "tests/app/support/scans.h"
#include "tests/app/support/testregistry.h"
#include "tests/app/worker/workerclient.h"
#include "tests/fake/testfiles.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace batchwright;
using namespace batchwright::worker;

class TestPixels final : public QObject
{
    Q_OBJECT

private slots:
    void coloursAreKept();
    void largerOnesAreReduced();
    void greyBecomesColour();
    void transparencyBecomesWhite();
    void jpeg2000HasOnePicture();
    void jpeg2000InOtherColoursIsLeftToOthers();
    void scansShowThePictureThatIsAskedFor();
    void jpegsComeUpright();
    void brokenOnesHaveNone();

private:
    static Request thumbnail(int side);
    static Request conversion();
    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QString file(const char *name, const QByteArray &bytes) const
    {
        writeFile(path(name), bytes);
        return path(name);
    }
    /// The pixels; nothing when the answer's size is another one.
    QByteArray pixels(const Request &request, const QString &source, const QSize &size);
    /// A JPEG, left half dark and right half bright.
    bool writeJpeg(const QString &target) const;
    /// Of 300 × 200 pixels, in the format that the name says.
    bool writeLarge(const QString &target) const;

    QTemporaryDir m_folder;
    WorkerClient m_worker{QStringLiteral(BATCHWRIGHT_WORKER)};
};

Request TestPixels::thumbnail(int side)
{
    ThumbnailTask task;
    task.longestSide = side;
    Request request;
    request.task = task;
    return request;
}

Request TestPixels::conversion()
{
    ConvertTask task;
    task.output.format = PictureFormat::Pixels;
    task.operations.metadata = MetadataRule::None;
    Request request;
    request.task = task;
    return request;
}

QByteArray TestPixels::pixels(const Request &request, const QString &source, const QSize &size)
{
    const auto reply = m_worker.ask(request, source, path("pixels"));
    const QByteArray bytes = readFile(path("pixels"));
    const bool isSize = QSize(reply.done.width, reply.done.height) == size && reply.done.bytes == bytes.size()
                        && bytes.size() == qsizetype{3} * size.width() * size.height();
    return reply.isDone && isSize ? bytes : QByteArray();
}

bool TestPixels::writeJpeg(const QString &target) const
{
    QByteArray ppm = "P6\n80 40\n255\n";
    for (int i = 0; i < 80 * 40; ++i) {
        ppm.append(i % 80 < 40 ? "\x10\x10\x10" : "\xf0\xf0\xf0", 3);
    }
    return QProcess::execute(QStringLiteral("vips"), {QStringLiteral("copy"), file("half.ppm", ppm), target})
           == 0;
}

bool TestPixels::writeLarge(const QString &target) const
{
    const QByteArray ppm = "P6\n300 200\n255\n" + QByteArray("\x10\x80\xf0", 3).repeated(300 * 200);
    return QProcess::execute(QStringLiteral("vips"), {QStringLiteral("copy"), file("large.ppm", ppm), target})
           == 0;
}

void TestPixels::coloursAreKept()
{
    const QByteArray colours("\xff\x01\x02\x03\xfe\x05\x06\x07\xfd\x80\x81\x82", 12);
    const QString source = file("colours.ppm", "P6\n2 2\n255\n" + colours);
    QCOMPARE(pixels(conversion(), source, {2, 2}), colours);
    QCOMPARE(pixels(thumbnail(64), source, {2, 2}), colours); // never enlarged
}

void TestPixels::largerOnesAreReduced()
{
    const QString source =
        file("red.ppm", "P6\n90 30\n255\n" + QByteArray("\xf0\x10\x20", 3).repeated(90 * 30));
    QCOMPARE(pixels(thumbnail(30), source, {30, 10}), QByteArray("\xf0\x10\x20", 3).repeated(300));
}

void TestPixels::greyBecomesColour()
{
    const QString deep = file("grey.ppm", "P5\n2 1\n65535\n" + QByteArray("\x40\x00\xc0\x00", 4));
    QCOMPARE(pixels(thumbnail(64), deep, {2, 1}), QByteArray("\x40\x40\x40\xc0\xc0\xc0", 6));
}

void TestPixels::transparencyBecomesWhite()
{
    const QString source = path("clear.png");
    if (QProcess::execute(QStringLiteral("vips"),
                          {QStringLiteral("black"), source, QStringLiteral("3"), QStringLiteral("2"),
                           QStringLiteral("--bands"), QStringLiteral("4")})
        != 0) {
        QSKIP("vips makes the file; it is not installed");
    }
    QCOMPARE(pixels(thumbnail(64), source, {3, 2}), QByteArray(18, '\xff'));
}

void TestPixels::jpeg2000HasOnePicture()
{
    const QString source = path("sizes.jp2");
    if (!writeLarge(source)) {
        QSKIP("vips makes the file; it cannot");
    }
    // What libvips calls its pages are sizes of the same picture.
    const auto reply = m_worker.ask(conversion(), source, path("pixels"));
    QVERIFY(reply.isDone);
    QCOMPARE(reply.done.warnings, QStringList());
    Request probe;
    probe.task = ProbeTask{QStringLiteral("sizes.jp2")};
    QCOMPARE(m_worker.ask(probe, source).done.facts.pages, 1);
}

void TestPixels::jpeg2000InOtherColoursIsLeftToOthers()
{
    const QString source = path("ycc.jp2");
    if (!writeLarge(source)) {
        QSKIP("vips makes the file; it cannot");
    }
    QByteArray bytes = readFile(source);
    const qsizetype box = bytes.indexOf(QByteArray("colr\1", 5));
    QVERIFY(box > 0);
    QCOMPARE(bytes.at(box + 10), '\x10'); // sRGB
    bytes[box + 10] = '\x12';             // sYCC
    writeFile(source, bytes);
    const auto reply = m_worker.ask(conversion(), source, path("pixels"));
    QVERIFY(!reply.isDone && !reply.isGone);
    QCOMPARE(reply.error.kind, ErrorKind::NoPicture);
    QCOMPARE(reply.error.advice, QString());
}

void TestPixels::scansShowThePictureThatIsAskedFor()
{
    const QString source = file("three.dcm", scanWithPictures(3));
    ScanTask task;
    task.frame = 2;
    task.depth = 8;
    task.output.format = PictureFormat::Pixels;
    task.resize.mode = Resize::Mode::LongestSide;
    task.resize.width = 64;
    Request request;
    request.task = task;
    const QByteArray whole = pixels(request, source, {16, 8}); // never enlarged
    QCOMPARE(whole.left(9), QByteArray("\0\0\0\xff\xff\xff\0\0\0", 9));
    std::get<ScanTask>(request.task).resize.width = 8;
    const QByteArray half = pixels(request, source, {8, 4});
    QVERIFY(!half.isEmpty());
    QVERIFY(static_cast<uchar>(half.at(0)) > static_cast<uchar>(half.at(3 * 4)));
    task.crop = {Crop::Mode::Rectangle, 1, 2, 3, 2};
    request.task = task;
    QCOMPARE(pixels(request, source, {3, 2}).left(6), QByteArray("\xff\xff\xff\0\0\0", 6));
    task.frame = 4;
    request.task = task;
    const auto none = m_worker.ask(request, source, path("pixels"));
    QVERIFY(!none.isDone && !none.isGone);
}

void TestPixels::jpegsComeUpright()
{
    const QString source = path("turned.jpg");
    if (QStandardPaths::findExecutable(QStringLiteral("exiftool")).isEmpty() || !writeJpeg(source)) {
        QSKIP("vips and exiftool make the file; they are not installed");
    }
    QByteArray flat = pixels(thumbnail(40), source, {40, 20});
    QVERIFY(flat.size() > 39 * 3);
    QVERIFY(static_cast<uchar>(flat.at(0)) < 40 && static_cast<uchar>(flat.at(39 * 3)) > 210);
    QCOMPARE(QProcess::execute(QStringLiteral("exiftool"),
                               {QStringLiteral("-q"), QStringLiteral("-n"), QStringLiteral("-Orientation=6"),
                                QStringLiteral("-overwrite_original"), source}),
             0);
    // The left side is up now.
    const QByteArray turned = pixels(thumbnail(40), source, {20, 40});
    QVERIFY(!turned.isEmpty());
    QVERIFY(static_cast<uchar>(turned.at(0)) < 40 && static_cast<uchar>(turned.back()) > 210);
    QCOMPARE(pixels(conversion(), source, {40, 80}).size(), 40 * 80 * 3);
}

void TestPixels::brokenOnesHaveNone()
{
    const auto reply = m_worker.ask(thumbnail(64), file("torn.jpg", "\xff\xd8\xff\xe0 torn"), path("pixels"));
    QVERIFY(!reply.isDone && !reply.isGone);
}

static const RegisterTest<TestPixels> registrationOfPixels;

#include "tst_pixels.moc"
