// The fast way of JPEGs: see photo.h.
#include "app/worker/jpegwriter.h"
#include "app/worker/photo.h"
#include "app/worker/photooperations.h"

namespace batchwright::worker {

using vips::VImage;

namespace {

bool staysPlanes(const PhotoJob &job, const JpegHeader &header)
{
    const PhotoOperations &operations = job.task.operations;
    const QByteArray &profile = header.metadata.icc;
    const bool isConverted = operations.profile == ProfileRule::ToSrgb && !profile.isEmpty()
                             && !isSrgbProfile(profile) && header.channels == 3 && !operations.isGrey;
    return job.task.output.format == PictureFormat::Jpeg && !changesPixels(operations) && !isConverted;
}

bool wantsHalved(const PictureOutput &output)
{
    return output.chroma == Chroma::Halved || (output.chroma == Chroma::Auto && output.quality < 90);
}

Result<DoneAnswer> writePlanes(const PhotoJob &job, JpegPlanes &&planes, const Metadata &metadata)
{
    DoneAnswer done;
    done.width = planes.size.width();
    done.height = planes.size.height();
    const PictureOutput &output = job.task.output;
    const JpegSettings settings{output.quality, output.isProgressive, output.isOptimised, wantsHalved(output),
                                metadata};
    const Result<qint64> written = writeJpeg(job.result, std::move(planes), settings);
    if (!written) {
        return written.error();
    }
    done.bytes = *written;
    return done;
}

VImage asImage(const JpegPlanes &planes)
{
    const std::vector<uint8_t> pixels = pixelsOf(planes);
    const int channels = planes.count;
    VipsImage *image = vips_image_new_from_memory_copy(pixels.data(), pixels.size(), planes.size.width(),
                                                       planes.size.height(), channels, VIPS_FORMAT_UCHAR);
    if (!image) {
        throw vips::VError();
    }
    return VImage(image).copy(VImage::option()->set(
        "interpretation", channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
}

} // namespace

Result<DoneAnswer> convertJpeg(const PhotoJob &job, JpegReader &reader, JpegHeader &header, int orientation)
{
    const PhotoOperations &operations = job.task.operations;
    const int own = orientation > 0 ? orientation : exifOrientation(header.metadata.exif);
    const int turn = operations.isTurnedUpright ? own : 1;
    if (hasTooManyPixels(header.size, 1, job.request.mostPixels)) {
        return tooLarge(header.size, 1);
    }
    const QSize upright = swapsSides(turn) ? header.size.transposed() : header.size;
    const Result<Geometry> geometry = geometryFor(upright, operations.crop, operations.resize);
    if (!geometry) {
        return geometry.error();
    }
    if (hasTooManyPixels(geometry->size, 1, job.request.mostPixels)) {
        return tooLarge(geometry->size, 1);
    }
    const bool isPlanes = staysPlanes(job, header);
    JpegWish wish;
    wish.kept = asStored(geometry->kept, header.size, turn);
    wish.size = swapsSides(turn) ? geometry->size.transposed() : geometry->size;
    wish.orientation = turn;
    wish.isHalved = isPlanes && wantsHalved(job.task.output);
    wish.isGrey = operations.isGrey;
    Result<JpegPlanes> planes = reader.readPlanes(wish, job.request.strictness, job.progress);
    if (!planes) {
        return planes.error();
    }
    PreparedPhoto photo;
    if (!reader.warning().isEmpty()) {
        photo.warnings.append(reader.warning());
    }
    if (header.metadata.hasGainMap) {
        photo.warnings.append(QStringLiteral(
            "What makes the photo HDR (its gain map) was left out; it looks as on an ordinary screen."));
    }
    if (geometry->isCropOutside) {
        photo.warnings.append(
            QStringLiteral("The part to keep stuck out of the picture and was cut at its edge."));
    }
    if (operations.isGrey && header.channels == 3) {
        header.metadata.icc.clear(); // it was made for colours
    }
    if (!isPlanes) {
        photo.frames.push_back(asImage(*planes));
        photo.metadata = header.metadata;
        QByteArray profile = photo.metadata.icc;
        try {
            photo.frames[0] = inColours(photo.frames[0], operations.profile, profile, photo.warnings);
        } catch (const vips::VError &error) {
            return vipsError(error);
        }
        photo.metadata.icc = profile;
        return finishPhoto(job, photo);
    }
    ExifEdit edit;
    edit.isUpright = operations.isTurnedUpright;
    edit.size = geometry->size;
    Result<DoneAnswer> done =
        writePlanes(job, std::move(*planes), keptMetadata(header.metadata, operations.metadata, edit));
    if (done) {
        done->warnings = photo.warnings;
    }
    return done;
}

} // namespace batchwright::worker
