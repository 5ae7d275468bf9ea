// The real worker process over a socket pair: what it makes of photos is judged by exiftool and the vips program.
#include "tests/app/support/testregistry.h"
#include "tests/app/worker/workerclient.h"
#include "tests/fake/testfiles.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>

#include <climits>
#include <fcntl.h>
#include <memory>

using namespace batchwright;
using namespace batchwright::worker;

namespace {

QString output(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished();
    return process.exitCode() == 0 ? QString::fromUtf8(process.readAllStandardOutput()).trimmed() : QString();
}

bool has(const char *program)
{
    return !QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty();
}

Request convertTo(PictureFormat format)
{
    ConvertTask task;
    task.output.format = format;
    task.output.effort = 1;
    Request request;
    request.task = task;
    return request;
}

ConvertTask &conversion(Request &request)
{
    return std::get<ConvertTask>(request.task);
}

} // namespace

class TestWorker final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void everyOrientationBecomesUpright_data();
    void everyOrientationBecomesUpright();
    void placeAndMetadataGoWhenAsked();
    void resizesAndCrops();
    void transparencyIsLaidOnTheBackground();
    void sixteenBitsStay();
    void animationsStayAnimated();
    void bitmapsAreRead_data();
    void bitmapsAreRead();
    void brokenBitmapsFail();
    void cutPhotosFail();
    void bombsAreRefused();
    void nonsenseIsAnswered();
    void filesAreClosedAndMemoryIsSteady();
    void progressArrives();
    void endsWithItsHost();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    /// A JPEG of width × height whose left half is dark and whose right half is bright.
    QString photo(int width = 400, int height = 300);
    QStringList exif(const QString &file, const QStringList &tags);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WorkerClient> m_worker;
};

void TestWorker::initTestCase()
{
    if (!has("vips") || !has("exiftool")) {
        QSKIP("vips and exiftool judge the results; they are not installed");
    }
    m_worker = std::make_unique<WorkerClient>(QStringLiteral(BATCHWRIGHT_WORKER));
}

void TestWorker::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

QString TestWorker::photo(int width, int height)
{
    const QString ppm = path(QStringLiteral("photo.ppm"));
    const QString jpeg = path(QStringLiteral("photo.jpg"));
    QByteArray pixels = "P6\n" + QByteArray::number(width) + ' ' + QByteArray::number(height) + "\n255\n";
    for (int i = 0; i < width * height; ++i) {
        const bool isLeft = i % width < width / 2;
        pixels.append(isLeft ? "\x20\x20\x40" : "\xe0\xd0\xc0", 3);
    }
    writeFile(ppm, pixels);
    output(QStringLiteral("vips"), {QStringLiteral("copy"), ppm, jpeg + QStringLiteral("[Q=95,strip]")});
    return jpeg;
}

QStringList TestWorker::exif(const QString &file, const QStringList &tags)
{
    QStringList arguments{QStringLiteral("-s3"), QStringLiteral("-n"), QStringLiteral("-f")};
    for (const QString &tag : tags) {
        arguments.append(u'-' + tag);
    }
    return output(QStringLiteral("exiftool"), arguments + QStringList{file}).split(u'\n');
}

void TestWorker::everyOrientationBecomesUpright_data()
{
    QTest::addColumn<int>("orientation");
    QTest::addColumn<int>("format");
    QTest::addColumn<QString>("suffix");
    const QList<std::pair<PictureFormat, const char *>> formats{
        {PictureFormat::Jpeg, "jpg"}, {PictureFormat::Png, "png"},    {PictureFormat::WebP, "webp"},
        {PictureFormat::Tiff, "tif"}, {PictureFormat::JpegXl, "jxl"}, {PictureFormat::Avif, "avif"}};
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const auto &[format, suffix] : formats) {
            QTest::addRow("%d to %s", orientation, suffix)
                << orientation << static_cast<int>(format) << QString::fromLatin1(suffix);
        }
    }
}

