// The words of a preset's photo and scan commands, and what a worker is asked for.
#include "app/run/workertask.h"
#include "tests/app/support/testregistry.h"

#include <QDir>
#include <QtTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

using namespace worker;

class TestWorkerTask : public QObject
{
    Q_OBJECT

private slots:
    void photoWords();
    void sizes_data();
    void sizes();
    void scanWords();
    void nothingIsTheStandard();
    void everyFormatHasItsName();
    void wrongWords_data();
    void wrongWords();
    void picturesOfWatermarksAreAbsolute();
    void everyRequestCanBeSent();
};

void TestWorkerTask::photoWords()
{
    const Result<Request> request =
        workerRequest(Tool::Task::Photo,
                      {u"to=png"_s, u"crop=10x20+3+4"_s, u"gamma=1.5"_s, u"brightness=-10"_s,
                       u"contrast=20"_s, u"saturation=-100"_s, u"sharpen=0.5"_s, u"grey=yes"_s,
                       u"flatten=yes"_s, u"background=ffcc00"_s, u"watermark=© Ada = 1"_s,
                       u"watermark-place=4"_s, u"profile=srgb"_s, u"depth=16"_s, u"metadata=no-place"_s,
                       u"compression=9"_s, u"damage=any"_s, u"frames=first"_s, u"upright=no"_s});
    QVERIFY2(request, request ? "" : qPrintable(request.error().sentence));
    const auto &task = std::get<ConvertTask>(request->task);
    QCOMPARE(task.output.format, PictureFormat::Png);
    QCOMPARE(task.output.compression, 9);
    QVERIFY(!task.output.keepsFrames);
    QCOMPARE(request->strictness, Strictness::AnyFault);
    const PhotoOperations &operations = task.operations;
    QVERIFY(!operations.isTurnedUpright);
    QCOMPARE(operations.crop.mode, Crop::Mode::Rectangle);
    QCOMPARE(operations.crop.width, 10);
    QCOMPARE(operations.crop.height, 20);
    QCOMPARE(operations.crop.left, 3);
    QCOMPARE(operations.crop.top, 4);
    QCOMPARE(operations.gamma, 1.5);
    QCOMPARE(operations.brightness, -10);
    QCOMPARE(operations.contrast, 20);
    QCOMPARE(operations.saturation, -100);
    QCOMPARE(operations.sharpen, 0.5);
    QVERIFY(operations.isGrey);
    QVERIFY(operations.isFlattened);
    QCOMPARE(operations.background, 0xffcc00U);
    QCOMPARE(operations.watermark.text, u"© Ada = 1"_s);
    QCOMPARE(operations.watermark.position, 4);
    QCOMPARE(operations.profile, ProfileRule::ToSrgb);
    QCOMPARE(operations.depth, 16);
    QCOMPARE(operations.metadata, MetadataRule::WithoutPlace);
}

void TestWorkerTask::sizes_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("mode");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    const auto row = [](const QString &word, Resize::Mode mode, int width, int height) {
        QTest::newRow(qPrintable(word)) << word << static_cast<int>(mode) << width << height;
    };
    row(u"longest=2048"_s, Resize::Mode::LongestSide, 2048, 0);
    row(u"fit=800x600"_s, Resize::Mode::Fit, 800, 600);
    row(u"fill=800x600"_s, Resize::Mode::Fill, 800, 600);
    row(u"percent=12.5"_s, Resize::Mode::Percent, 0, 0);
}

void TestWorkerTask::sizes()
{
    QFETCH(const QString, word);
    QFETCH(const int, mode);
    const Result<Request> request = workerRequest(Tool::Task::Photo, {word, u"enlarge=yes"_s});
    QVERIFY(request);
    const Resize &resize = std::get<ConvertTask>(request->task).operations.resize;
    QCOMPARE(static_cast<int>(resize.mode), mode);
    QTEST(resize.width, "width");
    QTEST(resize.height, "height");
    QCOMPARE(resize.percent, resize.mode == Resize::Mode::Percent ? 12.5 : 100.0);
    QVERIFY(resize.mayEnlarge);
}

void TestWorkerTask::scanWords()
{
    const Result<Request> request =
        workerRequest(Tool::Task::Scan, {u"to=png"_s, u"window=given"_s, u"centre=-40.5"_s, u"width=400"_s,
                                         u"frame=7"_s, u"depth=8"_s});
    QVERIFY(request);
    const auto &task = std::get<ScanTask>(request->task);
    QCOMPARE(task.window, ScanTask::Window::Given);
    QCOMPARE(task.centre, -40.5);
    QCOMPARE(task.width, 400.0);
    QCOMPARE(task.frame, 7);
    QCOMPARE(task.depth, 8);
}

