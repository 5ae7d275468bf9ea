#include "app/worker/picturewriter.h"

#include "app/base/humantext.h"
#include "app/worker/containers.h"
#include "app/worker/heifexif.h"
#include "app/worker/jpegwriter.h"
#include "app/worker/outputfile.h"
#include "app/worker/photooperations.h"
#include "app/worker/pngwriter.h"

#include <algorithm>

namespace batchwright::worker {

using vips::VImage;
using vips::VOption;

namespace {

QByteArray bytesOf(VipsBlob *blob)
{
    size_t length = 0;
    const void *bytes = vips_blob_get(blob, &length);
    QByteArray result(static_cast<const char *>(bytes), static_cast<qsizetype>(length));
    vips_area_unref(VIPS_AREA(blob));
    return result;
}

/// Nothing of the source's own is left to an encoder but what is put there on purpose.
VImage bare(const VImage &original, const QByteArray &profile)
{
    VImage image = original.copy();
    char **names = vips_image_get_fields(image.get_image());
    for (char **name = names; *name != nullptr; ++name) {
        const QByteArray field(*name);
        if (field.startsWith("exif-") || field.endsWith("-data") || field.startsWith("png-comment")
            || field == "orientation" || field == "delay" || field == "gif-delay" || field == "loop"
            || field == "gif-loop" || field == "gif-palette" || field == "n-pages" || field == "page-height"
            || field == "background" || field.startsWith("heif-") || field == "palette-bit-depth"
            || field == "bits-per-sample") {
            image.remove(*name);
        }
    }
    g_strfreev(names);
    if (!profile.isEmpty()) {
        setBlob(image, "icc-profile-data", profile);
    }
    return image;
}

VImage joined(const FinishedPicture &picture)
{
    VImage image = bare(picture.frames.front(), picture.metadata.icc);
    if (picture.frames.size() > 1) {
        const int height = image.height();
        image =
            bare(VImage::arrayjoin(picture.frames, VImage::option()->set("across", 1)), picture.metadata.icc);
        image.set("page-height", height);
        if (!picture.delays.empty()) {
            image.set("delay", picture.delays);
            image.set("loop", picture.loops);
        }
    }
    constexpr double standardDensity = 72; // dots per inch, where nobody said: what cameras write
    constexpr double millimetres = 25.4;   // in an inch
    const double perMillimetre =
        (picture.metadata.density > 0 ? picture.metadata.density : standardDensity) / millimetres;
    return image.copy(VImage::option()->set("xres", perMillimetre)->set("yres", perMillimetre));
}

VImage eightBits(const VImage &image)
{
    if (image.format() == VIPS_FORMAT_UCHAR) {
        return image;
    }
    const VipsInterpretation space = image.bands() < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    return image.cast(VIPS_FORMAT_UCHAR, VImage::option()->set("shift", true))
        .copy(VImage::option()->set("interpretation", space));
}

VImage flatEightBits(const VImage &image)
{
    const VImage pixels = eightBits(image);
    return pixels.has_alpha() ? pixels.flatten(VImage::option()->set("background", 255)) : pixels;
}

int effortOr(int effort, int otherwise, int most)
{
    return effort < 0 ? otherwise : std::min(effort, most);
}

bool isHalved(const PictureOutput &output)
{
    return output.chroma == Chroma::Halved || (output.chroma == Chroma::Auto && output.quality < 90);
}

Result<qint64> jpegFile(int descriptor, const VImage &image, const FinishedPicture &picture,
                        const PictureOutput &output)
{
    VImage pixels = flatEightBits(image);
    size_t length = 0;
    void *memory = pixels.write_to_memory(&length);
    const JpegSettings settings{output.quality, output.isProgressive, output.isOptimised, isHalved(output),
                                picture.metadata};
    Result<qint64> written = writeJpeg(descriptor, static_cast<const uint8_t *>(memory),
                                       QSize(pixels.width(), pixels.height()), pixels.bands(), settings);
    g_free(memory);
    return written;
}

Result<qint64> writePixels(int descriptor, const VImage &image)
{
    VImage pixels = flatEightBits(image);
    pixels = pixels.bands() < 3 ? pixels.colourspace(VIPS_INTERPRETATION_sRGB) : pixels;
    size_t length = 0;
    void *memory = pixels.write_to_memory(&length);
    const int reason = writeAll(descriptor, memory, length);
    g_free(memory);
    return reason == 0 ? Result<qint64>(static_cast<qint64>(length)) : writeError(reason);
}

/// 10 bits are what HEIC's readers know. libheif ends in an abort when AVIF is to have 10; with 12 it does not.
int heifBits(const VImage &image, PictureFormat format)
{
    return image.format() != VIPS_FORMAT_USHORT ? 8 : format == PictureFormat::Avif ? 12 : 10;
}

/// The picture's own bits, which libvips keeps in 16.
int bitsOf(const VImage &image)
{
    const char *const name = image.get_typeof("heif-bitdepth") != 0 ? "heif-bitdepth" : "bits-per-sample";
    const int bits = image.get_typeof(name) != 0 ? image.get_int(name) : 0;
    return image.format() != VIPS_FORMAT_USHORT ? 8 : bits > 8 && bits < 16 ? bits : 16;
}

QByteArray heifFile(const VImage &original, const FinishedPicture &picture, const PictureOutput &output)
{
    // libvips writes EXIF here by itself; grey of more than 8 bits ends in an abort in the encoder, so it becomes colour.
    VImage image = original.bands() < 3 ? original.colourspace(original.format() == VIPS_FORMAT_USHORT
                                                                   ? VIPS_INTERPRETATION_RGB16
                                                                   : VIPS_INTERPRETATION_sRGB)
                                        : original;
    image = bare(image, picture.metadata.icc);
    if (!picture.metadata.exif.isEmpty()) {
        setBlob(image, "exif-data", QByteArray("Exif\0\0", 6) + picture.metadata.exif);
    }
    if (!picture.metadata.xmp.isEmpty()) {
        setBlob(image, "xmp-data", picture.metadata.xmp);
    }
    const bool isAvif = output.format == PictureFormat::Avif;
    const QByteArray file = bytesOf(image.heifsave_buffer(
        VImage::option()
            ->set("Q", output.quality)
            ->set("lossless", output.isLossless)
            ->set("bitdepth", heifBits(image, output.format))
            ->set("effort", effortOr(output.effort, 4, 9))
            ->set("subsample_mode", output.chroma == Chroma::Full     ? VIPS_FOREIGN_SUBSAMPLE_OFF
                                    : output.chroma == Chroma::Halved ? VIPS_FOREIGN_SUBSAMPLE_ON
                                                                      : VIPS_FOREIGN_SUBSAMPLE_AUTO)
            ->set("compression",
                  isAvif ? VIPS_FOREIGN_HEIF_COMPRESSION_AV1 : VIPS_FOREIGN_HEIF_COMPRESSION_HEVC)));
    return heifWithExif(file, picture.metadata.exif);
}

QByteArray webpFile(const VImage &image, const FinishedPicture &picture, const PictureOutput &output)
{
    const int pageHeight = picture.frames.front().height();
    const QByteArray file =
        bytesOf(image.webpsave_buffer(VImage::option()
                                          ->set("Q", output.quality)
                                          ->set("lossless", output.isLossless)
                                          ->set("effort", effortOr(output.effort, 4, 6))
                                          ->set("smart_subsample", output.chroma == Chroma::Full)));
    return webpWithMetadata(file, picture.metadata, QSize(image.width(), pageHeight), image.has_alpha());
}

QByteArray tiffFile(const VImage &image, const FinishedPicture &picture, const PictureOutput &output)
{
    const bool isPacked = output.compression > 0;
    VOption *options = VImage::option()
                           ->set("compression", isPacked ? VIPS_FOREIGN_TIFF_COMPRESSION_LZW
                                                         : VIPS_FOREIGN_TIFF_COMPRESSION_NONE)
                           ->set("resunit", VIPS_FOREIGN_TIFF_RESUNIT_INCH);
    if (isPacked) {
        options->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL);
    }
    VImage own = bare(image, picture.metadata.icc);
    if (picture.frames.size() > 1) {
        own.set("page-height", picture.frames.front().height());
    }
    if (!picture.metadata.xmp.isEmpty()) {
        setBlob(own, "xmp-data", picture.metadata.xmp);
    }
    if (!picture.metadata.iptc.isEmpty()) {
        setBlob(own, "photoshop-data", picture.metadata.iptc);
    }
    return tiffWithMetadata(bytesOf(own.tiffsave_buffer(options)), picture.metadata);
}

QByteArray encodedFile(const VImage &image, const FinishedPicture &picture, const PictureOutput &output)
{
    switch (output.format) {
    case PictureFormat::WebP:
        return webpFile(image, picture, output);
    case PictureFormat::Avif:
    case PictureFormat::Heic:
        return heifFile(image, picture, output);
    case PictureFormat::JpegXl:
        return jxlWithMetadata(bytesOf(
                                   image.jxlsave_buffer(VImage::option()
                                                            ->set("Q", output.quality)
                                                            ->set("lossless", output.isLossless)
                                                            ->set("effort", effortOr(output.effort, 5, 9)))),
                               picture.metadata);
    case PictureFormat::Tiff:
        return tiffFile(image, picture, output);
    case PictureFormat::Gif:
        return bytesOf(
            image.gifsave_buffer(VImage::option()->set("effort", effortOr(output.effort, 7, 9) + 1)));
    case PictureFormat::Png:
    case PictureFormat::Jpeg:
    case PictureFormat::Pixels:
        break; // have writers of their own
    }
    return {};
}

} // namespace

