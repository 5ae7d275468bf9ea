// The preview in a camera's raw file, and what a TIFF file says beside its pixels.
#include "app/worker/jpegreader.h"
#include "app/worker/picturesource.h"

#include <algorithm>

namespace batchwright::worker {

namespace {

constexpr qint64 mostHead = 2 * 1024 * 1024; // bytes in which raw files keep their directories
constexpr qint64 mostPreview = 64 * 1024 * 1024;
constexpr int mostDirectories = 32;
constexpr char jpegMark[] = "\xff\xd8\xff";

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

/// The directories of a TIFF, and those below them, that lie in `tiff`.
QVector<qint64> directoriesOf(const TiffBytes &tiff)
{
    QVector<qint64> directories{tiff.firstDirectory()};
    for (int i = 0; i < directories.size() && i < mostDirectories; ++i) {
        const qint64 next = tiff.forEach(directories.at(i), [&](const TiffBytes::Entry &entry) {
            constexpr quint16 subDirectories = 0x014a;
            for (quint32 k = 0; entry.tag == subDirectories && k < std::min(entry.count, 8U); ++k) {
                directories.append(tiff.number32(entry.valueAt + 4LL * k));
            }
        });
        if (next > 0 && !directories.contains(next)) {
            directories.append(next);
        }
    }
    return directories;
}

Place largestIn(const TiffBytes &tiff, const InputFile &file)
{
    Place largest;
    for (const qint64 directory : directoriesOf(tiff)) {
        const Place place = jpegIn(tiff, directory);
        const bool isThere = place.at > 0 && place.length > largest.length && place.length <= mostPreview
                             && place.at + place.length <= file.size();
        if (isThere && file.read(place.at, 3).startsWith(jpegMark)) {
            largest = place;
        }
    }
    return largest;
}

/// Makers who tell in their own ways where the preview is: whatever can be read as a photo is looked at, and the largest
/// is taken. The sensor's values are no such JPEG, even where they are packed like one.
Place largestAnywhere(const InputFile &file)
{
    constexpr int mostCandidates = 64;
    constexpr qint64 headerLength = 128 * 1024;
    constexpr qint64 partLength = 1024 * 1024;
    Place largest;
    qint64 mostPixels = 0;
    int candidates = 0;
    for (qint64 at = 0; at < file.size() && candidates < mostCandidates; at += partLength) {
        const QByteArray part = file.read(at, partLength + 2);
        for (qsizetype mark = part.indexOf(jpegMark); mark >= 0 && candidates < mostCandidates;
             mark = part.indexOf(jpegMark, mark + 1)) {
            ++candidates;
            const Result<JpegHeader> header = JpegReader(file.read(at + mark, headerLength)).readHeader();
            const qint64 pixels = header ? qint64(header->size.width()) * header->size.height() : 0;
            if (pixels > mostPixels && header->isPlanar && header->channels == 3) {
                mostPixels = pixels;
                largest = {at + mark, std::min(mostPreview, file.size() - at - mark)};
            }
        }
    }
    return largest;
}

/// Canon's newer files keep their EXIF in boxes; the first holds a TIFF with camera and direction.
QByteArray tiffOfBoxes(const QByteArray &head)
{
    const qsizetype box = head.indexOf("CMT1");
    constexpr qsizetype mostBytes = 64 * 1024;
    return box < 0 ? QByteArray() : head.mid(box + 4, mostBytes);
}

} // namespace

bool isOtherRaw(const QByteArray &head)
{
    // Fujifilm, Panasonic, Olympus (in three ways), Canon, Sigma, Minolta.
    static const QList<QByteArray> marks{
        "FUJIFILMCCD-RAW", QByteArray("IIU\0", 4), "IIRO", "IIRS", "MMOR", "FOVb", QByteArray("\0MRM", 4)};
    return head.mid(4, 8) == "ftypcrx "
           || std::any_of(marks.cbegin(), marks.cend(),
                          [&](const QByteArray &mark) { return head.startsWith(mark); });
}

RawPreview previewOfRaw(const InputFile &file)
{
    const QByteArray head = file.read(0, mostHead);
    const bool hasBoxes = head.mid(4, 4) == "ftyp";
    RawPreview preview;
    preview.exif = hasBoxes ? tiffOfBoxes(head) : head;
    const TiffBytes tiff(preview.exif);
    constexpr quint16 orientation = 0x0112;
    const bool isTold = tiff.find(tiff.firstDirectory(), orientation).tag != 0;
    preview.orientation = isTold ? exifOrientation(preview.exif) : 0;
    const Place place = isOtherRaw(head) ? Place() : largestIn(tiff, file);
    const Place found = place.length > 0 ? place : largestAnywhere(file);
    preview.jpeg = found.length > 0 ? file.read(found.at, found.length) : QByteArray();
    preview.exif = hasBoxes ? preview.exif : metadataOfTiff(file).exif;
    return preview;
}

} // namespace batchwright::worker
