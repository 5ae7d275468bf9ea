#include "app/worker/jpeg2000frame.h"

#include "app/worker/scanfile.h"

#include <algorithm>

namespace batchwright::worker {

using vips::VImage;

namespace {

/// What libvips does not tell of a code stream; 0 and false when it is cut short.
struct CodeStream {
    int precision = 0; ///< bits of a sample of the first component
    bool hasColourTransform = false;
};

int byteAt(const QByteArray &bytes, qsizetype place)
{
    return place >= 0 && place < bytes.size() ? static_cast<quint8>(bytes.at(place)) : 0;
}

/// The markers of the main header: ISO 15444-1, A.5.1 (SIZ) and A.6.1 (COD).
CodeStream headerOf(const QByteArray &packed)
{
    constexpr int precisionInSiz = 40; // bytes behind the marker
    constexpr int transformInCod = 8;
    constexpr int startOfTile = 0x90;
    constexpr int sizMarker = 0x51;
    constexpr int codMarker = 0x52;
    CodeStream stream;
    // A whole JP2 file has boxes before it.
    qsizetype place = packed.indexOf(QByteArrayLiteral("\xff\x4f\xff\x51"));
    place = place < 0 ? packed.size() : place + 2;
    while (byteAt(packed, place) == 0xff && byteAt(packed, place + 1) != startOfTile) {
        const int marker = byteAt(packed, place + 1);
        if (marker == sizMarker) {
            stream.precision = (byteAt(packed, place + precisionInSiz) & 0x7f) + 1; // the highest bit: signed
        } else if (marker == codMarker) {
            stream.hasColourTransform = byteAt(packed, place + transformInCod) == 1;
        }
        place += 2 + std::max(2, byteAt(packed, place + 2) << 8 | byteAt(packed, place + 3));
    }
    return stream;
}

bool isByte(const VImage &image)
{
    return image.format() == VIPS_FORMAT_UCHAR || image.format() == VIPS_FORMAT_CHAR;
}

/// Scans with samples of more than 16 bits are not known here.
bool isKnown(const VImage &image)
{
    const bool isShort = image.format() == VIPS_FORMAT_USHORT || image.format() == VIPS_FORMAT_SHORT;
    return (isByte(image) || isShort) && (image.bands() == 1 || image.bands() == 3);
}

/// libvips moves samples of fewer bits up, so that white is white: they go back.
VImage asPacked(const VImage &image, int precision, int allocatedBits)
{
    const int bits = isByte(image) ? 8 : 16;
    const VImage samples = precision > 0 && precision < bits ? image >> (bits - precision) : image;
    const VipsBandFormat plain = isByte(image) ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT;
    return samples.copy(VImage::option()->set("format", plain))
        .cast(allocatedBits == 8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT)
        .copy_memory();
}

} // namespace

Result<Jpeg2000Frame> unpackJpeg2000(const QByteArray &packed, int allocatedBits)
{
    VipsBlob *blob = vips_blob_copy(packed.constData(), static_cast<size_t>(packed.size()));
    Result<Jpeg2000Frame> unpacked =
        damagedScan(QStringLiteral("its samples are of a kind that scans do not have"));
    try {
        const VImage image = VImage::jp2kload_buffer(blob);
        if (isKnown(image)) {
            const CodeStream stream = headerOf(packed);
            unpacked =
                Jpeg2000Frame{asPacked(image, stream.precision, allocatedBits), stream.hasColourTransform};
        }
    } catch (const vips::VError &error) {
        unpacked = damagedScan(QString::fromUtf8(error.what()).left(500));
    }
    vips_area_unref(VIPS_AREA(blob));
    return unpacked;
}

} // namespace batchwright::worker
