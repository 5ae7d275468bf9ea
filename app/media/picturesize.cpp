#include "app/media/picturesize.h"

#include <QByteArray>
#include <QFile>

#include <algorithm>
#include <limits>

namespace batchwright {

namespace {

quint32 big(const QByteArray &bytes, qsizetype at, int count)
{
    quint32 value = 0;
    for (qsizetype index = at; index < at + count; ++index) {
        value = value << 8 | static_cast<quint8>(bytes.at(index));
    }
    return value;
}

quint32 little(const QByteArray &bytes, qsizetype at, int count)
{
    quint32 value = 0;
    for (qsizetype index = at + count - 1; index >= at; --index) {
        value = value << 8 | static_cast<quint8>(bytes.at(index));
    }
    return value;
}

/// A header may claim any number.
QSize size(quint32 width, quint32 height)
{
    constexpr quint32 most = std::numeric_limits<int>::max();
    return {static_cast<int>(std::min(width, most)), static_cast<int>(std::min(height, most))};
}

/// Goes from marker to marker until the frame header (ITU-T T.81, B.2.2), over previews and profiles of any length.
std::optional<QSize> jpegSize(QFile &file)
{
    qint64 at = 2;
    for (;;) {
        if (!file.seek(at)) {
            return std::nullopt;
        }
        const QByteArray head = file.read(9);
        if (head.size() < 9 || head.at(0) != '\xff') {
            return std::nullopt;
        }
        const auto marker = static_cast<quint8>(head.at(1));
        if (marker == 0xff) {
            ++at; // filling
            continue;
        }
        // C0 to CF are frame headers, but for Huffman tables (C4), an extension (C8) and arithmetic coding (CC).
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            return size(big(head, 7, 2), big(head, 5, 2));
        }
        at += 2 + qint64{big(head, 2, 2)};
    }
}

std::optional<QSize> webpSize(const QByteArray &head)
{
    if (head.size() < 30) {
        return std::nullopt;
    }
    const QByteArray chunk = head.mid(12, 4);
    if (chunk == "VP8X") {
        return size(little(head, 24, 3) + 1, little(head, 27, 3) + 1);
    }
    if (chunk == "VP8L") {
        const quint32 bits = little(head, 21, 4);
        return size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    }
    if (chunk == "VP8 " && head.mid(23, 3) == QByteArray("\x9d\x01\x2a", 3)) {
        return size(little(head, 26, 2) & 0x3fff, little(head, 28, 2) & 0x3fff);
    }
    return std::nullopt;
}

} // namespace

std::optional<QSize> pictureSize(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? pictureSize(file) : std::nullopt;
}

std::optional<QSize> pictureSize(QFile &file)
{
    const QByteArray head = file.seek(0) ? file.read(32) : QByteArray();
    if (head.startsWith("\xff\xd8")) {
        return jpegSize(file);
    }
    if (head.startsWith("\x89PNG\r\n\x1a\n") && head.size() >= 24 && head.mid(12, 4) == "IHDR") {
        return size(big(head, 16, 4), big(head, 20, 4));
    }
    if (head.startsWith("GIF8") && head.size() >= 10) {
        return size(little(head, 6, 2), little(head, 8, 2));
    }
    if (head.startsWith("RIFF") && head.mid(8, 4) == "WEBP") {
        return webpSize(head);
    }
    // The height of a BMP is negative when its rows go from top to bottom.
    if (head.startsWith("BM") && head.size() >= 26 && little(head, 14, 4) >= 40) {
        const auto height = static_cast<qint32>(little(head, 22, 4));
        return size(little(head, 18, 4),
                    height < 0 ? 0 - static_cast<quint32>(height) : static_cast<quint32>(height));
    }
    return std::nullopt;
}

} // namespace batchwright
