#include "app/worker/oggend.h"

namespace batchwright::worker {

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

} // namespace batchwright::worker