void TestWorker::everyOrientationBecomesUpright()
{
    QFETCH(int, orientation);
    QFETCH(int, format);
    QFETCH(QString, suffix);
    const QString source = photo(160, 120);
    output(QStringLiteral("exiftool"),
           {QStringLiteral("-q"), QStringLiteral("-overwrite_original"), QStringLiteral("-n"),
            QStringLiteral("-Orientation=%1").arg(orientation), QStringLiteral("-Make=Tester"),
            QStringLiteral("-Copyright=Me"), QStringLiteral("-ExifImageWidth=160"), source});
    const QString result = path(QStringLiteral("out.") + suffix);
    const auto reply = m_worker->ask(convertTo(static_cast<PictureFormat>(format)), source, result);
    QVERIFY2(reply.isDone, qPrintable(reply.error.sentence + reply.error.detail));
    const bool isSwapped = orientation >= 5;
    QCOMPARE(QSize(reply.done.width, reply.done.height), isSwapped ? QSize(120, 160) : QSize(160, 120));
    const QStringList facts = exif(result, {QStringLiteral("Orientation"), QStringLiteral("Make"),
                                            QStringLiteral("Copyright"), QStringLiteral("ExifImageWidth")});
    QCOMPARE(facts, QStringList({QStringLiteral("1"), QStringLiteral("Tester"), QStringLiteral("Me"),
                                 QString::number(reply.done.width)}));
    // The dark half was on the left of what was stored; where it belongs is what the tag means.
    static const QPoint dark[] = {{20, 60}, {140, 60}, {140, 60}, {20, 60},
                                  {60, 20}, {60, 20},  {60, 140}, {60, 140}};
    const QPoint at = dark[orientation - 1];
    const QString pixel = output(QStringLiteral("vips"), {QStringLiteral("getpoint"), result,
                                                          QString::number(at.x()), QString::number(at.y())});
    QVERIFY2(pixel.section(u' ', 0, 0).toDouble() < 100, qPrintable(pixel));
}

void TestWorker::placeAndMetadataGoWhenAsked()
{
    const QString source = photo();
    output(QStringLiteral("exiftool"),
           {QStringLiteral("-q"), QStringLiteral("-overwrite_original"), QStringLiteral("-n"),
            QStringLiteral("-Make=Tester"), QStringLiteral("-GPSLatitude=47.5"),
            QStringLiteral("-GPSLatitudeRef=N"), QStringLiteral("-xmp:GPSLatitude=47.5"),
            QStringLiteral("-xmp:Title=Hut"), source});
    const QStringList tags{QStringLiteral("Make"), QStringLiteral("GPSLatitude"),
                           QStringLiteral("xmp:Title")};
    for (const auto &[format, suffix] :
         QList<std::pair<PictureFormat, QString>>{{PictureFormat::Jpeg, QStringLiteral("jpg")},
                                                  {PictureFormat::Png, QStringLiteral("png")},
                                                  {PictureFormat::WebP, QStringLiteral("webp")},
                                                  {PictureFormat::Tiff, QStringLiteral("tif")},
                                                  {PictureFormat::JpegXl, QStringLiteral("jxl")}}) {
        const QString result = path(QStringLiteral("out.") + suffix);
        Request request = convertTo(format);
        QVERIFY(m_worker->ask(request, source, result).isDone);
        QCOMPARE(exif(result, tags),
                 QStringList({QStringLiteral("Tester"), QStringLiteral("47.5"), QStringLiteral("Hut")}));
        conversion(request).operations.metadata = MetadataRule::WithoutPlace;
        QVERIFY(m_worker->ask(request, source, result).isDone);
        QCOMPARE(exif(result, tags),
                 QStringList({QStringLiteral("Tester"), QStringLiteral("-"), QStringLiteral("Hut")}));
        conversion(request).operations.metadata = MetadataRule::None;
        QVERIFY(m_worker->ask(request, source, result).isDone);
        QCOMPARE(exif(result, tags),
                 QStringList({QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("-")}));
    }
}

void TestWorker::resizesAndCrops()
{
    const QString source = photo(401, 301);
    const QString result = path(QStringLiteral("out.jpg"));
    Request request = convertTo(PictureFormat::Jpeg);
    PhotoOperations &operations = conversion(request).operations;
    const auto size = [&] {
        const auto reply = m_worker->ask(request, source, result);
        const QStringList words = exif(result, {QStringLiteral("ImageSize")});
        return words.first() == QStringLiteral("%1 %2").arg(reply.done.width).arg(reply.done.height)
                   ? QSize(reply.done.width, reply.done.height)
                   : QSize();
    };
    operations.resize = {Resize::Mode::LongestSide, 200, 0, 100, false};
    QCOMPARE(size(), QSize(200, 150));
    operations.resize.width = 1000;
    QCOMPARE(size(), QSize(401, 301));
    operations.resize = {Resize::Mode::Fill, 100, 100, 100, false};
    QCOMPARE(size(), QSize(100, 100));
    operations.resize = {Resize::Mode::Fit, 100, 50, 100, false};
    QCOMPARE(size(), QSize(67, 50));
    operations.resize = {Resize::Mode::Percent, 0, 0, 200, true};
    QCOMPARE(size(), QSize(802, 602));
    operations.resize = Resize();
    operations.crop = {Crop::Mode::Rectangle, 10, 20, 33, 44};
    QCOMPARE(size(), QSize(33, 44));
    operations.crop = {Crop::Mode::Rectangle, 1000, 20, 33, 44};
    QCOMPARE(m_worker->ask(request, source, result).error.kind, ErrorKind::BadOption);
}

