// EXIF in TIFF files, where its directories stand among those of the pictures: taken out into a structure of its own,
// and put in behind a finished file. Maker notes point to where they were, so they are left out in both directions.
#include "app/worker/containers.h"

#include <QtEndian>

#include <algorithm>
#include <map>
#include <sys/mman.h>

namespace batchwright::worker {

namespace {

enum Tag : quint16 {
    ExifDirectory = 0x8769,
    GpsDirectory = 0x8825,
    MakerNote = 0x927c,
    InteropDirectory = 0xa005
};

/// Of the first directory: what is about the photo and not about how its pixels are stored.
constexpr quint16 descriptions[] = {0x010e, 0x010f, 0x0110, 0x0112,        0x0131,      0x0132,
                                    0x013b, 0x4746, 0x4749, 0x8298,        0x9c9b,      0x9c9c,
                                    0x9c9d, 0x9c9e, 0x9c9f, ExifDirectory, GpsDirectory};

struct Field {
    quint16 type = 0;
    quint32 count = 0;
    QByteArray values;                  ///< little-endian
    std::map<quint16, Field> directory; ///< for tags that point to one
};
using Directory = std::map<quint16, Field>;

int unitOf(quint16 type)
{
    static constexpr int units[] = {1, 1, 1, 2, 4, 4, 1,
                                    1, 2, 4, 4, 4, 8}; // a fraction is two numbers of 4 bytes
    return type < std::size(units) ? units[type] : 1;
}

QByteArray littleEndian(QByteArray values, int unit)
{
    for (qsizetype at = 0; at + unit <= values.size(); at += unit) {
        std::reverse(values.begin() + at, values.begin() + at + unit);
    }
    return values;
}

Directory readDirectory(const TiffBytes &tiff, qint64 at, bool isFirst, int depth)
{
    Directory directory;
    tiff.forEach(at, [&](const TiffBytes::Entry &entry) {
        constexpr qint64 mostBytes = 1024 * 1024;
        const bool isWanted = !isFirst
                              || std::find(std::begin(descriptions), std::end(descriptions), entry.tag)
                                     != std::end(descriptions);
        if (!isWanted || entry.tag == MakerNote || entry.bytes > mostBytes || directory.size() > 500) {
            return;
        }
        Field field{entry.type, entry.count, tiff.bytes().mid(entry.valueAt, entry.bytes), {}};
        if (tiff.isBigEndian()) {
            field.values = littleEndian(field.values, unitOf(entry.type));
        }
        if (entry.tag == ExifDirectory || entry.tag == GpsDirectory || entry.tag == InteropDirectory) {
            field.directory =
                depth < 3 ? readDirectory(tiff, tiff.value(entry), false, depth + 1) : Directory();
            field.type = 4;
            field.count = 1;
            if (field.directory.empty()) {
                return;
            }
        }
        directory.emplace(entry.tag, field);
    });
    return directory;
}

void append(QByteArray &bytes, quint32 number, int length)
{
    for (int i = 0; i < length; ++i) {
        bytes.append(static_cast<char>(number >> (8 * i)));
    }
}

/// The directory's bytes for a place at `base`, with everything that it points to behind it.
QByteArray written(const Directory &directory, qint64 base, quint32 next)
{
    QByteArray entries;
    QByteArray values;
    const qint64 valuesAt = base + 2 + 12 * static_cast<qint64>(directory.size()) + 4;
    append(entries, static_cast<quint32>(directory.size()), 2);
    for (const auto &[tag, field] : directory) {
        append(entries, tag, 2);
        append(entries, field.type, 2);
        append(entries, field.count, 4);
        if (!field.directory.empty()) {
            append(entries, static_cast<quint32>(valuesAt + values.size()), 4);
            values += written(field.directory, valuesAt + values.size(), 0);
        } else if (field.values.size() <= 4) {
            entries += field.values.leftJustified(4, '\0');
            continue;
        } else {
            append(entries, static_cast<quint32>(valuesAt + values.size()), 4);
            values += field.values;
        }
        values += QByteArray(values.size() & 1, '\0');
    }
    append(entries, next, 4);
    return entries + values;
}

} // namespace

Metadata metadataOfTiff(const InputFile &file)
{
    Metadata metadata;
    void *memory = file.size() > 0 ? ::mmap(nullptr, static_cast<size_t>(file.size()), PROT_READ, MAP_PRIVATE,
                                            file.descriptor(), 0)
                                   : MAP_FAILED;
    if (memory == MAP_FAILED) {
        return metadata;
    }
    const QByteArray bytes = QByteArray::fromRawData(static_cast<const char *>(memory), file.size());
    const TiffBytes tiff(bytes);
    const Directory directory = readDirectory(tiff, tiff.firstDirectory(), true, 0);
    if (!directory.empty()) {
        metadata.exif = QByteArray("II*\0\x08\0\0\0", 8) + written(directory, 8, 0);
    }
    ::munmap(memory, static_cast<size_t>(file.size()));
    return metadata;
}

QByteArray tiffWithMetadata(const QByteArray &tiff, const Metadata &metadata)
{
    const TiffBytes file(tiff);
    const TiffBytes exif(metadata.exif);
    if (!file.isTiff() || file.isBigEndian() || !exif.isTiff()) {
        return tiff;
    }
    const qint64 first = file.firstDirectory();
    Directory directory;
    const qint64 next = file.forEach(first, [&](const TiffBytes::Entry &entry) {
        // Values stay where they are: the entry's own four bytes are copied, be they values or a place.
        directory.emplace(entry.tag, Field{entry.type, entry.count, tiff.mid(entry.at + 8, 4), {}});
    });
    if (directory.empty() || directory.size() != file.number16(first)) {
        return tiff;
    }
    for (const auto &[tag, field] : readDirectory(exif, exif.firstDirectory(), true, 0)) {
        directory.insert_or_assign(tag, field);
    }
    QByteArray result = tiff + QByteArray(tiff.size() & 1, '\0');
    const auto place = static_cast<quint32>(result.size());
    result += written(directory, place, static_cast<quint32>(next));
    qToLittleEndian(place, result.data() + 4);
    return result;
}

} // namespace batchwright::worker
