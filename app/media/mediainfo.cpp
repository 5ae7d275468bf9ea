#include "app/media/mediainfo.h"

#include "app/base/humantext.h"

#include <iterator>

namespace batchwright {

QString mediaKindId(MediaKind kind)
{
    static constexpr const char *ids[] = {"photo", "video", "audio", "dicom", "text", "other"};
    static_assert(std::size(ids) == std::size(allMediaKinds));
    return QString::fromLatin1(ids[static_cast<int>(kind)]);
}

QString mediaKindText(MediaKind kind, qint64 count)
{
    static constexpr const char *singular[] = {"photo", "video", "sound file", "scan", "text", "other file"};
    static constexpr const char *plural[] = {"photos", "videos", "sound files",
                                             "scans",  "texts",  "other files"};
    return QString::fromLatin1((count == 1 ? singular : plural)[static_cast<int>(kind)]);
}

QString MediaInfo::summary() const
{
    if (probe == ProbeState::Damaged) {
        return problem;
    }
    QStringList parts;
    if (width > 0 && height > 0) {
        parts.append(QStringLiteral("%1 × %2").arg(width).arg(height));
    }
    if (pages > 1) {
        parts.append(countText(pages, QStringLiteral("picture"), QStringLiteral("pictures")));
    }
    if (durationMilliseconds > 0) {
        parts.append(durationText(durationMilliseconds));
    }
    QStringList codecs;
    for (const QString &codec : {videoCodec, audioCodec}) {
        if (!codec.isEmpty()) {
            codecs.append(codec);
        }
    }
    if (!codecs.isEmpty()) {
        parts.append(codecs.join(QStringLiteral(", ")));
    }
    return parts.isEmpty() ? formatText : parts.join(QStringLiteral(" · "));
}

QString MediaInfo::fact(const QString &name) const
{
    const auto number = [](auto value) { return value > 0 ? QString::number(value) : QString(); };
    if (name.startsWith(QLatin1String("tag."))) {
        return tags.value(name.mid(4));
    }
    if (name == QLatin1String("kind")) {
        return mediaKindId(kind);
    }
    if (name == QLatin1String("format")) {
        return format;
    }
    if (name == QLatin1String("width")) {
        return number(width);
    }
    if (name == QLatin1String("height")) {
        return number(height);
    }
    if (name == QLatin1String("pages")) {
        return number(pages);
    }
    if (name == QLatin1String("orientation")) {
        return number(orientation);
    }
    if (name == QLatin1String("duration")) {
        return durationMilliseconds > 0
                   ? QString::number(static_cast<double>(durationMilliseconds) / 1000, 'f', 3)
                   : QString();
    }
    if (name == QLatin1String("video.codec")) {
        return videoCodec;
    }
    if (name == QLatin1String("audio.codec")) {
        return audioCodec;
    }
    if (name == QLatin1String("cover")) {
        return hasCover ? QStringLiteral("1") : QString();
    }
    return more.value(name);
}

} // namespace batchwright
