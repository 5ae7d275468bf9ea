#include "app/worker/picturemetadata.h"

#include "app/worker/iptc.h"
#include "app/worker/jpegreader.h"

#include <algorithm>

namespace batchwright::worker {

using vips::VImage;

namespace {

QByteArray blobOf(const VImage &image, const char *name)
{
    size_t length = 0;
    if (image.get_typeof(name) == 0) {
        return {};
    }
    const void *bytes = image.get_blob(name, &length);
    return QByteArray(static_cast<const char *>(bytes), static_cast<qsizetype>(length));
}

/// HEIF files name in their first box what other pictures they hold.
bool hasGainMapBox(const InputFile &file)
{
    constexpr qint64 headLength = 256 * 1024;
    QByteArray head = file.read(0, headLength);
    head =
        head.left(std::max<qsizetype>(head.indexOf("mdat"), 0)); // behind it are pixels, which say anything
    return head.contains("aux:hdrgainmap") || head.contains("tmap");
}

/// libvips numbers what it finds in a HEIF file beside EXIF.
QByteArray xmpOfHeif(const VImage &image)
{
    constexpr int mostItems = 8;
    for (int i = 0; i < mostItems; ++i) {
        const QByteArray item = blobOf(image, qPrintable(QStringLiteral("heif-mime-%1").arg(i)));
        if (item.contains("<rdf:RDF")) {
            return item;
        }
    }
    return {};
}

Metadata ownMetadata(const InputFile &file, const QString &format)
{
    if (format == QLatin1String("jpeg")) {
        const Result<JpegHeader> header = JpegReader(file).readHeader();
        return header ? header->metadata : Metadata();
    }
    return format == QLatin1String("png")    ? metadataOfPng(file)
           : format == QLatin1String("webp") ? metadataOfWebp(file)
           : format == QLatin1String("jxl")  ? metadataOfJxl(file)
           : format == QLatin1String("tiff") ? metadataOfTiff(file)
                                             : Metadata();
}

} // namespace

bool isTurnedByDecoder(const QString &format)
{
    return format == QLatin1String("heic") || format == QLatin1String("avif")
           || format == QLatin1String("jxl");
}

Metadata metadataOfPicture(const InputFile &file, const QString &format, const VImage &image)
{
    Metadata metadata = ownMetadata(file, format);
    if (metadata.exif.isEmpty()) {
        metadata.exif = blobOf(image, "exif-data");
        if (metadata.exif.startsWith(QByteArray("Exif\0\0", 6))) {
            metadata.exif.remove(0, 6);
        }
    }
    const auto fill = [&](QByteArray &part, const QByteArray &other) {
        part = part.isEmpty() ? other : part;
    };
    fill(metadata.xmp, blobOf(image, "xmp-data"));
    fill(metadata.xmp, xmpOfHeif(image));
    // TIFF may have the captions twice, with Photoshop's resources around them and without.
    fill(metadata.iptc, blobOf(image, "photoshop-data"));
    fill(metadata.iptc, resourcesFromCaptions(blobOf(image, "iptc-data")));
    metadata.hasGainMap = metadata.hasGainMap || (isTurnedByDecoder(format) && hasGainMapBox(file));
    constexpr double unknown = 1; // per millimetre; libvips' own
    if (format == QLatin1String("tiff") && image.xres() != unknown) {
        metadata.density = image.xres() * 25.4;
    }
    // What libvips took for the profile belongs to the pixels that it gives.
    metadata.icc = blobOf(image, "icc-profile-data");
    return metadata;
}

} // namespace batchwright::worker