void TestWorker::transparencyIsLaidOnTheBackground()
{
    const QString source = path(QStringLiteral("clear.png"));
    output(QStringLiteral("vips"), {QStringLiteral("black"), source, QStringLiteral("40"),
                                    QStringLiteral("30"), QStringLiteral("--bands"), QStringLiteral("4")});
    const QString result = path(QStringLiteral("out.jpg"));
    Request request = convertTo(PictureFormat::Jpeg);
    conversion(request).operations.background = 0xff0000;
    QVERIFY(m_worker->ask(request, source, result).isDone);
    const QStringList pixel = output(QStringLiteral("vips"), {QStringLiteral("getpoint"), result,
                                                              QStringLiteral("5"), QStringLiteral("5")})
                                  .split(u' ');
    QVERIFY2(pixel.value(0).toInt() > 240 && pixel.value(1).toInt() < 20, qPrintable(pixel.join(u' ')));
}

void TestWorker::sixteenBitsStay()
{
    const QString source = path(QStringLiteral("deep.ppm"));
    QByteArray pixels = "P5\n64 8\n65535\n";
    for (int i = 0; i < 64 * 8; ++i) {
        pixels.append(static_cast<char>(i % 64 * 4)).append('\x42');
    }
    writeFile(source, pixels);
    const auto bits = [](const QString &file) {
        return output(QStringLiteral("vipsheader"), {QStringLiteral("-f"), QStringLiteral("format"), file});
    };
    for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Tiff}) {
        const QString result = path(QStringLiteral("out.") + pictureFormatId(format));
        QVERIFY(m_worker->ask(convertTo(format), source, result).isDone);
        QVERIFY2(bits(result).contains(QStringLiteral("ushort"), Qt::CaseInsensitive),
                 qPrintable(bits(result)));
        Request shallow = convertTo(format);
        conversion(shallow).operations.depth = 8;
        QVERIFY(m_worker->ask(shallow, source, result).isDone);
        QVERIFY2(bits(result).contains(QStringLiteral("uchar"), Qt::CaseInsensitive),
                 qPrintable(bits(result)));
    }
}

void TestWorker::animationsStayAnimated()
{
    const QString source = corpusFile(QStringLiteral("gif/dispose-background.gif"));
    if (source.isEmpty()) {
        QSKIP("there is no corpus; BATCHWRIGHT_CORPUS names its folder");
    }
    const QString pages =
        output(QStringLiteral("vipsheader"), {QStringLiteral("-f"), QStringLiteral("n-pages"), source});
    for (const PictureFormat format : {PictureFormat::WebP, PictureFormat::Gif}) {
        const QString result =
            path(format == PictureFormat::Gif ? QStringLiteral("out.gif") : QStringLiteral("out.webp"));
        const auto reply = m_worker->ask(convertTo(format), source, result);
        QVERIFY2(reply.isDone, qPrintable(reply.error.detail));
        QCOMPARE(output(QStringLiteral("vipsheader"),
                        {QStringLiteral("-f"), QStringLiteral("n-pages"), result}),
                 pages);
    }
}

