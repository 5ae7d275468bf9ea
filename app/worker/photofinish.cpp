// The second half of every photo: see photo.h.
#include "app/worker/photo.h"
#include "app/worker/photooperations.h"
#include "app/worker/picturewriter.h"

namespace batchwright::worker {

using vips::VImage;

namespace {

VImage withDepth(const VImage &original, const ConvertTask &task)
{
    VImage image = original;
    const bool wasDeep = image.format() == VIPS_FORMAT_USHORT;
    const bool holdsDeep = holdsSixteenBits(task.output.format);
    if (wasDeep && (task.operations.depth == 8 || !holdsDeep)) {
        image = image.cast(VIPS_FORMAT_UCHAR, VImage::option()->set("shift", true));
    } else if (!wasDeep && task.operations.depth == 16 && holdsDeep) {
        image = (image.cast(VIPS_FORMAT_USHORT) * 257).cast(VIPS_FORMAT_USHORT);
    }
    const bool isDeep = image.format() == VIPS_FORMAT_USHORT;
    const VipsInterpretation space = image.bands() < 3
                                         ? (isDeep ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W)
                                         : (isDeep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB);
    return image.copy(VImage::option()->set("interpretation", space));
}

/// In memory, so that a picture that cannot be laid over it is found here.
Result<VImage> marked(const VImage &image, const PhotoJob &job)
{
    const Watermark &watermark = job.task.operations.watermark;
    try {
        return withWatermark(image, watermark, job.stamp).copy_memory();
    } catch (const vips::VError &error) {
        Error fault = vipsError(error);
        if (watermark.isPicture) {
            fault.kind = ErrorKind::BadOption;
            fault.sentence = QStringLiteral("The picture for the watermark cannot be read.");
            fault.advice = QStringLiteral("Choose another one, for example a PNG.");
        }
        return fault;
    }
}

/// Toned, marked and flat where it must be. `profile` is the frame's, and becomes the result's. What is in memory already
/// is not copied.
Result<VImage> finishedFrame(const VImage &frame, bool isComputed, const PhotoJob &job, QByteArray &profile)
{
    const PhotoOperations &operations = job.task.operations;
    VImage image = withTone(frame, operations, profile);
    if (operations.watermark.isWanted()) {
        const Result<VImage> result = marked(image, job);
        if (!result) {
            return result.error();
        }
        image = *result;
    }
    if (!holdsTransparency(job.task.output.format) && image.has_alpha()) {
        PhotoOperations flat;
        flat.isFlattened = true;
        flat.background = operations.background;
        image = withTone(image, flat, profile);
    }
    const VImage deep = withDepth(image, job.task);
    const bool isSame = image.get_image() == frame.get_image() && deep.format() == frame.format();
    return isComputed && isSame ? deep : deep.copy_memory();
}

Result<qint64> written(const PhotoJob &job, PreparedPhoto &photo, FinishedPicture &picture)
{
    const VImage &first = picture.frames.front();
    ExifEdit edit;
    edit.isUpright = photo.isUpright;
    edit.size = QSize(first.width(), first.height());
    const MetadataRule rule = job.task.operations.metadata;
    picture.metadata = keptMetadata(photo.metadata, rule, edit);
    photo.warnings += lostMetadata(photo.metadata, rule, job.task.output.format);
    picture.delays = photo.delays;
    picture.loops = photo.loops;
    return writePicture(job.result, picture, job.task.output, photo.warnings);
}

} // namespace

Result<DoneAnswer> finishPhoto(const PhotoJob &job, PreparedPhoto &photo)
{
    DoneAnswer done;
    try {
        FinishedPicture picture;
        QByteArray profile;
        for (const VImage &frame : photo.frames) {
            profile = photo.metadata.icc;
            const Result<VImage> image = finishedFrame(frame, photo.isComputed, job, profile);
            if (!image) {
                return image.error();
            }
            picture.frames.push_back(*image);
        }
        photo.metadata.icc = profile;
        done.width = picture.frames.front().width();
        done.height = picture.frames.front().height();
        done.pages = static_cast<int>(picture.frames.size());
        const Result<qint64> bytes = written(job, photo, picture);
        if (!bytes) {
            return bytes.error();
        }
        done.bytes = *bytes;
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
    photo.warnings.removeDuplicates();
    done.warnings = photo.warnings;
    return done;
}

} // namespace batchwright::worker
