// The fast way of JPEGs: see photo.h.
#include "app/worker/jpegwriter.h"
#include "app/worker/photo.h"
#include "app/worker/photooperations.h"

namespace batchwright::worker {

using vips::VImage;

namespace {

bool isConverted(const PhotoJob &job, const JpegHeader &header)
{
    return isConvertedToSrgb(profileRuleFor(job.task, header.channels), header.metadata.icc, header.channels);
}

bool staysPlanes(const PhotoJob &job, const JpegHeader &header)
{
    return job.task.output.format == PictureFormat::Jpeg && !changesPixels(job.task.operations)
           && !isConverted(job, header);
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

/// Takes the pixels over; they are freed with the image.
VImage asImage(Pixels &&pixels)
{
    VipsImage *image = vips_image_new_from_memory(pixels.samples.get(), pixels.bytes(), pixels.size.width(),
                                                  pixels.size.height(), pixels.channels, VIPS_FORMAT_UCHAR);
    if (!image) {
        throw vips::VError();
    }
    const auto release = +[](VipsImage *, uint8_t *samples) { std::free(samples); };
    g_signal_connect(image, "postclose", G_CALLBACK(release), pixels.samples.release());
    return VImage(image).copy(VImage::option()->set(
        "interpretation", pixels.channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
}

/// Decoded, cut, resized and upright. What is left as it is comes as libjpeg makes it, which is much less work.
Result<VImage> decodedPicture(const PhotoJob &job, JpegReader &reader, const JpegHeader &header,
                              const JpegWish &wish)
{
    if (wish.size == header.size && wish.kept == QRect(QPoint(), header.size) && !wish.isGrey) {
        Result<Pixels> pixels = reader.readPixels(job.request.strictness, job.progress);
        return pixels ? Result<VImage>(turnedImage(asImage(std::move(*pixels)), wish.orientation))
                      : Result<VImage>(pixels.error());
    }
    const Result<JpegPlanes> planes = reader.readPlanes(wish, job.request.strictness, job.progress);
    return planes ? Result<VImage>(asImage(pixelsOf(*planes))) : Result<VImage>(planes.error());
}

QStringList warningsOf(const JpegReader &reader, const Geometry &geometry)
{
    QStringList warnings;
    if (!reader.warning().isEmpty()) {
        warnings.append(reader.warning());
    }
    if (geometry.isCropOutside) {
        warnings.append(QStringLiteral("The part to keep stuck out of the picture and was cut at its edge."));
    }
    return warnings;
}

/// For what planes cannot do: other formats, other colours, changed pixels.
Result<DoneAnswer> convertPicture(const PhotoJob &job, JpegReader &reader, const JpegHeader &header,
                                  const JpegWish &wish, const Geometry &geometry)
{
    try {
        const Result<VImage> picture = decodedPicture(job, reader, header, wish);
        if (!picture) {
            return picture.error();
        }
        PreparedPhoto photo;
        photo.warnings = warningsOf(reader, geometry);
        photo.metadata = header.metadata;
        if (wish.isGrey && header.channels == 3) {
            photo.metadata.icc.clear(); // it was made for colours
        }
        photo.isUpright = turnsUpright(job.task);
        photo.isComputed = !isConverted(job, header) && wish.orientation == 1;
        QByteArray profile = photo.metadata.icc;
        photo.frames.push_back(
            inColours(*picture, profileRuleFor(job.task, header.channels), profile, photo.warnings));
        photo.metadata.icc = profile;
        return finishPhoto(job, photo);
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
}

} // namespace

Result<DoneAnswer> convertJpeg(const PhotoJob &job, JpegReader &reader, JpegHeader &header, int orientation)
{
    const PhotoOperations &operations = job.task.operations;
    const int own = orientation > 0 ? orientation : exifOrientation(header.metadata.exif);
    const int turn = turnsUpright(job.task) ? own : 1;
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
    // The first plane is the grey picture only where the colours need no conversion before.
    wish.isGrey = operations.isGrey && !isConverted(job, header);
    if (!isPlanes) {
        return convertPicture(job, reader, header, wish, *geometry);
    }
    Result<JpegPlanes> planes = reader.readPlanes(wish, job.request.strictness, job.progress);
    if (!planes) {
        return planes.error();
    }
    if (wish.isGrey && header.channels == 3) {
        header.metadata.icc.clear(); // it was made for colours
    }
    ExifEdit edit;
    edit.isUpright = turnsUpright(job.task);
    edit.size = geometry->size;
    Result<DoneAnswer> done =
        writePlanes(job, std::move(*planes), keptMetadata(header.metadata, operations.metadata, edit));
    if (done) {
        done->warnings = warningsOf(reader, *geometry)
                         + lostMetadata(header.metadata, operations.metadata, PictureFormat::Jpeg);
    }
    return done;
}

} // namespace batchwright::worker
