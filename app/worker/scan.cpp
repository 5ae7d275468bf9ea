#include "app/worker/scan.h"

#include "app/worker/geometry.h"
#include "app/worker/photooperations.h"
#include "app/worker/picturesource.h"
#include "app/worker/picturewriter.h"
#include "app/worker/probe.h"
#include "app/worker/scanfile.h"

#include <dcmtk/dcmimage/diregist.h>
#include <dcmtk/dcmimgle/dcmimage.h>

#include <algorithm>
#include <memory>

namespace batchwright::worker {

using vips::VImage;

namespace {

constexpr double printDensity = 300; // dots per inch that scans are written with, for layout programs

Error noPicture(const QString &detail)
{
    return {ErrorKind::NoPicture, QStringLiteral("The scan holds no picture that can be shown."), QString(),
            detail};
}

QString manyPictures(int count)
{
    return QStringLiteral("The scan holds %1 pictures; the first of them was converted.").arg(count);
}

/// Sets what becomes black and white; gives the sentence for the log.
QString applyWindow(DicomImage &image, const ScanTask &task)
{
    if (!image.isMonochrome()) {
        return {};
    }
    if (task.window == ScanTask::Window::FullRange) {
        image.setNoVoiTransformation();
        return QStringLiteral("Window: none, the full range of values.");
    }
    if (task.window == ScanTask::Window::Given && task.width > 0) {
        image.setWindow(task.centre, task.width);
        return QStringLiteral("Window: centre %1 width %2.").arg(task.centre).arg(task.width);
    }
    if (image.getWindowCount() > 0 && image.setWindow(0)) {
        double centre = 0;
        double width = 0;
        image.getWindow(centre, width);
        return QStringLiteral("Window: the first of the file, centre %1 width %2.").arg(centre).arg(width);
    }
    image.setMinMaxWindow();
    return QStringLiteral("Window: from the darkest to the brightest value, because the file has none.");
}

VImage pixelsOf(DicomImage &image, const ScanTask &task)
{
    const bool isGrey = image.isMonochrome();
    const int bits = isGrey && task.depth > 8 ? 16 : 8;
    const size_t length = static_cast<size_t>(image.getOutputDataSize(bits));
    const void *data = image.getOutputData(bits);
    VipsImage *copied =
        data ? vips_image_new_from_memory_copy(data, length, static_cast<int>(image.getWidth()),
                                               static_cast<int>(image.getHeight()), isGrey ? 1 : 3,
                                               bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR)
             : nullptr;
    if (!copied) {
        throw vips::VError();
    }
    const VipsInterpretation space = !isGrey      ? VIPS_INTERPRETATION_sRGB
                                     : bits == 16 ? VIPS_INTERPRETATION_GREY16
                                                  : VIPS_INTERPRETATION_B_W;
    return VImage(copied).copy(VImage::option()->set("interpretation", space));
}

Result<DoneAnswer> writeScan(int result, const VImage &whole, const Request &request, const ScanTask &task,
                             QStringList warnings)
{
    const Result<Geometry> geometry =
        geometryFor(QSize(whole.width(), whole.height()), task.crop, task.resize);
    if (!geometry) {
        return geometry.error();
    }
    if (hasTooManyPixels(geometry->size, 1, request.mostPixels)) {
        return tooLarge(geometry->size, 1);
    }
    FinishedPicture picture;
    picture.frames = {resizedImage(whole, geometry->kept, geometry->size)};
    picture.metadata.density = printDensity;
    DoneAnswer done;
    done.width = geometry->size.width();
    done.height = geometry->size.height();
    if (geometry->isCropOutside) {
        warnings.append(QStringLiteral("The part to keep stuck out of the picture and was cut at its edge."));
    }
    const Result<qint64> written = writePicture(result, picture, task.output, warnings);
    if (!written) {
        return written.error();
    }
    done.bytes = *written;
    done.warnings = warnings;
    return done;
}

} // namespace

Result<DoneAnswer> convertScan(const InputFile &file, int result, const Request &request,
                               const ScanTask &task)
{
    ScanFile scan;
    if (const Outcome read = scan.read(file, ScanFile::Extent::Whole); !read) {
        return read.error();
    }
    const int frames = std::max(1, scan.number(DCM_NumberOfFrames, 1));
    const QSize size(scan.number(DCM_Columns, 0), scan.number(DCM_Rows, 0));
    if (size.isEmpty() || !scan.dataset()->tagExists(DCM_PixelData)) {
        return Error{ErrorKind::NoPicture, QStringLiteral("This scan file holds no picture."),
                     QStringLiteral("Nothing to do: it is a plan, a report or another record."), QString()};
    }
    if (hasTooManyPixels(size, 1, request.mostPixels)) {
        return tooLarge(size, 1);
    }
    if (task.frame > frames) {
        return Error{ErrorKind::BadOption,
                     QStringLiteral("The scan has %1 pictures, not %2.").arg(frames).arg(task.frame),
                     QStringLiteral("Choose a smaller frame number."), QString()};
    }
    const int frame = std::max(1, task.frame);
    const bool isUnpacked = scan.isJpeg2000();
    if (isUnpacked) {
        if (const Outcome unpacked = scan.unpackFrame(frame); !unpacked) {
            return unpacked.error();
        }
    }
    const auto first = static_cast<unsigned long>(isUnpacked ? 0 : frame - 1);
    DicomImage image(scan.dataset(),
                     isUnpacked ? EXS_LittleEndianExplicit : scan.dataset()->getOriginalXfer(), 0, first, 1);
    if (image.getStatus() != EIS_Normal) {
        const QString reason = QString::fromLatin1(DicomImage::getString(image.getStatus()));
        return image.getStatus() == EIS_MissingAttribute || image.getStatus() == EIS_NotSupportedValue
                   ? noPicture(reason)
                   : Error{ErrorKind::DamagedInput, QStringLiteral("The scan is damaged or cut short."),
                           QStringLiteral("Get the scan once more from where it came from."), reason};
    }
    try {
        QStringList warnings;
        if (frames > 1 && task.frame == 0) {
            warnings.append(manyPictures(frames));
        }
        const QString window = applyWindow(image, task);
        Result<DoneAnswer> done = writeScan(result, pixelsOf(image, task), request, task, warnings);
        if (done) {
            done->pages = frames;
            if (!window.isEmpty()) {
                done->facts.more.insert(QStringLiteral("dicom.window"), window);
            }
        }
        return done;
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
}

void probeScan(const InputFile &file, MediaInfo &info)
{
    ScanFile scan;
    if (const Outcome read = scan.read(file, ScanFile::Extent::Header); !read) {
        info.probe = ProbeState::Damaged;
        info.problem = read.error().sentence;
        return;
    }
    info.probe = ProbeState::Known;
    info.width = scan.number(DCM_Columns, 0);
    info.height = scan.number(DCM_Rows, 0);
    info.pages = std::clamp(scan.number(DCM_NumberOfFrames, 1), 1, 1'000'000);
    const QStringList centres = scan.text(DCM_WindowCenter).split(u'\\', Qt::SkipEmptyParts);
    const QStringList widths = scan.text(DCM_WindowWidth).split(u'\\', Qt::SkipEmptyParts);
    const auto put = [&](const char *key, const QString &value) {
        info.more.insert(QString::fromLatin1(key), value);
    };
    put("dicom.syntax", scan.syntax());
    put("dicom.photometric", scan.text(DCM_PhotometricInterpretation));
    put("dicom.bits", scan.text(DCM_BitsStored));
    put("dicom.modality", scan.text(DCM_Modality));
    put("dicom.frames", QString::number(info.pages));
    put("dicom.windows", centres.isEmpty() ? QString() : QString::number(centres.size()));
    put("dicom.windowCenter", centres.value(0).trimmed());
    put("dicom.windowWidth", widths.value(0).trimmed());
}

} // namespace batchwright::worker