namespace {

template<typename Number>
QByteArray little(Number number)
{
    QByteArray bytes(sizeof(Number), '\0');
    qToLittleEndian(number, bytes.data());
    return bytes;
}

/// Two columns and three rows, from the top: red, green; blue, white; black, grey. `height` negative: stored from the top.
QByteArray bitmap(int depth, qint32 height = 3, quint32 packing = 0)
{
    const QList<QList<QByteArray>> fromTop{{QByteArray("\x00\x00\xff", 3), QByteArray("\x00\xff\x00", 3)},
                                           {QByteArray("\xff\x00\x00", 3), QByteArray("\xff\xff\xff", 3)},
                                           {QByteArray("\x00\x00\x00", 3), QByteArray("\x80\x80\x80", 3)}};
    QByteArray palette;
    QByteArray pixels;
    for (int place = 0; place < 3; ++place) {
        const int y = height < 0 ? place : 2 - place;
        QByteArray row;
        for (int x = 0; x < 2; ++x) {
            row += depth == 8    ? QByteArray(1, static_cast<char>(y * 2 + x))
                   : depth == 32 ? fromTop.at(y).at(x) + '\0'
                                 : fromTop.at(y).at(x);
        }
        pixels += row.leftJustified((row.size() + 3) / 4 * 4, '\0');
    }
    for (const QList<QByteArray> &row : depth == 8 ? fromTop : QList<QList<QByteArray>>()) {
        palette += row.at(0) + '\0' + row.at(1) + '\0';
    }
    const auto offset = static_cast<quint32>(54 + palette.size());
    return "BM" + little(offset + static_cast<quint32>(pixels.size())) + little(quint32{0}) + little(offset)
           + little(quint32{40}) + little(qint32{2}) + little(height) + little(quint16{1})
           + little(static_cast<quint16>(depth)) + little(packing)
           + little(static_cast<quint32>(pixels.size())) + little(qint32{0}) + little(qint32{0})
           + little(static_cast<quint32>(palette.size() / 4)) + little(quint32{0}) + palette + pixels;
}

} // namespace

void TestWorker::bitmapsAreRead_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("24 bits") << bitmap(24);
    QTest::newRow("32 bits") << bitmap(32);
    QTest::newRow("palette") << bitmap(8);
    QTest::newRow("from the top") << bitmap(24, -3);
}

void TestWorker::bitmapsAreRead()
{
    QFETCH(QByteArray, content);
    writeFile(path(QStringLiteral("in.bmp")), content);
    const auto reply = m_worker->ask(convertTo(PictureFormat::Png), path(QStringLiteral("in.bmp")),
                                     path(QStringLiteral("out.png")));
    QVERIFY2(reply.isDone, qPrintable(reply.error.sentence + reply.error.detail));
    QCOMPARE(QSize(reply.done.width, reply.done.height), QSize(2, 3));
    const auto pixel = [this](int x, int y) {
        return output(QStringLiteral("vips"), {QStringLiteral("getpoint"), path(QStringLiteral("out.png")),
                                               QString::number(x), QString::number(y)});
    };
    QCOMPARE(pixel(0, 0), QStringLiteral("255 0 0"));
    QCOMPARE(pixel(1, 0), QStringLiteral("0 255 0"));
    QCOMPARE(pixel(0, 1), QStringLiteral("0 0 255"));
    QCOMPARE(pixel(1, 1), QStringLiteral("255 255 255"));
    QCOMPARE(pixel(0, 2), QStringLiteral("0 0 0"));
    QCOMPARE(pixel(1, 2), QStringLiteral("128 128 128"));
    Request probe;
    probe.task = ProbeTask{QStringLiteral("in.bmp")};
    const auto facts = m_worker->ask(probe, path(QStringLiteral("in.bmp")));
    QVERIFY(facts.isDone);
    QCOMPARE(facts.done.facts.format, QStringLiteral("bmp"));
    QCOMPARE(QSize(facts.done.facts.width, facts.done.facts.height), QSize(2, 3));
}

void TestWorker::brokenBitmapsFail()
{
    const auto ask = [this](const QByteArray &content) {
        writeFile(path(QStringLiteral("in.bmp")), content);
        return m_worker->ask(convertTo(PictureFormat::Png), path(QStringLiteral("in.bmp")),
                             path(QStringLiteral("out.png")));
    };
    const QByteArray whole = bitmap(24);
    for (qsizetype length = 34; length < whole.size() - 6; ++length) { // a row without its padding will do
        const auto reply = ask(whole.left(length));
        QVERIFY2(!reply.isDone && reply.error.kind == ErrorKind::DamagedInput,
                 qPrintable(QString::number(length)));
    }
    // It claims more pixels than there is memory for.
    QByteArray bomb = whole;
    bomb.replace(18, 8, little(qint32{60'000}) + little(qint32{60'000}));
    QCOMPARE(ask(bomb).error.kind, ErrorKind::TooLarge);
    bomb.replace(18, 8, little(qint32{20'000}) + little(qint32{20'000}));
    QCOMPARE(ask(bomb).error.kind, ErrorKind::DamagedInput);
    // Packed ones are for others.
    const auto packed = ask(bitmap(8, 3, 1));
    QCOMPARE(packed.error.kind, ErrorKind::NoPicture);
    QVERIFY(packed.error.advice.isEmpty());
    QVERIFY(!ask(bitmap(24, INT_MIN)).isDone);
    QVERIFY(!ask(bitmap(24, 0)).isDone);
}

