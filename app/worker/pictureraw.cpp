// The preview in a camera's raw file, and what a TIFF file says beside its pixels.
#include "app/worker/picturesource.h"

#include <algorithm>

namespace batchwright::worker {

namespace {

constexpr qint64 mostHead = 2 * 1024 * 1024; // bytes in which raw files keep their directories
constexpr qint64 mostPreview = 64 * 1024 * 1024;
constexpr int mostDirectories = 32;

struct Place {
    qint64 at = 0;
    qint64 length = 0;
};

Place jpegIn(const TiffBytes &tiff, qint64 directory)
{
    const auto number = [&](quint16 tag) {
        return static_cast<qint64>(tiff.value(tiff.find(directory, tag)));
    };
    const auto compression = number(0x0103);
    if (number(0x0201) > 0) {
        return {number(0x0201), number(0x0202)};
    }
    const bool isOneStrip = tiff.find(directory, 0x0111).count == 1;
    // 7 is also used for the sensor's own values, which are no photo: those have one sample or a colour filter.
    const bool isPhoto =
        (compression == 6 || compression == 7) && number(0x0106) != 32803 && number(0x0106) != 34892;
    return isOneStrip && isPhoto ? Place{number(0x0111), number(0x0117)} : Place{};
}

} // namespace

RawPreview previewOfRaw(const InputFile &file)
{
    const QByteArray head = file.read(0, mostHead);
    const TiffBytes tiff(head);
    RawPreview preview;
    preview.orientation = exifOrientation(head);
    QVector<qint64> directories{tiff.firstDirectory()};
    Place largest;
    for (int i = 0; i < directories.size() && i < mostDirectories; ++i) {
        const qint64 directory = directories.at(i);
        const qint64 next = tiff.forEach(directory, [&](const TiffBytes::Entry &entry) {
            constexpr quint16 subDirectories = 0x014a;
            for (quint32 k = 0; entry.tag == subDirectories && k < std::min(entry.count, 8U); ++k) {
                directories.append(tiff.number32(entry.valueAt + 4LL * k));
            }
        });
        if (next > 0 && !directories.contains(next)) {
            directories.append(next);
        }
        const Place place = jpegIn(tiff, directory);
        const bool isThere = place.at > 0 && place.length > largest.length && place.length <= mostPreview
                             && place.at + place.length <= file.size();
        if (isThere && file.read(place.at, 3).startsWith("\xff\xd8\xff")) {
            largest = place;
        }
    }
    preview.jpeg = largest.length > 0 ? file.read(largest.at, largest.length) : QByteArray();
    return preview;
}

} // namespace batchwright::worker
