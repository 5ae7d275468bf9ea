// Facts about one file. Plain values; any thread.
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace batchwright {

/// What a file is by its content; what a preset says it accepts.
enum class MediaKind { Photo, Video, Audio, Dicom, Text, Other };

constexpr MediaKind allMediaKinds[] = {MediaKind::Photo, MediaKind::Video, MediaKind::Audio,
                                       MediaKind::Dicom, MediaKind::Text,  MediaKind::Other};

/// The spelling in preset files: "photo", "video", "audio", "dicom", "text", "other".
QString mediaKindId(MediaKind kind);
/// For people: "photo" / "photos", "scan" / "scans" …
QString mediaKindText(MediaKind kind, qint64 count);

enum class ProbeState {
    NotAsked, ///< kind and size only; with a `problem`: nothing is installed that could be asked
    Known,    ///< all that the probe could find
    Damaged,  ///< the probe failed: `problem` says why
    Busy,     ///< the system was too busy to ask; worth another try
};

/// Kind, format and size are known from the moment a file is added; the rest after a probe.
/// Zero and empty mean unknown.
struct MediaInfo {
    MediaKind kind = MediaKind::Other;
    QString format;     ///< by content: "jpeg", "png", "matroska", "dicom", "plain" …
    QString formatText; ///< for people: "JPEG image"
    qint64 bytes = 0;
    qint64 modifiedNanoseconds = 0;

    ProbeState probe = ProbeState::NotAsked;
    QString problem; ///< one sentence, when Damaged or never asked
    int width = 0;   ///< pixels as displayed (rotation applied for videos; stored size for photos)
    int height = 0;
    int orientation = 1; ///< EXIF 1-8
    int pages = 1;       ///< frames of an animation, pages of a TIFF, frames of a scan
    qint64 durationMilliseconds = 0;
    qint64 audioMilliseconds = 0;     ///< length of the first audio stream where the container tells
    bool durationIsEstimated = false; ///< a guess from the bit rate: not to be used as a check
    double frameRate = 0;             ///< average frames per second
    QString videoCodec;
    QString audioCodec;
    bool hasCover = false;
    QHash<QString, QString> tags; ///< lower-case keys: artist, album, title, date, genre, track …
    /// Further facts by dotted name: "dicom.syntax", "dicom.windows" …; "warning" is a sentence for the row.
    QHash<QString, QString> more;

    /// "4032 × 3024", "1280 × 720 · 0:10 · h264, aac" …: the facts column. Empty when nothing is known.
    QString summary() const;
    /// A fact by its preset name: "kind", "format", "width", "height", "pages", "duration" (seconds),
    /// "video.codec", "audio.codec", "tag.<key>" or a key of `more`. Empty when unknown.
    QString fact(const QString &name) const;
};

} // namespace batchwright