void TestWorkerTask::nothingIsTheStandard()
{
    const Result<Request> request = workerRequest(Tool::Task::Photo, {});
    QVERIFY(request);
    QCOMPARE(encode(*request), [] {
        Request standard;
        standard.task = ConvertTask{};
        return encode(standard);
    }());
}

void TestWorkerTask::everyFormatHasItsName()
{
    for (const PictureFormat format :
         {PictureFormat::Jpeg, PictureFormat::Png, PictureFormat::WebP, PictureFormat::Avif,
          PictureFormat::Heic, PictureFormat::JpegXl, PictureFormat::Tiff, PictureFormat::Gif}) {
        const Result<Request> request =
            workerRequest(Tool::Task::Photo, {u"to="_s + pictureFormatId(format)});
        QVERIFY(request);
        QCOMPARE(std::get<ConvertTask>(request->task).output.format, format);
    }
}

void TestWorkerTask::picturesOfWatermarksAreAbsolute()
{
    const QStringList words{u"to=png"_s, u"watermark-picture=~/a = b.png"_s};
    const Result<Request> request = workerRequest(Tool::Task::Photo, words);
    QVERIFY(request);
    QVERIFY(std::get<ConvertTask>(request->task).operations.watermark.isPicture);
    QCOMPARE(watermarkPicture(words), QDir::homePath() + u"/a = b.png"_s);
    QCOMPARE(watermarkPicture({u"watermark-picture=/logo.svg"_s}), u"/logo.svg"_s);
    QCOMPARE(watermarkPicture({u"watermark=text"_s}), QString());
    // A row must not say done without its watermark.
    QCOMPARE(workerRequest(Tool::Task::Photo, {u"watermark="_s}).error().kind, ErrorKind::BadOption);
    QVERIFY(workerRequest(Tool::Task::Photo, {u"watermark="_s, u"watermark-picture=/logo.svg"_s}));
}

void TestWorkerTask::wrongWords_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const QString &argument, const QString &rest) {
        QTest::newRow(qPrintable(argument)) << argument << u"The preset asks the worker for "_s + rest;
    };
    row(u"colour=red"_s, u"“colour”, which it does not know."_s);
    row(u"--strip"_s, u"“--strip”, which it does not know."_s);
    row(QString(), u"“”, which it does not know."_s);
    row(u"watermark-picture=logo.png"_s, u"“logo.png”, which is no value for watermark-picture."_s);
    row(u"quality"_s, u"“”, which is no value for quality."_s);
    row(u"quality=0"_s, u"“0”, which is no value for quality."_s);
    row(u"quality=101"_s, u"“101”, which is no value for quality."_s);
    row(u"quality=high"_s, u"“high”, which is no value for quality."_s);
    row(u"to=bmp"_s, u"“bmp”, which is no value for to."_s);
    row(u"gamma=nan"_s, u"“nan”, which is no value for gamma."_s);
    row(u"crop=10x0+0+0"_s, u"“10x0+0+0”, which is no value for crop."_s);
    row(u"crop=10x10"_s, u"“10x10”, which is no value for crop."_s);
    row(u"fit=800"_s, u"“800”, which is no value for fit."_s);
    row(u"background=fff"_s, u"“fff”, which is no value for background."_s);
    row(u"longest=999999"_s, u"“999999”, which is no value for longest."_s);
}

void TestWorkerTask::wrongWords()
{
    QFETCH(const QString, argument);
    const Result<Request> request = workerRequest(Tool::Task::Photo, {argument});
    QVERIFY(!request);
    QCOMPARE(request.error().kind, ErrorKind::BadPreset);
    QTEST(request.error().sentence, "sentence");
}

/// Whatever passes here must pass on the other side, too.
void TestWorkerTask::everyRequestCanBeSent()
{
    for (const QStringList &arguments : {QStringList{u"longest=100000"_s},
                                         {u"percent=0.1"_s},
                                         {u"percent=1000"_s},
                                         {u"gamma=0.01"_s},
                                         {u"effort=9"_s},
                                         {u"crop=100000x100000+100000+100000"_s},
                                         {u"watermark="_s + QString(4000, u'x')},
                                         {u"crop=16:9"_s}}) {
        const Result<Request> request = workerRequest(Tool::Task::Photo, arguments);
        QVERIFY2(request, qPrintable(arguments.first().left(40)));
        const Result<Request> arrived = decodeRequest(encode(*request));
        QVERIFY2(arrived, arrived ? "" : qPrintable(arrived.error().sentence));
    }
}

static const RegisterTest<TestWorkerTask> registrationOfWorkerTask;

} // namespace batchwright

#include "tst_workertask.moc"
