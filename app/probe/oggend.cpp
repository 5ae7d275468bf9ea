#include "app/probe/oggend.h"

#include <QFile>

#include <algorithm>

namespace batchwright {

OggEnd findOggEnd(const QString &path)
{
    constexpr qint64 largestPage =
        65307; // RFC 3533: 27 bytes of header, 255 segment lengths, 255 × 255 bytes
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return OggEnd::Unknown;
    }
    file.seek(std::max<qint64>(0, file.size() - 2 * largestPage));
    return oggEndOf(file.readAll());
}

OggEnd oggEndOf(const QByteArray &tail)
{
    constexpr qsizetype flagsAt = 5;
    constexpr qsizetype segmentCountAt = 26;
    constexpr char endOfStream = 4;
    const qsizetype page = tail.lastIndexOf("OggS");
    if (page < 0) {
        return OggEnd::Unknown;
    }
    if (tail.size() < page + segmentCountAt + 1) {
        return OggEnd::Cut;
    }
    const auto segments = static_cast<quint8>(tail.at(page + segmentCountAt));
    qsizetype end = page + segmentCountAt + 1 + segments;
    if (tail.size() < end) {
        return OggEnd::Cut;
    }
    for (int segment = 0; segment < segments; ++segment) {
        end += static_cast<quint8>(tail.at(page + segmentCountAt + 1 + segment));
    }
    if (tail.size() < end) {
        return OggEnd::Cut;
    }
    return (tail.at(page + flagsAt) & endOfStream) != 0 ? OggEnd::Whole : OggEnd::NotMarked;
}

} // namespace batchwright