void TestWorker::cutPhotosFail()
{
    const QByteArray whole = readFile(photo());
    const QString cut = path(QStringLiteral("cut.jpg"));
    const QString result = path(QStringLiteral("out.jpg"));
    for (const qsizetype length : {whole.size() / 2, whole.size() - 100, qsizetype(100), qsizetype(3)}) {
        writeFile(cut, whole.left(length));
        const auto reply = m_worker->ask(convertTo(PictureFormat::Jpeg), cut, result);
        QVERIFY(!reply.isDone && !reply.isGone);
        QCOMPARE(reply.error.kind, length == 3 ? ErrorKind::DamagedInput : reply.error.kind);
        QVERIFY(reply.error.sentence.endsWith(u'.'));
    }
    writeFile(cut, pngImage(300, 300).chopped(60));
    QCOMPARE(m_worker->ask(convertTo(PictureFormat::Jpeg), cut, result).error.kind, ErrorKind::DamagedInput);
}

void TestWorker::bombsAreRefused()
{
    const QString source = path(QStringLiteral("bomb.png"));
    output(QStringLiteral("vips"),
           {QStringLiteral("black"), source + QStringLiteral("[compression=9,bitdepth=1]"),
            QStringLiteral("20000"), QStringLiteral("4000")});
    Request request = convertTo(PictureFormat::Jpeg);
    request.mostPixels = 10'000'000;
    const auto reply = m_worker->ask(request, source, path(QStringLiteral("out.jpg")));
    QCOMPARE(reply.error.kind, ErrorKind::TooLarge);
    QVERIFY(reply.error.sentence.contains(QStringLiteral("20000 × 4000")));
    QCOMPARE(QFileInfo(path(QStringLiteral("out.jpg"))).size(), 0);
}

void TestWorker::nonsenseIsAnswered()
{
    QCOMPARE(m_worker->sendRaw("nonsense").error.kind, ErrorKind::Usage);
    QCOMPARE(m_worker->sendRaw(encode(convertTo(PictureFormat::Jpeg))).error.kind, ErrorKind::Usage);
    const QString text = path(QStringLiteral("text.jpg"));
    writeFile(text, "this is no photo");
    QCOMPARE(m_worker->ask(convertTo(PictureFormat::Jpeg), text, path(QStringLiteral("out.jpg"))).error.kind,
             ErrorKind::NoPicture);
    writeFile(text, "");
    QCOMPARE(m_worker->ask(convertTo(PictureFormat::Jpeg), text, path(QStringLiteral("out.jpg"))).error.kind,
             ErrorKind::EmptyInput);
}

void TestWorker::filesAreClosedAndMemoryIsSteady()
{
    const QString source = photo(1600, 1200);
    const QString result = path(QStringLiteral("out.jpg"));
    QVERIFY(m_worker->ask(convertTo(PictureFormat::Jpeg), source, result).isDone);
    const int open = m_worker->openFiles();
    for (int i = 0; i < 20; ++i) {
        QVERIFY(m_worker->ask(convertTo(PictureFormat::Jpeg), source, result).isDone);
    }
    const qint64 before = m_worker->residentKilobytes();
    for (int i = 0; i < 60; ++i) {
        QVERIFY(m_worker->ask(convertTo(PictureFormat::Jpeg), source, result).isDone);
    }
    QTRY_VERIFY(m_worker->openFiles() <= open); // it answers first, and then closes them
#ifdef BATCHWRIGHT_SANITIZED
    static_cast<void>(before); // a sanitizer keeps what is freed
#else
    QVERIFY(m_worker->residentKilobytes() < before + 4096);
#endif
}

void TestWorker::progressArrives()
{
    const auto reply =
        m_worker->ask(convertTo(PictureFormat::Jpeg), photo(1600, 1200), path(QStringLiteral("out.jpg")));
    QVERIFY(reply.progress.size() > 5);
    QVERIFY(std::is_sorted(reply.progress.begin(), reply.progress.end()));
}

void TestWorker::endsWithItsHost()
{
    QCOMPARE(m_worker->end(), 0);
}

static const RegisterTest<TestWorker> registrationOfWorker;
#include "tst_worker.moc"