bool holdsTransparency(PictureFormat format)
{
    return format != PictureFormat::Jpeg && format != PictureFormat::Pixels;
}

bool holdsSixteenBits(PictureFormat format)
{
    return format == PictureFormat::Png || format == PictureFormat::Tiff || format == PictureFormat::JpegXl
           || format == PictureFormat::Avif || format == PictureFormat::Heic;
}

bool holdsFrames(PictureFormat format)
{
    return format == PictureFormat::WebP || format == PictureFormat::Gif || format == PictureFormat::Tiff;
}

Result<qint64> writePicture(int descriptor, const FinishedPicture &picture, const PictureOutput &output,
                            QStringList &warnings)
{
    try {
        const bool isHeif = output.format == PictureFormat::Avif || output.format == PictureFormat::Heic;
        const int bits = bitsOf(picture.frames.front());
        if (const int kept = heifBits(picture.frames.front(), output.format); isHeif && kept < bits) {
            warnings.append(
                QStringLiteral("The format keeps %1 bits of the %2 of each colour.").arg(kept).arg(bits));
        }
        if (output.format == PictureFormat::Jpeg) {
            return jpegFile(descriptor, picture.frames.front(), picture, output);
        }
        if (output.format == PictureFormat::Pixels) {
            return writePixels(descriptor, picture.frames.front());
        }
        // WebP's profile is put in with the rest of its metadata.
        FinishedPicture own = picture;
        if (output.format == PictureFormat::WebP) {
            own.metadata.icc.clear();
        }
        VImage image = joined(own);
        image = holdsSixteenBits(output.format) ? image : eightBits(image);
        if (output.format == PictureFormat::Png) {
            return writePng(descriptor, image, output, own.metadata);
        }
        const QByteArray file = encodedFile(image, picture, output);
        if (file.isEmpty()) {
            return Error{ErrorKind::ToolFailed, QStringLiteral("The encoder made nothing of the picture."),
                         QStringLiteral("Choose another format."), QString()};
        }
        return writeBytes(descriptor, file);
    } catch (const vips::VError &error) {
        const Error fault = vipsError(error);
        return Error{
            ErrorKind::ToolFailed,
            QStringLiteral("The picture could not be written as %1.").arg(pictureFormatId(output.format)),
            QStringLiteral("Choose another format, or a smaller size."), fault.detail};
    }
}

} // namespace batchwright::worker
