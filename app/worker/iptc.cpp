#include "app/worker/iptc.h"

#include <QtEndian>

#include <algorithm>
#include <functional>

namespace batchwright::worker {

namespace {

enum Resource : quint16 {
    Captions = 0x0404,
    OldPreview = 0x0409,
    Preview = 0x040c,
    FirstExif = 0x0422,
    SecondExif = 0x0423,
    Xmp = 0x0424,
    CaptionsDigest = 0x0425, // by which programs see that the captions were changed by others
};

quint16 big16(const QByteArray &bytes, qsizetype at)
{
    return bytes.size() >= at + 2 ? qFromBigEndian<quint16>(bytes.constData() + at) : 0;
}

quint32 big32(const QByteArray &bytes, qsizetype at)
{
    return bytes.size() >= at + 4 ? qFromBigEndian<quint32>(bytes.constData() + at) : 0;
}

struct Block {
    qsizetype at = 0; ///< of all of it
    qsizetype end = 0;
    quint16 id = 0;
    qsizetype contentAt = 0;
    qsizetype contentLength = 0;
};

/// Gives where it could not read on; the end when all was read.
qsizetype forEachBlock(const QByteArray &resources, const std::function<void(const Block &)> &visit)
{
    qsizetype at = 0;
    while (at + 12 <= resources.size() && resources.mid(at, 4) == "8BIM") {
        Block block;
        block.at = at;
        block.id = big16(resources, at + 4);
        const qsizetype nameLength = static_cast<quint8>(resources.at(at + 6));
        const qsizetype lengthAt = at + 6 + ((1 + nameLength + 1) & ~qsizetype(1));
        block.contentAt = lengthAt + 4;
        block.contentLength = big32(resources, lengthAt);
        if (block.contentAt + block.contentLength > resources.size()) {
            break;
        }
        block.end = std::min<qsizetype>(resources.size(),
                                        block.contentAt + ((block.contentLength + 1) & ~qsizetype(1)));
        visit(block);
        at = block.end;
    }
    return at;
}

bool isPlaceField(quint8 record, quint8 field)
{
    // Content location (code and name), city, sub-location, state, country (code and name).
    static constexpr quint8 fields[]{26, 27, 90, 92, 95, 100, 101};
    return record == 2 && std::find(std::begin(fields), std::end(fields), field) != std::end(fields);
}

QByteArray withoutPlace(const QByteArray &captions)
{
    QByteArray kept;
    qsizetype at = 0;
    while (at + 5 <= captions.size() && captions.at(at) == 0x1c) {
        const auto record = static_cast<quint8>(captions.at(at + 1));
        const auto field = static_cast<quint8>(captions.at(at + 2));
        const quint16 length = big16(captions, at + 3);
        constexpr quint16 isLong = 0x8000; // the length stands behind, in four bytes
        const bool hasLongLength = (length & isLong) != 0;
        if (hasLongLength && length != (isLong | 4)) {
            break;
        }
        const qsizetype begin = at + 5 + (hasLongLength ? 4 : 0);
        const qsizetype end = begin + (hasLongLength ? qsizetype(big32(captions, at + 5)) : length);
        if (end > captions.size()) {
            break;
        }
        if (!isPlaceField(record, field)) {
            kept += captions.mid(at, end - at);
        }
        at = end;
    }
    return kept;
}

QByteArray blockOf(quint16 id, const QByteArray &content)
{
    QByteArray head("8BIM\0\0\0\0\0\0\0\0", 12); // with an empty name
    qToBigEndian(id, head.data() + 4);
    qToBigEndian(static_cast<quint32>(content.size()), head.data() + 8);
    return head + content + QByteArray(content.size() & 1, '\0');
}

} // namespace

QByteArray editedResources(const QByteArray &resources, PlaceRule place)
{
    QByteArray kept;
    const qsizetype end = forEachBlock(resources, [&](const Block &block) {
        const bool isPreview = block.id == OldPreview || block.id == Preview;
        const bool tellsPlace =
            block.id == FirstExif || block.id == SecondExif || block.id == Xmp || block.id == CaptionsDigest;
        if (isPreview || (tellsPlace && place == PlaceRule::Remove)) {
            return;
        }
        kept += block.id == Captions && place == PlaceRule::Remove
                    ? blockOf(Captions, withoutPlace(resources.mid(block.contentAt, block.contentLength)))
                    : resources.mid(block.at, block.end - block.at);
    });
    return place == PlaceRule::Remove ? kept : kept + resources.mid(end);
}

QByteArray resourcesFromCaptions(const QByteArray &captions)
{
    return captions.startsWith('\x1c') ? blockOf(Captions, captions) : QByteArray();
}

bool hasCaptions(const QByteArray &resources)
{
    bool isThere = false;
    forEachBlock(resources, [&](const Block &block) {
        isThere = isThere || (block.id == Captions && block.contentLength > 0);
    });
    return isThere;
}

} // namespace batchwright::worker
