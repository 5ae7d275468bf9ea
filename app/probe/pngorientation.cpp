#include "app/probe/pngorientation.h"

#include <QFile>
#include <QtEndian>

namespace batchwright {

namespace {

/// Tag 0x0112 of the first directory of a TIFF block (TIFF 6.0, section 2): a short in the block's own byte order.
int orientationInExif(const QByteArray &exif)
{
    const bool isLittle = exif.startsWith("II");
    const auto read16 = [&](qsizetype at) -> quint16 {
        return at + 2 > exif.size() ? 0
               : isLittle           ? qFromLittleEndian<quint16>(exif.constData() + at)
                                    : qFromBigEndian<quint16>(exif.constData() + at);
    };
    const auto read32 = [&](qsizetype at) -> quint32 {
        return at + 4 > exif.size() ? 0
               : isLittle           ? qFromLittleEndian<quint32>(exif.constData() + at)
                                    : qFromBigEndian<quint32>(exif.constData() + at);
    };
    const qsizetype directory = read32(4);
    constexpr qsizetype entryBytes = 12;
    constexpr quint16 orientationTag = 0x0112;
    for (int entry = 0; entry < read16(directory); ++entry) {
        const qsizetype at = directory + 2 + entry * entryBytes;
        if (at + entryBytes > exif.size()) {
            break;
        }
        if (read16(at) == orientationTag) {
            const int orientation = read16(at + 8);
            return orientation >= 1 && orientation <= 8 ? orientation : 0;
        }
    }
    return 0;
}

} // namespace

int pngOrientation(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? pngOrientation(file) : 0;
}

int pngOrientation(QIODevice &file)
{
    constexpr qint64 signatureBytes = 8;
    constexpr qint64 chunkOverhead = 12; // length, name and checksum
    constexpr quint32 largestExif = 1024 * 1024;
    constexpr int mostChunks = 200'000; // a gigabyte in chunks of 8 KiB, the usual size, has 131,072
    qint64 at = signatureBytes;
    for (int chunk = 0; chunk < mostChunks && at + chunkOverhead <= file.size(); ++chunk) {
        file.seek(at);
        const QByteArray head = file.read(8);
        const quint32 length = head.size() == 8 ? qFromBigEndian<quint32>(head.constData()) : 0;
        if (head.size() < 8) {
            break;
        }
        if (head.endsWith("eXIf") && length <= largestExif) {
            return orientationInExif(file.read(length));
        }
        at += length + chunkOverhead;
    }
    return 0;
}

} // namespace batchwright
