#include "app/worker/photo.h"

#include "app/worker/photooperations.h"
#include "app/worker/picturemetadata.h"
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
    const int orientation = turnsUpright(job.task) ? source.orientation : 1;
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
    const ProfileRule rule = profileRuleFor(job.task, memory.bands() < 3 ? 1 : 3);
    const VImage coloured = inColours(turnedImage(memory, orientation), rule, profile, photo.warnings);
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
    photo.isUpright = turnsUpright(job.task) || isTurnedByDecoder(source.format);
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
    JpegReader reader(preview.jpeg);
    Result<JpegHeader> header = preview.jpeg.isEmpty() ? Result<JpegHeader>(Error()) : reader.readHeader();
    if (!header || !header->isPlanar) {
        return Error{
            ErrorKind::NoPicture,
            QStringLiteral(
                "The camera's raw file holds no preview that can be used, and raw values are not developed."),
            QStringLiteral("Develop it with a raw converter first."), QString()};
    }
    if (header->metadata.exif.isEmpty()) {
        header->metadata.exif = preview.exif;
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
