#include "app/session/shownfile.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

using namespace batchwright;
using namespace batchwright::worker;

class TestShownFile final : public QObject
{
    Q_OBJECT

private slots:
    void pictureOfAJob();
    void partsOfScansAndPhotos();
};

void TestShownFile::pictureOfAJob()
{
    Job job;
    job.source = QStringLiteral("/scans/a.dcm");
    job.facts.kind = MediaKind::Dicom;
    job.variables.insert(pictureNumberVariable, QStringLiteral("7"));
    QCOMPARE(shownSource(job), ShownFile({job.source, MediaKind::Dicom, 7}));
    const auto scan = std::get<ScanTask>(wholePictureRequest(shownSource(job), 300).task);
    QCOMPARE(scan.frame, 7);
    QCOMPARE(scan.resize.width, 300);
    QCOMPARE(scan.output.format, PictureFormat::Pixels);
    QCOMPARE(std::get<ThumbnailTask>(wholePictureRequest({job.source}, 300).task).longestSide, 300);
}

void TestShownFile::partsOfScansAndPhotos()
{
    const QRect part(10, 20, 300, 400);
    const auto is = [&part](const Crop &crop) {
        return crop.mode == Crop::Mode::Rectangle
               && QRect(crop.left, crop.top, crop.width, crop.height) == part;
    };
    const auto scan =
        std::get<ScanTask>(picturePartRequest({QStringLiteral("/a.dcm"), MediaKind::Dicom, 0}, part).task);
    QVERIFY(is(scan.crop));
    QCOMPARE(scan.frame, 1);
    QCOMPARE(scan.resize.mode, Resize::Mode::None); // pixel by pixel
    const auto photo = std::get<ConvertTask>(picturePartRequest({QStringLiteral("/a.jpg")}, part).task);
    QVERIFY(is(photo.operations.crop));
    QCOMPARE(photo.operations.resize.mode, Resize::Mode::None);
}

static const RegisterTest<TestShownFile> registrationOfShownFile;

#include "tst_shownfile.moc"
