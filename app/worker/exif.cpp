#include "app/worker/exif.h"

#include <algorithm>

namespace batchwright::worker {

namespace {

constexpr int mostEntries = 2000; // of one directory; cameras have a hundred

enum Tag : quint16 {
    ImageWidth = 0x0100,
    ImageLength = 0x0101,
    Make = 0x010f,
    Model = 0x0110,
    Orientation = 0x0112,
    Density = 0x011a,
    DensityUnit = 0x0128,
    DateTime = 0x0132,
    Artist = 0x013b,
    PreviewOffset = 0x0201,
    PreviewLength = 0x0202,
    Copyright = 0x8298,
    ExifDirectory = 0x8769,
    GpsDirectory = 0x8825,
    DateTimeOriginal = 0x9003,
    MakerNotes = 0x927c,
    PixelWidth = 0xa002,
    PixelHeight = 0xa003,
};

int bytesOf(quint16 type)
{
    static constexpr int sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
    return type < std::size(sizes) ? sizes[type] : 0;
}

void put(QByteArray &bytes, qint64 at, int length, quint32 value, bool isBigEndian)
{
    for (int i = 0; i < length; ++i) {
        const int shift = 8 * (isBigEndian ? length - 1 - i : i);
        bytes[at + i] = static_cast<char>(value >> shift);
    }
}

/// Sets a whole-number entry that has exactly one value.
void setNumber(QByteArray &bytes, const TiffBytes &tiff, const TiffBytes::Entry &entry, quint32 value)
{
    if (entry.tag != 0 && entry.count == 1 && (entry.type == 3 || entry.type == 4)) {
        put(bytes, entry.valueAt, entry.type == 3 ? 2 : 4, value, tiff.isBigEndian());
    }
}

/// Takes an entry out of its directory: those behind it move up, and so does the pointer to the next one.
void removeEntry(QByteArray &bytes, const TiffBytes &tiff, qint64 directory, qint64 entryAt)
{
    const int count = tiff.number16(directory);
    // In a damaged file the pointer behind the entries may be cut.
    const qint64 end = std::min<qint64>(bytes.size(), directory + 2 + count * 12LL + 4);
    std::copy(bytes.begin() + entryAt + 12, bytes.begin() + end, bytes.begin() + entryAt);
    std::fill(bytes.begin() + end - 12, bytes.begin() + end, '\0');
    put(bytes, directory, 2, static_cast<quint32>(count - 1), tiff.isBigEndian());
}

/// False when there was none left.
bool removePlace(QByteArray &bytes)
{
    const TiffBytes tiff(bytes);
    const qint64 first = tiff.firstDirectory();
    const TiffBytes::Entry pointer = tiff.find(first, GpsDirectory);
    if (pointer.tag == 0) {
        return false;
    }
    QVector<std::pair<qint64, qint64>> blanks;
    tiff.forEach(tiff.value(pointer), [&](const TiffBytes::Entry &entry) {
        blanks.append({entry.at, 12});
        blanks.append({entry.valueAt, entry.bytes});
    });
    for (const auto &[at, length] : std::as_const(blanks)) {
        // A damaged pointer may lead back into the first directory, which stays.
        if (at >= first + 2 + tiff.number16(first) * 12LL + 4 || at + length <= first) {
            std::fill_n(bytes.begin() + at, length, '\0');
        }
    }
    removeEntry(bytes, tiff, first, pointer.at);
    return true;
}

/// In a format of its maker's own, so that nobody else can tell what in them names a place: some cameras write the city.
/// False when there were none left.
bool removeMakerNotes(QByteArray &bytes)
{
    const TiffBytes tiff(bytes);
    const qint64 first = tiff.firstDirectory();
    const qint64 details = tiff.value(tiff.find(first, ExifDirectory));
    const TiffBytes::Entry notes = tiff.find(details, MakerNotes);
    if (notes.tag == 0) {
        return false;
    }
    // In a damaged file they may lie over the directories, which stay.
    const auto liesApart = [&](qint64 directory) {
        return notes.valueAt >= directory + 2 + tiff.number16(directory) * 12LL + 4
               || notes.valueAt + notes.bytes <= directory;
    };
    if (liesApart(first) && liesApart(details) && notes.valueAt >= 8) {
        std::fill_n(bytes.begin() + notes.valueAt, notes.bytes, '\0');
    }
    removeEntry(bytes, tiff, details, notes.at);
    return true;
}

/// The second directory is the old preview.
void removePreview(QByteArray &bytes)
{
    const TiffBytes tiff(bytes);
    const qint64 first = tiff.firstDirectory();
    const qint64 linkAt = first + 2 + tiff.number16(first) * 12LL;
    const qint64 second = tiff.number32(linkAt);
    if (second == 0 || linkAt + 4 > bytes.size()) {
        return;
    }
    const TiffBytes::Entry offset = tiff.find(second, PreviewOffset);
    const TiffBytes::Entry length = tiff.find(second, PreviewLength);
    const qint64 at = tiff.value(offset);
    const qint64 count = tiff.value(length);
    const bool isTail = offset.tag != 0 && length.tag != 0 && at > linkAt && at + count <= bytes.size()
                        && at + count + 16 >= bytes.size();
    put(bytes, linkAt, 4, 0, tiff.isBigEndian());
    if (isTail) {
        bytes.truncate(at);
    }
}

QString dateText(QString text)
{
    // "2024:05:31 12:00:00"
    if (text.size() >= 10 && text.at(4) == u':' && text.at(7) == u':') {
        text[4] = u'-';
        text[7] = u'-';
    }
    return text;
}

} // namespace

TiffBytes::TiffBytes(const QByteArray &bytes) : m_bytes(bytes)
{
    m_isBigEndian = bytes.startsWith("MM");
    m_isTiff = bytes.size() >= 14 && (m_isBigEndian || bytes.startsWith("II")) && number16(2) != 43;
}

quint16 TiffBytes::number16(qint64 at) const
{
    if (at < 0 || at + 2 > m_bytes.size()) {
        return 0;
    }
    const auto *byte = reinterpret_cast<const quint8 *>(m_bytes.constData()) + at;
    return static_cast<quint16>(m_isBigEndian ? byte[0] << 8 | byte[1] : byte[1] << 8 | byte[0]);
}

quint32 TiffBytes::number32(qint64 at) const
{
    const quint32 first = number16(at);
    const quint32 second = number16(at + 2);
    return m_isBigEndian ? first << 16 | second : second << 16 | first;
}

qint64 TiffBytes::forEach(qint64 at, const std::function<void(const Entry &)> &visit) const
{
    const int count = number16(at);
    if (!m_isTiff || at < 8 || count > mostEntries || at + 2 + count * 12LL > m_bytes.size()) {
        return 0;
    }
    for (int i = 0; i < count; ++i) {
        Entry entry;
        entry.at = at + 2 + i * 12LL;
        entry.tag = number16(entry.at);
        entry.type = number16(entry.at + 2);
        entry.count = number32(entry.at + 4);
        entry.bytes = static_cast<qint64>(entry.count) * bytesOf(entry.type);
        entry.valueAt = entry.bytes <= 4 ? entry.at + 8 : number32(entry.at + 8);
        if (entry.bytes > 0 && entry.valueAt + entry.bytes <= m_bytes.size()) {
            visit(entry);
        }
    }
    return number32(at + 2 + count * 12LL);
}

TiffBytes::Entry TiffBytes::find(qint64 directory, quint16 tag) const
{
    Entry found;
    forEach(directory,
            [&](const Entry &entry) { found = entry.tag == tag && found.tag == 0 ? entry : found; });
    return found;
}

quint32 TiffBytes::value(const Entry &entry) const
{
    return entry.tag == 0 ? 0 : entry.type == 3 ? number16(entry.valueAt) : number32(entry.valueAt);
}

QString TiffBytes::text(const Entry &entry) const
{
    if (entry.tag == 0 || entry.type != 2) {
        return {};
    }
    const QByteArray all = m_bytes.mid(entry.valueAt, std::min<qint64>(entry.bytes, 1000));
    return QString::fromUtf8(
               all.left(std::max<qsizetype>(all.indexOf('\0'), all.contains('\0') ? 0 : all.size())))
        .trimmed();
}

int exifOrientation(const QByteArray &exif)
{
    const TiffBytes tiff(exif);
    const quint32 value = tiff.value(tiff.find(tiff.firstDirectory(), Orientation));
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

double exifDensity(const QByteArray &exif)
{
    const TiffBytes tiff(exif);
    const qint64 first = tiff.firstDirectory();
    const TiffBytes::Entry density = tiff.find(first, Density);
    constexpr quint16 fraction = 5;
    const double below = density.type == fraction ? tiff.number32(density.valueAt + 4) : 0;
    constexpr quint32 centimetres = 3;
    const double inInches = tiff.value(tiff.find(first, DensityUnit)) == centimetres ? 2.54 : 1;
    return below > 0 ? tiff.number32(density.valueAt) / below * inInches : 0;
}

bool hasMakerNotes(const QByteArray &exif)
{
    const TiffBytes tiff(exif);
    const qint64 details = tiff.value(tiff.find(tiff.firstDirectory(), ExifDirectory));
    return tiff.find(details, MakerNotes).tag != 0;
}

QByteArray exifPreview(const QByteArray &exif)
{
    const TiffBytes tiff(exif);
    const qint64 second = tiff.forEach(tiff.firstDirectory(), [](const TiffBytes::Entry &) {});
    const qint64 at = tiff.value(tiff.find(second, PreviewOffset));
    const qint64 length = tiff.value(tiff.find(second, PreviewLength));
    const QByteArray preview = at > 0 && at + length <= exif.size() ? exif.mid(at, length) : QByteArray();
    return preview.startsWith("\xff\xd8") ? preview : QByteArray();
}

QHash<QString, QString> exifFacts(const QByteArray &exif)
{
    const TiffBytes tiff(exif);
    const qint64 first = tiff.firstDirectory();
    const qint64 details = tiff.value(tiff.find(first, ExifDirectory));
    QHash<QString, QString> facts;
    const auto put = [&](const char *name, const QString &value) {
        if (!value.isEmpty()) {
            facts.insert(QString::fromLatin1(name), value);
        }
    };
    const QString make = tiff.text(tiff.find(first, Make));
    const QString model = tiff.text(tiff.find(first, Model));
    put("camera", model.startsWith(make) ? model : (make + u' ' + model).trimmed());
    const QString taken = tiff.text(tiff.find(details, DateTimeOriginal));
    put("taken", dateText(taken.isEmpty() ? tiff.text(tiff.find(first, DateTime)) : taken));
    put("copyright", tiff.text(tiff.find(first, Copyright)));
    put("artist", tiff.text(tiff.find(first, Artist)));
    put("place", tiff.find(first, GpsDirectory).tag != 0 ? QStringLiteral("yes") : QString());
    return facts;
}

QByteArray editedExif(const QByteArray &exif, const ExifEdit &edit)
{
    const TiffBytes tiff(exif);
    if (!tiff.isTiff() || tiff.firstDirectory() < 8 || tiff.firstDirectory() + 6 > exif.size()) {
        return {};
    }
    QByteArray bytes = exif;
    const qint64 first = tiff.firstDirectory();
    const qint64 details = tiff.value(tiff.find(first, ExifDirectory));
    if (edit.isUpright) {
        setNumber(bytes, tiff, tiff.find(first, Orientation), 1);
    }
    if (!edit.size.isEmpty()) {
        const auto width = static_cast<quint32>(edit.size.width());
        const auto height = static_cast<quint32>(edit.size.height());
        setNumber(bytes, tiff, tiff.find(first, ImageWidth), width);
        setNumber(bytes, tiff, tiff.find(first, ImageLength), height);
        setNumber(bytes, tiff, tiff.find(details, PixelWidth), width);
        setNumber(bytes, tiff, tiff.find(details, PixelHeight), height);
    }
    // Each takes an entry out. There is one, but for damaged files.
    while (edit.withoutPlace && (removePlace(bytes) || removeMakerNotes(bytes))) {}
    removePreview(bytes);
    return bytes;
}

} // namespace batchwright::worker
