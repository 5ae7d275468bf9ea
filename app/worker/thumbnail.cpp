#include "app/worker/thumbnail.h"

#include "app/worker/jpegreader.h"
#include "app/worker/photo.h"
#include "app/worker/photooperations.h"
#include "app/worker/picturewriter.h"

#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace batchwright::worker {

using vips::VImage;

namespace {

ConvertTask asConversion(const ThumbnailTask &task)
{
    ConvertTask convert;
    convert.operations.resize.mode = Resize::Mode::LongestSide;
    convert.operations.resize.width = task.longestSide;
    convert.operations.profile = ProfileRule::ToSrgb;
    convert.operations.metadata = MetadataRule::None;
    convert.operations.depth = 8;
    convert.output.format = PictureFormat::Pixels;
    convert.output.keepsFrames = false;
    return convert;
}

/// A picture in the file that cameras put there, when it is large enough and shows the same part.
QByteArray usablePreview(const JpegHeader &header, int side)
{
    const QByteArray preview = exifPreview(header.metadata.exif);
    if (preview.isEmpty()) {
        return {};
    }
    JpegReader reader(preview);
    const Result<JpegHeader> small = reader.readHeader();
    if (!small || !small->isPlanar || std::max(small->size.width(), small->size.height()) < side) {
        return {};
    }
    const double proportion = double(header.size.width()) / header.size.height();
    const double own = double(small->size.width()) / small->size.height();
    constexpr double sameProportion = 0.01; // others have black bars
    return std::abs(own / proportion - 1) < sameProportion ? preview : QByteArray();
}

Result<DoneAnswer> fromJpeg(const PhotoJob &job, const ThumbnailTask &task)
{
    JpegReader whole(job.source);
    Result<JpegHeader> header = whole.readHeader();
    if (!header) {
        return header.error();
    }
    const int orientation = exifOrientation(header->metadata.exif);
    const QByteArray preview =
        header->metadata.icc.isEmpty() ? usablePreview(*header, task.longestSide) : QByteArray();
    if (!preview.isEmpty()) {
        JpegReader small(preview);
        Result<JpegHeader> own = small.readHeader();
        if (own) {
            return convertJpeg(job, small, *own, orientation);
        }
    }
    return header->isPlanar ? convertJpeg(job, whole, *header, 0) : convertPhoto(job);
}

Result<DoneAnswer> fromMedia(const PhotoJob &job, const ThumbnailTask &task)
{
    const Result<FramePicture> found = pictureOfMedia(job.source, task.longestSide);
    if (!found) {
        return found.error();
    }
    try {
        VImage image;
        if (found->encoded.isEmpty()) {
            VipsImage *frame =
                vips_image_new_from_memory_copy(found->pixels.constData(),
                                                static_cast<size_t>(found->pixels.size()), found->width,
                                                found->height, 3, VIPS_FORMAT_UCHAR);
            if (!frame) {
                throw vips::VError();
            }
            image = VImage(frame).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
            const int quarters = ((found->rotation / 90) % 4 + 4) % 4; // counter-clockwise
            static constexpr int orientations[] = {1, 8, 3, 6};
            image = turnedImage(image, orientations[quarters]);
        } else {
            VipsBlob *blob =
                vips_blob_copy(found->encoded.constData(), static_cast<size_t>(found->encoded.size()));
            image = VImage::thumbnail_buffer(
                blob, task.longestSide,
                VImage::option()->set("height", task.longestSide)->set("size", VIPS_SIZE_DOWN));
            vips_area_unref(VIPS_AREA(blob));
        }
        PreparedPhoto photo;
        QByteArray profile;
        photo.frames.push_back(inColours(image, ProfileRule::Keep, profile, photo.warnings).copy_memory());
        return finishPhoto(job, photo);
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
}

} // namespace

Result<DoneAnswer> makeThumbnail(const InputFile &file, int result, const Request &request,
                                 const ThumbnailTask &task)
{
    const ConvertTask convert = asConversion(task);
    // A thumbnail of a damaged photo shows what is there.
    const PhotoJob job{file, result, -1, request, convert, [](double) {}};
    const QString format = pictureFormatOf(file);
    if (format.isEmpty()) {
        return fromMedia(job, task);
    }
    return format == QLatin1String("jpeg") ? fromJpeg(job, task) : convertPhoto(job);
}

} // namespace batchwright::worker
