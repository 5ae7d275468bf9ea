#include "app/worker/metadata.h"

#include "app/worker/iptc.h"

#include <QtEndian>

#include <algorithm>

#include <zlib.h>

namespace batchwright::worker {

namespace {

constexpr qint64 mostBytes = 16 * 1024 * 1024; // of one piece of metadata; profiles of printers have two
constexpr int mostTexts = 200;
constexpr qsizetype mostTextBytes = 1024 * 1024;
constexpr int mostPieces = 100'000; // of one file

quint32 big32(const QByteArray &bytes, qsizetype at)
{
    return bytes.size() >= at + 4 ? qFromBigEndian<quint32>(bytes.constData() + at) : 0;
}

/// At most mostBytes, whatever the packed bytes claim.
QByteArray unpacked(const QByteArray &packed)
{
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) {
        return {};
    }
    QByteArray bytes;
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.constData()));
    stream.avail_in = static_cast<uInt>(packed.size());
    char part[16 * 1024];
    int state = Z_OK;
    while (state == Z_OK && bytes.size() < mostBytes) {
        stream.next_out = reinterpret_cast<Bytef *>(part);
        stream.avail_out = sizeof part;
        state = inflate(&stream, Z_NO_FLUSH);
        bytes.append(part, static_cast<qsizetype>(sizeof part - stream.avail_out));
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END ? bytes : QByteArray();
}

/// "\nexif\n   1234\n4578…": what ImageMagick writes.
QByteArray fromHexProfile(const QByteArray &text)
{
    const qsizetype length = text.indexOf('\n', text.indexOf('\n', 1) + 1);
    QByteArray bytes = QByteArray::fromHex(text.mid(length + 1));
    if (bytes.startsWith(QByteArray("Exif\0\0", 6))) {
        bytes.remove(0, 6);
    }
    return length < 0 ? QByteArray() : bytes;
}

void takeHexProfile(const QByteArray &kind, const QByteArray &text, Metadata &metadata)
{
    if ((kind == "exif" || kind == "APP1") && metadata.exif.isEmpty()) {
        metadata.exif = fromHexProfile(text);
    } else if (kind == "xmp" && metadata.xmp.isEmpty()) {
        metadata.xmp = fromHexProfile(text);
    } else if ((kind == "iptc" || kind == "8bim") && metadata.iptc.isEmpty()) {
        const QByteArray bytes = fromHexProfile(text);
        metadata.iptc = bytes.startsWith("8BIM") ? bytes : resourcesFromCaptions(bytes);
    }
}

void takePngText(const QByteArray &type, const QByteArray &content, Metadata &metadata)
{
    const qsizetype name = content.indexOf('\0');
    const QByteArray key = content.left(name);
    if (type == "iTXt" && key == "XML:com.adobe.xmp") {
        const bool isPacked = content.mid(name + 1, 1) == QByteArray(1, '\1');
        const qsizetype language = content.indexOf('\0', name + 3);
        const qsizetype translation = language < 0 ? -1 : content.indexOf('\0', language + 1);
        if (translation > 0) {
            const QByteArray text = content.mid(translation + 1);
            metadata.xmp = isPacked ? unpacked(text) : text;
        }
    } else if (name >= 0 && key.startsWith("Raw profile type ")) {
        takeHexProfile(key.mid(17), type == "zTXt" ? unpacked(content.mid(name + 2)) : content.mid(name + 1),
                       metadata);
    } else if (name > 0 && metadata.pngTexts.size() < mostTexts && content.size() <= mostTextBytes) {
        metadata.pngTexts.append(type + content);
    }
}

} // namespace

Metadata metadataOfPng(const InputFile &file)
{
    Metadata metadata;
    qint64 at = 8;
    for (int i = 0; i < mostPieces && at + 12 <= file.size(); ++i) {
        const QByteArray head = file.read(at, 8);
        const quint32 length = big32(head, 0);
        const QByteArray type = head.mid(4, 4);
        if (length > 0x7fffffff || type == "IEND" || head.size() < 8) {
            break;
        }
        const bool isWanted = type == "eXIf" || type == "iTXt" || type == "zTXt" || type == "tEXt"
                              || type == "pHYs" || type == "iCCP" || type == "acTL";
        if (isWanted && length <= mostBytes) {
            const QByteArray content = file.read(at + 8, length);
            if (type == "eXIf") {
                metadata.exif = content.startsWith(QByteArray("Exif\0\0", 6)) ? content.mid(6) : content;
            } else if (type == "iCCP") {
                metadata.icc = unpacked(content.mid(content.indexOf('\0') + 2));
            } else if (type == "acTL") {
                constexpr quint32 mostFrames = 1'000'000;
                metadata.pictures = static_cast<int>(std::clamp(big32(content, 0), 1U, mostFrames));
            } else if (type == "pHYs" && content.size() == 9 && content.at(8) == 1) {
                metadata.density = big32(content, 0) * 0.0254;
            } else {
                takePngText(type, content, metadata);
            }
        }
        at += 12LL + length;
    }
    return metadata;
}

Metadata metadataOfWebp(const InputFile &file)
{
    Metadata metadata;
    qint64 at = 12;
    for (int i = 0; i < mostPieces && at + 8 <= file.size(); ++i) {
        const QByteArray head = file.read(at, 8);
        if (head.size() < 8) {
            break;
        }
        const auto length = qFromLittleEndian<quint32>(head.constData() + 4);
        const QByteArray type = head.left(4);
        if ((type == "EXIF" || type == "XMP " || type == "ICCP") && length <= mostBytes) {
            const QByteArray content = file.read(at + 8, length);
            if (type == "EXIF") {
                metadata.exif = content.startsWith(QByteArray("Exif\0\0", 6)) ? content.mid(6) : content;
            } else {
                (type == "XMP " ? metadata.xmp : metadata.icc) = content;
            }
        }
        at += 8LL + length + (length & 1);
    }
    return metadata;
}

Metadata metadataOfJxl(const InputFile &file)
{
    Metadata metadata;
    qint64 at = 0;
    for (int i = 0; i < mostPieces && at + 8 <= file.size(); ++i) {
        const QByteArray head = file.read(at, 16);
        const quint32 length = big32(head, 0);
        const QByteArray type = head.mid(4, 4);
        if (length < 8) {
            break; // 0: to the end of the file, and 1: longer than 4 GB: the picture
        }
        metadata.hasGainMap = metadata.hasGainMap || type == "jhgm";
        if ((type == "Exif" || type == "xml ") && length <= mostBytes) {
            const QByteArray content = file.read(at + 8, length - 8);
            if (type == "Exif") {
                metadata.exif =
                    content.mid(4 + static_cast<qsizetype>(std::min<quint32>(big32(content, 0), 64)));
            } else {
                metadata.xmp = content;
            }
        }
        at += length;
    }
    return metadata;
}

} // namespace batchwright::worker
