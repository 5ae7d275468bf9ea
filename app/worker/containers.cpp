#include "app/worker/containers.h"

#include <QtEndian>

#include <zlib.h>

namespace batchwright::worker {

namespace {

QByteArray big32(quint32 number)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(number, bytes.data());
    return bytes;
}

QByteArray little(quint32 number, int length)
{
    QByteArray bytes(4, '\0');
    qToLittleEndian(number, bytes.data());
    return bytes.left(length);
}

QByteArray pngChunk(const char *type, const QByteArray &content)
{
    const QByteArray body = QByteArray(type, 4) + content;
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef *>(body.constData()), static_cast<uInt>(body.size()));
    return big32(static_cast<quint32>(content.size())) + body + big32(static_cast<quint32>(sum));
}

QByteArray webpChunk(const char *type, const QByteArray &content)
{
    return QByteArray(type, 4) + little(static_cast<quint32>(content.size()), 4) + content
           + QByteArray(content.size() & 1, '\0');
}

/// All chunks but metadata: libvips writes an EXIF of its own where there was none.
QByteArray pictureChunks(const QByteArray &webp)
{
    QByteArray kept;
    for (qsizetype at = 12; at + 8 <= webp.size();) {
        const auto length = static_cast<qsizetype>(qFromLittleEndian<quint32>(webp.constData() + at + 4));
        const qsizetype whole = 8 + length + (length & 1);
        const QByteArray type = webp.mid(at, 4);
        if (type != "EXIF" && type != "XMP " && type != "ICCP") {
            kept += webp.mid(at, whole);
        }
        at += whole;
    }
    return kept;
}

QByteArray box(const char *type, const QByteArray &content)
{
    return big32(static_cast<quint32>(content.size() + 8)) + QByteArray(type, 4) + content;
}

} // namespace

QByteArray pngMetadata(const Metadata &metadata)
{
    QByteArray chunks;
    if (!metadata.exif.isEmpty()) {
        chunks += pngChunk("eXIf", metadata.exif);
    }
    if (!metadata.xmp.isEmpty()) {
        chunks += pngChunk("iTXt", QByteArray("XML:com.adobe.xmp\0\0\0\0\0", 22) + metadata.xmp);
    }
    for (const QByteArray &text : metadata.pngTexts) {
        chunks += pngChunk(text.left(4).constData(), text.mid(4));
    }
    if (!metadata.comment.isEmpty()) {
        chunks += pngChunk("iTXt", QByteArray("Comment\0\0\0\0\0", 12)
                                       + QString::fromUtf8(metadata.comment).remove(QChar(u'\0')).toUtf8());
    }
    return chunks;
}

QByteArray webpWithMetadata(const QByteArray &webp, const Metadata &metadata, const QSize &size,
                            bool hasAlpha)
{
    if (webp.size() < 20) {
        return webp;
    }
    enum Flag : quint8 { Xmp = 0x04, Exif = 0x08, Alpha = 0x10, Profile = 0x20 };
    quint8 flags = 0;
    QByteArray chunks = pictureChunks(webp);
    QByteArray header;
    if (chunks.startsWith("VP8X")) {
        header = chunks.mid(8, 10);
        flags = static_cast<quint8>(header.at(0)) & ~(Xmp | Exif | Profile);
        chunks.remove(0, 18);
    } else {
        header = little(0, 4) + little(static_cast<quint32>(size.width() - 1), 3)
                 + little(static_cast<quint32>(size.height() - 1), 3);
        flags = hasAlpha ? Alpha : 0;
    }
    QByteArray tail;
    if (!metadata.exif.isEmpty()) {
        flags |= Exif;
        tail += webpChunk("EXIF", metadata.exif);
    }
    if (!metadata.xmp.isEmpty()) {
        flags |= Xmp;
        tail += webpChunk("XMP ", metadata.xmp);
    }
    QByteArray profile;
    if (!metadata.icc.isEmpty()) {
        flags |= Profile;
        profile = webpChunk("ICCP", metadata.icc);
    }
    header[0] = static_cast<char>(flags);
    const QByteArray body = "WEBP" + webpChunk("VP8X", header) + profile + chunks + tail;
    return "RIFF" + little(static_cast<quint32>(body.size()), 4) + body;
}

QByteArray jxlWithMetadata(const QByteArray &jxl, const Metadata &metadata)
{
    if (metadata.exif.isEmpty() && metadata.xmp.isEmpty()) {
        return jxl;
    }
    QByteArray boxes;
    if (!metadata.exif.isEmpty()) {
        boxes += box("Exif", QByteArray(4, '\0') + metadata.exif);
    }
    if (!metadata.xmp.isEmpty()) {
        boxes += box("xml ", metadata.xmp);
    }
    const QByteArray signature("\0\0\0\x0cJXL \r\n\x87\n", 12);
    if (!jxl.startsWith(signature)) {
        return signature + box("ftyp", QByteArray("jxl \0\0\0\0jxl ", 12)) + boxes + box("jxlc", jxl);
    }
    // It has boxes already; ours go behind the second one, which names the type.
    const qsizetype afterType = 12 + static_cast<qsizetype>(qFromBigEndian<quint32>(jxl.constData() + 12));
    return jxl.left(afterType) + boxes + jxl.mid(afterType);
}

} // namespace batchwright::worker
