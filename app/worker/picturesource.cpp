#include "app/worker/picturesource.h"

#include "app/base/humantext.h"
#include "app/worker/bitmap.h"
#include "app/worker/picturemetadata.h"

#include <algorithm>
#include <unistd.h>

namespace batchwright::worker {

using vips::VImage;
using vips::VOption;
using vips::VSource;

namespace {

bool isHeifBrand(const QByteArray &brand)
{
    static const QList<QByteArray> brands{"heic", "heix", "mif1", "msf1", "hevc",
                                          "avif", "avis", "heim", "heis"};
    return brands.contains(brand);
}

/// TIFF files of cameras: by their maker's marks.
bool isRaw(const QByteArray &head, const InputFile &file)
{
    if (head.mid(8, 4) == QByteArray("CR\x02\0", 4)) {
        return true;
    }
    const QByteArray start = file.read(0, 256 * 1024);
    const TiffBytes tiff(start);
    constexpr quint16 dngVersion = 0xc612;
    constexpr quint16 subDirectories = 0x014a;
    constexpr quint16 make = 0x010f;
    constexpr quint16 newSubfile = 0x00fe;
    const qint64 first = tiff.firstDirectory();
    // A camera's raw file has its preview first and the picture in a directory below.
    return tiff.find(first, dngVersion).tag != 0
           || (tiff.find(first, make).tag != 0 && tiff.find(first, subDirectories).tag != 0
               && tiff.value(tiff.find(first, newSubfile)) == 1);
}

VOption *common(const Request &request)
{
    return VImage::option()
        ->set("access", VIPS_ACCESS_SEQUENTIAL)
        ->set("fail_on",
              request.strictness == Strictness::AnyFault ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_TRUNCATED);
}

VImage load(const VSource &source, const QString &format, const Request &request, int pages)
{
    if (format == QLatin1String("jpeg")) {
        return VImage::jpegload_source(source, common(request));
    }
    if (format == QLatin1String("png")) {
        return VImage::pngload_source(source, common(request)->set("unlimited", false));
    }
    if (format == QLatin1String("webp")) {
        return VImage::webpload_source(source, common(request)->set("n", pages));
    }
    if (format == QLatin1String("gif")) {
        return VImage::gifload_source(source, common(request)->set("n", pages));
    }
    if (format == QLatin1String("tiff")) {
        return VImage::tiffload_source(source, common(request)->set("n", pages));
    }
    if (format == QLatin1String("jxl")) {
        return VImage::jxlload_source(source, common(request));
    }
    if (format == QLatin1String("jp2")) {
        return VImage::jp2kload_source(source, common(request));
    }
    if (format == QLatin1String("ppm")) {
        return VImage::ppmload_source(source, common(request));
    }
    return VImage::heifload_source(source, common(request));
}

/// JPEG 2000 whose box of the colours says sYCC (ISO 15444-1, I.5.3.3: 18), which libvips takes for RGB.
bool isYccJp2(const InputFile &file)
{
    constexpr qint64 headerBytes = 4096;
    constexpr qsizetype lastByte = 10; // of the number of the colour space, from the box's name on
    const QByteArray head = file.read(0, headerBytes);
    const qsizetype box = head.indexOf(QByteArray("colr\1", 5));
    return box >= 0 && head.mid(box + lastByte - 3, 4) == QByteArray("\0\0\0\x12", 4);
}

/// Without an advice: another converter may know it.
Error notRead()
{
    return {ErrorKind::NoPicture, QStringLiteral("Pictures of this kind cannot be read."), QString(),
            QString()};
}

/// What is whole and of a sort that libvips does not read, as it says itself: components of several sizes in JPEG 2000, and
/// samples of more than 32 bits in TIFF.
bool isOfUnknownSort(const char *said)
{
    const QByteArray words(said);
    return words.contains("components differ in geometry") || words.contains("samples out of range");
}

/// How many pictures there are, where libvips tells. What it calls pages of JPEG 2000 are sizes of the same one.
int pagesOf(const VImage &image, const QString &format)
{
    const bool isTold = format != QLatin1String("jp2") && image.get_typeof("n-pages") != 0;
    return isTold ? std::max(1, image.get_int("n-pages")) : 1;
}

/// Scanners and cameras put pages of any size, and small copies of a page, into one TIFF.
bool haveOneSize(const InputFile &file, const Request &request, const QSize &size, int pages)
{
    for (int page = 1; page < pages; ++page) {
        ::lseek(file.descriptor(), 0, SEEK_SET);
        const VImage other = VImage::tiffload_source(VSource::new_from_descriptor(file.descriptor()),
                                                     common(request)->set("page", page));
        if (other.width() != size.width() || other.height() != size.height()) {
            return false;
        }
    }
    return true;
}

void takeFrames(PictureSource &source)
{
    const VImage &image = source.image;
    source.size = QSize(image.width(), image.height());
    const int pageHeight =
        image.get_typeof("page-height") != 0 ? image.get_int("page-height") : image.height();
    if (pageHeight > 0 && pageHeight < image.height() && image.height() % pageHeight == 0) {
        source.frames = image.height() / pageHeight;
        source.size.setHeight(pageHeight);
    }
    source.isAnimation = source.frames > 1 && source.format != QLatin1String("tiff");
    if (image.get_typeof("delay") != 0) {
        source.delays = image.get_array_int("delay");
    }
    source.loops = image.get_typeof("loop") != 0 ? image.get_int("loop") : 0;
}

} // namespace

QString pictureFormatOf(const InputFile &file)
{
    const QByteArray head = file.read(0, 32);
    // A scan may carry a TIFF header in front, and is none.
    if (file.read(128, 4) == "DICM") {
        return {};
    }
    const QByteArray brand = head.mid(8, 4);
    if (head.startsWith("\xff\xd8\xff")) {
        return QStringLiteral("jpeg");
    }
    if (head.startsWith("\x89PNG\r\n\x1a\n")) {
        return QStringLiteral("png");
    }
    if (head.startsWith("RIFF") && brand == "WEBP") {
        return QStringLiteral("webp");
    }
    if (head.startsWith("GIF8")) {
        return QStringLiteral("gif");
    }
    if (head.startsWith(QByteArray("II*\0", 4)) || head.startsWith(QByteArray("MM\0*", 4))
        || head.startsWith(QByteArray("II+\0", 4)) || head.startsWith(QByteArray("MM\0+", 4))) {
        return isRaw(head, file) ? QStringLiteral("raw") : QStringLiteral("tiff");
    }
    if (isOtherRaw(head)) {
        return QStringLiteral("raw");
    }
    if (head.mid(4, 4) == "ftyp" && isHeifBrand(brand)) {
        const bool isAv1 = brand.startsWith("avi") || file.read(16, 64).contains("avif");
        return isAv1 ? QStringLiteral("avif") : QStringLiteral("heic");
    }
    if (head.startsWith("\xff\x0a") || head.startsWith(QByteArray("\0\0\0\x0cJXL ", 8))) {
        return QStringLiteral("jxl");
    }
    if (head.startsWith(QByteArray("\0\0\0\x0cjP  ", 8)) || head.startsWith("\xff\x4f\xff\x51")) {
        return QStringLiteral("jp2");
    }
    if (head.size() > 2 && head.at(0) == 'P' && head.at(1) >= '1' && head.at(1) <= '6') {
        return QStringLiteral("ppm");
    }
    return isBitmap(file) ? QStringLiteral("bmp") : QString();
}

QStringList readableFormats()
{
    return {QStringLiteral("jpeg"), QStringLiteral("png"),  QStringLiteral("webp"), QStringLiteral("gif"),
            QStringLiteral("tiff"), QStringLiteral("heic"), QStringLiteral("avif"), QStringLiteral("jxl"),
            QStringLiteral("jp2"),  QStringLiteral("ppm"),  QStringLiteral("bmp"),  QStringLiteral("raw")};
}

QStringList writableFormats()
{
    QStringList formats;
    for (int i = 0; i <= static_cast<int>(PictureFormat::Gif); ++i) {
        formats.append(pictureFormatId(static_cast<PictureFormat>(i)));
    }
    return formats;
}

Result<PictureSource> openPicture(const InputFile &file, const Request &request, Frames frames)
{
    PictureSource source;
    source.format = pictureFormatOf(file);
    const bool isYcc = source.format == QLatin1String("jp2") && isYccJp2(file);
    if (source.format.isEmpty() || source.format == QLatin1String("raw") || isYcc) {
        return notRead();
    }
    try {
        if (source.format == QLatin1String("bmp")) {
            const Result<VImage> bitmap = loadBitmap(file, request);
            if (!bitmap) {
                return bitmap.error();
            }
            source.image = *bitmap;
            takeFrames(source);
            return source;
        }
        ::lseek(file.descriptor(), 0, SEEK_SET);
        // One frame first: how many there are, and how large, is known before anything is decoded.
        const VSource first = VSource::new_from_descriptor(file.descriptor());
        source.image = load(first, source.format, request, 1);
        const int pages = pagesOf(source.image, source.format);
        const QSize size(source.image.width(), source.image.height());
        source.pages = pages;
        const bool isDocument = source.format == QLatin1String("tiff");
        const bool joins = frames == Frames::All && (!isDocument || haveOneSize(file, request, size, pages));
        const int wanted = joins ? pages : 1;
        if (hasTooManyPixels(size, wanted, request.mostPixels)) {
            return tooLarge(size, wanted);
        }
        const bool hasFrames =
            source.format == QLatin1String("gif") || source.format == QLatin1String("webp") || isDocument;
        if (wanted > 1 && hasFrames) {
            ::lseek(file.descriptor(), 0, SEEK_SET);
            source.image = load(VSource::new_from_descriptor(file.descriptor()), source.format, request, -1);
        }
        takeFrames(source);
        source.metadata = metadataOfPicture(file, source.format, source.image);
        const int tag = source.image.get_typeof("orientation") != 0 ? source.image.get_int("orientation") : 1;
        source.orientation = isTurnedByDecoder(source.format) ? 1
                             : source.metadata.exif.isEmpty() ? std::clamp(tag, 1, 8)
                                                              : exifOrientation(source.metadata.exif);
    } catch (const vips::VError &error) {
        return vipsError(error);
    }
    return source;
}

Error vipsError(const vips::VError &error)
{
    const QString detail = oneLine(QString::fromUtf8(error.what()), 600);
    vips_error_clear();
    if (isOfUnknownSort(error.what())) {
        return notRead();
    }
    return {ErrorKind::DamagedInput, QStringLiteral("The picture is damaged or cut short."),
            QStringLiteral("Get the picture once more from where it came from."), detail};
}

bool hasTooManyPixels(const QSize &size, int frames, qint64 mostPixels)
{
    return static_cast<double>(size.width()) * size.height() * frames > static_cast<double>(mostPixels);
}

Error tooLarge(const QSize &size, int frames)
{
    const QString times = frames > 1 ? QStringLiteral(" × %1 pictures").arg(frames) : QString();
    return {ErrorKind::TooLarge,
            QStringLiteral("The picture is too large: %1 × %2 pixels%3.")
                .arg(size.width())
                .arg(size.height())
                .arg(times),
            QStringLiteral(
                "Convert it with a preset that runs a program of its own, or make it smaller first."),
            QString()};
}

} // namespace batchwright::worker
