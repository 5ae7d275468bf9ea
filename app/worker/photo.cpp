#include "app/worker/photo.h"

#include "app/worker/photooperations.h"
#include "app/worker/picturewriter.h"

#include <algorithm>

namespace batchwright::worker {

using vips::VImage;

namespace {

/// Tells the host how far an image is while libvips computes it into memory.
class Watched final
{
public:
    Watched(const VImage &image, const std::function<void(double)> &progress)
        : m_image(image), m_progress(progress)
    {
        vips_image_set_progress(image.get_image(), TRUE);
        m_handler = g_signal_connect(image.get_image(), "eval", G_CALLBACK(tell), this);
    }
    ~Watched()
    {
        g_signal_handler_disconnect(m_image.get_image(), m_handler);
        vips_image_set_progress(m_image.get_image(), FALSE);
    }
    Watched(const Watched &) = delete;
    Watched &operator=(const Watched &) = delete;
    VImage inMemory() const { return m_image.copy_memory(); }

private:
    static void tell(VipsImage *, VipsProgress *state, Watched *self)
    {
        self->m_progress(state->percent / 100.0);
    }

    VImage m_image;
    const std::function<void(double)> &m_progress;
    gulong m_handler = 0;
};

/// Cut, resized, in memory, upright: one frame.
Result<VImage> preparedFrame(const PhotoJob &job, const PictureSource &source, const VImage &frame,
                             PreparedPhoto &photo)
{
    const PhotoOperations &operations = job.task.operations;
    const int orientation = operations.isTurnedUpright ? source.orientation : 1;
    const QSize upright = swapsSides(orientation) ? source.size.transposed() : source.size;
    const Result<Geometry> geometry = geometryFor(upright, operations.crop, operations.resize);
    if (!geometry) {
        return geometry.error();
    }
    if (hasTooManyPixels(geometry->size, source.frames, job.request.mostPixels)) {
        return tooLarge(geometry->size, source.frames);
    }
    const QSize size = swapsSides(orientation) ? geometry->size.transposed() : geometry->size;
    const VImage resized = resizedImage(frame, asStored(geometry->kept, source.size, orientation), size);
    const VImage memory = Watched(resized, job.progress).inMemory();
    QByteArray profile = source.metadata.icc;
    const VImage coloured =
        inColours(turnedImage(memory, orientation), operations.profile, profile, photo.warnings);
    photo.metadata.icc = profile;
    if (geometry->isCropOutside) {
        photo.warnings.append(
            QStringLiteral("The part to keep stuck out of the picture and was cut at its edge."));
    }
    return coloured;
}

/// The pages of a document are no pictures of an animation.
bool wantsAllFrames(const PhotoJob &job)
{
    const PictureOutput &output = job.task.output;
    const bool isDocument = pictureFormatOf(job.source) == QLatin1String("tiff");
    return output.keepsFrames
           && (isDocument ? output.format == PictureFormat::Tiff : holdsFrames(output.format));
}

Result<DoneAnswer> convertWithVips(const PhotoJob &job)
{
    Result<PictureSource> opened =
        openPicture(job.source, job.request, wantsAllFrames(job) ? Frames::All : Frames::First);
    if (!opened) {
        return opened.error();
    }
    PictureSource &source = *opened;
    PreparedPhoto photo;
    photo.metadata = source.metadata;
    if (source.frames < source.pages) {
        photo.warnings.append(
            QStringLiteral("Only the first of the %1 pictures in the file was converted.").arg(source.pages));
    }
    photo.orientation = job.task.operations.isTurnedUpright ? 1 : source.orientation;
    if (source.isAnimation) {
        photo.delays = source.delays;
        photo.loops = source.loops;
    }
    try {
        // Frames are cut out one by one, which a decoder that reads from top to bottom cannot give.
        const VImage all = source.frames > 1 ? source.image.copy_memory() : source.image;
        for (int i = 0; i < source.frames; ++i) {
            const VImage frame = source.frames == 1
                                     ? all
                                     : all.extract_area(0, i * source.size.height(), source.size.width(),
                                                        source.size.height());
            const Result<VImage> prepared = preparedFrame(job, source, frame, photo);
            if (!prepared) {
                return prepared.error();
            }
            photo.frames.push_back(*prepared);
        }
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
    return finishPhoto(job, photo);
}

Result<DoneAnswer> convertRaw(const PhotoJob &job)
{
    const RawPreview preview = previewOfRaw(job.source);
    if (preview.jpeg.isEmpty()) {
        return Error{ErrorKind::NoPicture,
                     QStringLiteral(
                         "The camera's raw file holds no preview, and raw values are not developed."),
                     QStringLiteral("Develop it with a raw converter first."), QString()};
    }
    JpegReader reader(preview.jpeg);
    Result<JpegHeader> header = reader.readHeader();
    if (!header) {
        return header.error();
    }
    if (!header->isPlanar) {
        return Error{ErrorKind::NoPicture,
                     QStringLiteral("The preview in the camera's raw file cannot be used."),
                     QStringLiteral("Develop it with a raw converter first."), QString()};
    }
    if (header->metadata.exif.isEmpty()) {
        header->metadata.exif = metadataOfTiff(job.source).exif;
    }
    Result<DoneAnswer> done = convertJpeg(job, reader, *header, preview.orientation);
    if (done) {
        done->warnings.append(
            QStringLiteral("The preview in the camera's raw file was converted, %1 × %2 pixels.")
                .arg(header->size.width())
                .arg(header->size.height()));
    }
    return done;
}

} // namespace

Result<DoneAnswer> convertPhoto(const PhotoJob &job)
{
    const QString format = pictureFormatOf(job.source);
    if (format == QLatin1String("raw")) {
        return convertRaw(job);
    }
    if (format == QLatin1String("jpeg")) {
        JpegReader reader(job.source);
        Result<JpegHeader> header = reader.readHeader();
        if (!header) {
            return header.error();
        }
        if (header->isPlanar) {
            return convertJpeg(job, reader, *header, 0);
        }
    }
    return convertWithVips(job);
}

Result<DoneAnswer> finishPhoto(const PhotoJob &job, PreparedPhoto &photo)
{
    const PhotoOperations &operations = job.task.operations;
    const PictureOutput &output = job.task.output;
    DoneAnswer done;
    try {
        FinishedPicture picture;
        QByteArray profile = photo.metadata.icc;
        for (VImage &frame : photo.frames) {
            profile = photo.metadata.icc;
            VImage image = withTone(frame, operations, profile);
            if (operations.watermark.isWanted()) {
                image = withWatermark(image, operations.watermark, job.stamp);
            }
            const bool isDeep = image.format() == VIPS_FORMAT_USHORT;
            const bool mustBeFlat = !holdsTransparency(output.format);
            if (mustBeFlat && image.has_alpha()) {
                PhotoOperations flat;
                flat.isFlattened = true;
                flat.background = operations.background;
                image = withTone(image, flat, profile);
            }
            if (isDeep && (operations.depth == 8 || !holdsSixteenBits(output.format))) {
                image = image.cast(VIPS_FORMAT_UCHAR, VImage::option()->set("shift", true));
            } else if (!isDeep && operations.depth == 16 && holdsSixteenBits(output.format)) {
                image = (image.cast(VIPS_FORMAT_USHORT) * 257).cast(VIPS_FORMAT_USHORT);
            }
            const bool isDeepNow = image.format() == VIPS_FORMAT_USHORT;
            image = image.copy(VImage::option()->set(
                "interpretation", image.bands() < 3
                                      ? (isDeepNow ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W)
                                      : (isDeepNow ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB)));
            picture.frames.push_back(image.copy_memory());
        }
        const VImage &first = picture.frames.front();
        done.width = first.width();
        done.height = first.height();
        done.pages = static_cast<int>(picture.frames.size());
        photo.metadata.icc = profile;
        ExifEdit edit;
        edit.isUpright = operations.isTurnedUpright;
        edit.size = QSize(done.width, done.height);
        picture.metadata = keptMetadata(photo.metadata, operations.metadata, edit);
        picture.delays = photo.delays;
        picture.loops = photo.loops;
        const Result<qint64> written = writePicture(job.result, picture, output, photo.warnings);
        if (!written) {
            return written.error();
        }
        done.bytes = *written;
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
    photo.warnings.removeDuplicates();
    done.warnings = photo.warnings;
    return done;
}

Result<DoneAnswer> checkPicture(const InputFile &file, const Request &request,
                                const std::function<void(double)> &progress)
{
    Result<PictureSource> source = openPicture(file, request, Frames::All);
    if (!source) {
        return source.error();
    }
    try {
        const Watched watched(source->image, progress);
        source->image.avg();
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
    DoneAnswer done;
    done.width = source->size.width();
    done.height = source->size.height();
    done.pages = source->frames;
    done.bytes = file.size();
    return done;
}

} // namespace batchwright::worker
