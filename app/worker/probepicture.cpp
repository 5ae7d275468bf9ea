#include "app/worker/bitmap.h"
#include "app/worker/jpegreader.h"
#include "app/worker/picturesource.h"
#include "app/worker/probe.h"

#include <QtEndian>

#include <algorithm>

namespace batchwright::worker {

namespace {

void put(MediaInfo &info, const char *key, const QString &value)
{
    if (!value.isEmpty()) {
        info.more.insert(QString::fromLatin1(key), value);
    }
}

/// The description in a colour profile: "Display P3", "Adobe RGB (1998)".
QString profileName(const QByteArray &profile)
{
    const auto number = [&](qsizetype at) {
        return profile.size() >= at + 4 ? qFromBigEndian<quint32>(profile.constData() + at) : 0U;
    };
    constexpr quint32 mostTags = 100;
    for (quint32 i = 0; i < std::min(number(128), mostTags); ++i) {
        const qsizetype entry = 132 + 12 * static_cast<qsizetype>(i);
        if (profile.mid(entry, 4) != "desc") {
            continue;
        }
        const qsizetype at = number(entry + 4);
        const QByteArray type = profile.mid(at, 4);
        if (type == "desc") {
            const QByteArray text = profile.mid(at + 12, std::min<quint32>(number(at + 8), 200));
            return QString::fromLatin1(text.left(text.indexOf('\0'))).trimmed();
        }
        if (type == "mluc") {
            const QByteArray text =
                profile.mid(at + number(at + 24), std::min<quint32>(number(at + 20), 400));
            QString name;
            for (qsizetype k = 0; k + 1 < text.size(); k += 2) {
                name.append(QChar(qFromBigEndian<quint16>(text.constData() + k)));
            }
            return name.remove(QChar(u'\0')).trimmed();
        }
    }
    return {};
}

void takeMetadata(const Metadata &metadata, MediaInfo &info)
{
    const QHash<QString, QString> facts = exifFacts(metadata.exif);
    for (auto fact = facts.constBegin(); fact != facts.constEnd(); ++fact) {
        put(info, qPrintable(QStringLiteral("photo.") + fact.key()), *fact);
    }
    put(info, "color.profile", profileName(metadata.icc));
    put(info, "photo.hdr", metadata.hasGainMap ? QStringLiteral("1") : QString());
}

void damaged(MediaInfo &info, const Error &error)
{
    info.probe = ProbeState::Damaged;
    info.problem = error.detail.isEmpty()
                       ? error.sentence
                       : QStringLiteral("It cannot be read (%1).").arg(error.detail.left(300));
}

void probeJpeg(JpegReader &&reader, MediaInfo &info)
{
    const Result<JpegHeader> header = reader.readHeader();
    if (!header) {
        damaged(info, header.error());
        return;
    }
    info.probe = ProbeState::Known;
    info.width = header->size.width();
    info.height = header->size.height();
    info.orientation = exifOrientation(header->metadata.exif);
    put(info, "color.space",
        header->channels == 1   ? QStringLiteral("gray")
        : header->channels == 4 ? QStringLiteral("cmyk")
                                : QStringLiteral("srgb"));
    put(info, "color.depth", QStringLiteral("8"));
    takeMetadata(header->metadata, info);
}

QString spaceName(const vips::VImage &image)
{
    switch (image.interpretation()) {
    case VIPS_INTERPRETATION_CMYK:
        return QStringLiteral("cmyk");
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABS:
        return QStringLiteral("lab");
    default:
        return image.bands() < 3 ? QStringLiteral("gray") : QStringLiteral("srgb");
    }
}

/// PNG's header says all: nothing needs to be decoded.
bool probePng(const InputFile &file, MediaInfo &info)
{
    const QByteArray head = file.read(0, 29);
    if (head.size() < 29 || head.mid(12, 4) != "IHDR") {
        return false;
    }
    const auto width = qFromBigEndian<quint32>(head.constData() + 16);
    const auto height = qFromBigEndian<quint32>(head.constData() + 20);
    if (width == 0 || height == 0 || width > 0x7fffffff || height > 0x7fffffff) {
        return false;
    }
    info.probe = ProbeState::Known;
    info.width = static_cast<int>(std::min(width, 1'000'000'000U));
    info.height = static_cast<int>(std::min(height, 1'000'000'000U));
    const int type = static_cast<quint8>(head.at(25));
    const Metadata metadata = metadataOfPng(file);
    info.orientation = exifOrientation(metadata.exif);
    put(info, "color.space", type == 0 || type == 4 ? QStringLiteral("gray") : QStringLiteral("srgb"));
    put(info, "color.depth", QString::number(static_cast<quint8>(head.at(24))));
    put(info, "color.alpha", type >= 4 ? QStringLiteral("1") : QString());
    takeMetadata(metadata, info);
    return true;
}

} // namespace

void probePicture(const InputFile &file, const Request &request, MediaInfo &info)
{
    const QString format = pictureFormatOf(file);
    if (format == QLatin1String("jpeg")) {
        probeJpeg(JpegReader(file), info);
        return;
    }
    if (format == QLatin1String("png") && probePng(file, info)) {
        return;
    }
    if (format == QLatin1String("bmp")) {
        const QSize size = bitmapSize(file);
        info.probe = size.isEmpty() ? ProbeState::Damaged : ProbeState::Known;
        info.problem = size.isEmpty() ? QStringLiteral("The picture's header makes no sense.") : QString();
        info.width = std::min(std::max(0, size.width()), 1'000'000'000);
        info.height = std::min(std::max(0, size.height()), 1'000'000'000);
        put(info, "color.space", QStringLiteral("srgb"));
        put(info, "color.depth", QStringLiteral("8"));
        return;
    }
    if (format == QLatin1String("raw")) {
        const RawPreview preview = previewOfRaw(file);
        info.format = QStringLiteral("raw");
        if (!preview.jpeg.isEmpty()) {
            probeJpeg(JpegReader(preview.jpeg), info);
        }
        info.probe = ProbeState::Known;
        info.orientation = preview.orientation > 0 ? preview.orientation : std::max(1, info.orientation);
        Metadata metadata;
        metadata.exif = preview.exif;
        takeMetadata(metadata, info);
        return;
    }
    Request unlimited = request; // a header costs nothing, however large the picture
    unlimited.mostPixels = std::numeric_limits<qint64>::max();
    const Result<PictureSource> source = openPicture(file, unlimited, Frames::First);
    if (!source && source.error().kind == ErrorKind::NoPicture) {
        info.probe = ProbeState::NotAsked;
        info.problem = source.error().sentence;
        return;
    }
    if (!source) {
        damaged(info, source.error());
        return;
    }
    const vips::VImage &image = source->image;
    info.probe = ProbeState::Known;
    info.width = source->size.width();
    info.height = source->size.height();
    info.orientation = source->orientation;
    info.pages = source->pages;
    put(info, "color.space", spaceName(image));
    const int depth = image.get_typeof("heif-bitdepth") != 0 ? image.get_int("heif-bitdepth")
                      : image.format() == VIPS_FORMAT_UCHAR  ? 8
                      : image.format() == VIPS_FORMAT_USHORT ? 16
                                                             : 32;
    put(info, "color.depth", QString::number(depth));
    put(info, "color.alpha", image.has_alpha() ? QStringLiteral("1") : QString());
    takeMetadata(source->metadata, info);
}

} // namespace batchwright::worker
