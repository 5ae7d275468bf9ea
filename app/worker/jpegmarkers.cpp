#include "app/worker/jpegmarkers.h"

#include "app/worker/xmp.h"

#include <QtEndian>

#include <algorithm>

namespace batchwright::worker {

namespace {

const QByteArray exifName("Exif\0\0", 6);
const QByteArray xmpName("http://ns.adobe.com/xap/1.0/\0", 29);
const QByteArray extensionName("http://ns.adobe.com/xmp/extension/\0", 35);
const QByteArray resourcesName("Photoshop 3.0\0", 14);
const QByteArray indexName("MPF\0", 4);

/// The parts of one XMP extension: each says how long the whole is, and where it belongs.
class Extension final
{
public:
    explicit Extension(const QByteArray &digest) : m_digest(digest) {}

    void add(const QByteArray &segment)
    {
        constexpr qsizetype headLength = 40; // digest, length of all, place of this part
        constexpr quint32 mostBytes = 16 * 1024 * 1024;
        if (m_digest.isEmpty() || segment.size() < headLength || segment.left(32) != m_digest) {
            return;
        }
        const auto length = qFromBigEndian<quint32>(segment.constData() + 32);
        const auto at = qFromBigEndian<quint32>(segment.constData() + 36);
        const QByteArray part = segment.mid(headLength);
        if (m_bytes.isEmpty() && length <= mostBytes) {
            m_bytes = QByteArray(static_cast<qsizetype>(length), '\0');
        }
        if (at + part.size() <= m_bytes.size()) {
            m_bytes.replace(at, part.size(), part);
            m_added += part.size();
        }
    }
    bool isWanted() const { return !m_digest.isEmpty(); }
    /// Nothing while a part is missing.
    QByteArray bytes() const { return m_added == m_bytes.size() ? m_bytes : QByteArray(); }

private:
    QByteArray m_digest;
    QByteArray m_bytes;
    qsizetype m_added = 0;
};

/// The index of a file with more pictures (CIPA DC-007): gain maps, the other eye's picture, large previews.
void takeIndex(const QByteArray &segment, const JpegSource &source, Metadata &metadata)
{
    const QByteArray index = segment.mid(indexName.size());
    const TiffBytes tiff(index);
    // Its places count from the index itself, and libjpeg does not say where that was.
    constexpr qint64 farthest = 512 * 1024;
    const qint64 begin = source.read(0, farthest).indexOf(segment) + indexName.size();
    constexpr quint16 entries = 0xb002;
    constexpr qint64 entryLength = 16;
    const TiffBytes::Entry table = tiff.find(tiff.firstDirectory(), entries);
    constexpr qint64 mostPictures = 64;
    for (qint64 i = 1; i < std::min(table.bytes / entryLength, mostPictures); ++i) {
        const qint64 at = table.valueAt + i * entryLength;
        const quint32 kind = tiff.number32(at) & 0xffffff;
        constexpr quint32 previews = 0x01; // of the size of a screen, to be shown sooner
        if (kind >> 16 == previews) {
            continue;
        }
        constexpr qint64 headLength = 64 * 1024;
        const QByteArray head = source.read(begin + tiff.number32(at + 8), headLength);
        const bool isGainMap = kind == 0 && (head.contains("hdrgm:") || head.contains("hdrgainmap"));
        metadata.hasGainMap = metadata.hasGainMap || isGainMap;
        metadata.pictures += isGainMap ? 0 : 1;
    }
}

void takeDensity(const jpeg_decompress_struct &decoder, Metadata &metadata)
{
    if (decoder.saw_JFIF_marker && decoder.density_unit != 0) {
        constexpr double centimetres = 2.54; // in an inch
        metadata.density = decoder.X_density * (decoder.density_unit == 2 ? centimetres : 1);
    }
}

void takeXmp(const Extension &extension, Metadata &metadata)
{
    if (extension.isWanted()) {
        const QByteArray joined = joinedXmp(metadata.xmp, extension.bytes());
        metadata.isXmpCut = joined.isEmpty();
        metadata.xmp = joined.isEmpty() ? metadata.xmp : joined;
    }
    const XmpClues clues = xmpClues(metadata.xmp);
    metadata.hasGainMap = metadata.hasGainMap || clues.hasGainMap;
    metadata.hasFilm = clues.hasFilm;
}

} // namespace

void keepMarkers(jpeg_decompress_struct &decoder)
{
    for (const int marker : {JPEG_COM, JPEG_APP0 + 1, JPEG_APP0 + 2, JPEG_APP0 + 13}) {
        jpeg_save_markers(&decoder, marker, 0xffff);
    }
}

Metadata metadataOfMarkers(jpeg_decompress_struct &decoder, JpegErrors &errors, const JpegSource &source)
{
    Metadata metadata;
    takeDensity(decoder, metadata);
    QVector<QByteArray> extensions;
    for (const jpeg_marker_struct *marker = decoder.marker_list; marker; marker = marker->next) {
        const QByteArray bytes(reinterpret_cast<const char *>(marker->data),
                               static_cast<qsizetype>(marker->data_length));
        if (marker->marker == JPEG_APP0 + 1 && bytes.startsWith(exifName) && metadata.exif.isEmpty()) {
            metadata.exif = bytes.mid(exifName.size());
        } else if (marker->marker == JPEG_APP0 + 1 && bytes.startsWith(xmpName) && metadata.xmp.isEmpty()) {
            metadata.xmp = bytes.mid(xmpName.size());
        } else if (marker->marker == JPEG_APP0 + 1 && bytes.startsWith(extensionName)) {
            extensions.append(bytes.mid(extensionName.size()));
        } else if (marker->marker == JPEG_APP0 + 2 && bytes.startsWith(indexName)) {
            takeIndex(bytes, source, metadata);
        } else if (marker->marker == JPEG_APP0 + 2 && bytes.startsWith("urn:iso:std:iso:ts:21496")) {
            metadata.hasGainMap = true;
        } else if (marker->marker == JPEG_APP0 + 13 && bytes.startsWith(resourcesName)) {
            metadata.iptc += bytes.mid(resourcesName.size());
        } else if (marker->marker == JPEG_COM && metadata.comment.isEmpty()) {
            metadata.comment = bytes;
        }
    }
    Extension extension(extensionOf(metadata.xmp));
    for (const QByteArray &segment : std::as_const(extensions)) {
        extension.add(segment);
    }
    takeXmp(extension, metadata);
    JOCTET *profile = nullptr;
    unsigned length = 0;
    if (guarded(errors, [&] { jpeg_read_icc_profile(&decoder, &profile, &length); }) && profile) {
        metadata.icc = QByteArray(reinterpret_cast<char *>(profile), static_cast<qsizetype>(length));
        std::free(profile);
    }
    return metadata;
}

} // namespace batchwright::worker
