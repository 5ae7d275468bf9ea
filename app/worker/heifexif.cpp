#include "app/worker/heifexif.h"

#include <QtEndian>

#include <algorithm>

namespace batchwright::worker {

namespace {

struct Box {
    qsizetype at = -1; ///< of its content
    qsizetype end = -1;
};

quint64 number(const QByteArray &bytes, qsizetype at, int length)
{
    quint64 value = 0;
    for (int i = 0; i < length && at + i < bytes.size(); ++i) {
        value = value << 8 | static_cast<quint8>(bytes.at(at + i));
    }
    return value;
}

void put(QByteArray &bytes, qsizetype at, int length, quint64 value)
{
    for (int i = 0; i < length && at + i < bytes.size(); ++i) {
        bytes[at + i] = static_cast<char>(value >> (8 * (length - 1 - i)));
    }
}

/// The first box of a type between two places, or from `after` on; at -1: there is none.
Box find(const QByteArray &bytes, const char *type, qsizetype from, qsizetype end)
{
    while (from + 8 <= end) {
        const auto length = static_cast<qsizetype>(number(bytes, from, 4));
        if (length < 8 || from + length > end) {
            break; // 1 is a length of eight bytes: films
        }
        if (bytes.mid(from + 4, 4) == type) {
            return {from + 8, from + length};
        }
        from += length;
    }
    return {};
}

/// The number of the EXIF among the items; 0 is none.
quint64 exifItem(const QByteArray &heif, const Box &items)
{
    const int version = static_cast<int>(number(heif, items.at, 1));
    qsizetype from = items.at + 4 + (version == 0 ? 2 : 4);
    for (Box entry = find(heif, "infe", from, items.end); entry.at >= 0;
         entry = find(heif, "infe", entry.end, items.end)) {
        const int idLength = number(heif, entry.at, 1) >= 3 ? 4 : 2;
        if (heif.mid(entry.at + 4 + idLength + 2, 4) == "Exif") {
            return number(heif, entry.at + 4, idLength);
        }
    }
    return 0;
}

struct Extent {
    qsizetype offsetAt = -1; ///< where its offset stands; -1: not found, or in several pieces
    int offsetLength = 0;
    qsizetype lengthAt = -1;
    int lengthLength = 0;
    qsizetype baseAt = -1; ///< what is added to the offset
    int baseLength = 0;
};

/// Where the places of items stand (ISO/IEC 14496-12, "iloc").
Extent extentOf(const QByteArray &heif, const Box &places, quint64 item)
{
    const int version = static_cast<int>(number(heif, places.at, 1));
    const int sizes = static_cast<int>(number(heif, places.at + 4, 2));
    Extent extent;
    extent.offsetLength = sizes >> 12;
    extent.lengthLength = sizes >> 8 & 15;
    extent.baseLength = sizes >> 4 & 15;
    const int indexLength = version > 0 ? sizes & 15 : 0;
    constexpr int longest = 8; // bytes of a number; the standard knows 0, 4 and 8
    if (std::max({extent.offsetLength, extent.lengthLength, extent.baseLength, indexLength}) > longest) {
        return {};
    }
    const int idLength = version < 2 ? 2 : 4;
    const auto count = static_cast<qsizetype>(number(heif, places.at + 6, idLength));
    qsizetype at = places.at + 6 + idLength;
    for (qsizetype i = 0; i < count && at < places.end; ++i) {
        const bool isWanted = number(heif, at, idLength) == item;
        at += idLength;
        const bool isElsewhere = version > 0 && (number(heif, at, 2) & 15) != 0;
        at += (version > 0 ? 2 : 0) + 2;
        extent.baseAt = at;
        at += extent.baseLength;
        const auto pieces = static_cast<qsizetype>(number(heif, at, 2));
        at += 2;
        if (isWanted) {
            const bool isSimple =
                !isElsewhere && pieces == 1 && extent.offsetLength >= 4 && extent.lengthLength >= 4;
            extent.offsetAt = isSimple ? at + indexLength : -1;
            extent.lengthAt = extent.offsetAt + extent.offsetLength;
            return extent;
        }
        at += pieces * (indexLength + extent.offsetLength + extent.lengthLength);
    }
    return {};
}

} // namespace

QByteArray heifWithExif(const QByteArray &heif, const QByteArray &exif)
{
    constexpr int versionLength = 4; // in front of the boxes inside
    const Box meta = find(heif, "meta", 0, heif.size());
    const Box items = find(heif, "iinf", meta.at + versionLength, meta.end);
    const Box places = find(heif, "iloc", meta.at + versionLength, meta.end);
    const quint64 item = meta.at < 0 || items.at < 0 || places.at < 0 ? 0 : exifItem(heif, items);
    const Extent extent = item == 0 ? Extent() : extentOf(heif, places, item);
    if (extent.offsetAt < 0 || extent.lengthAt + extent.lengthLength > places.end || exif.isEmpty()) {
        return heif;
    }
    // Six bytes of a name stand before the TIFF structure, as phones write it.
    const QByteArray content = QByteArray("\0\0\0\6Exif\0\0", 10) + exif;
    QByteArray head("\0\0\0\0mdat", 8);
    qToBigEndian(static_cast<quint32>(content.size() + 8), head.data());
    QByteArray result = heif + head + content;
    put(result, extent.baseAt, extent.baseLength, 0);
    put(result, extent.offsetAt, extent.offsetLength, static_cast<quint64>(heif.size() + 8));
    put(result, extent.lengthAt, extent.lengthLength, static_cast<quint64>(content.size()));
    return result;
}

} // namespace batchwright::worker
