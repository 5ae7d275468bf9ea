#include "app/probe/proberparsers.h"

#include "app/base/humantext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

/// A stranger's file may say that it is 1e300 pixels wide or "nan" seconds long: that is unknown, and 0.
double plausible(double number)
{
    constexpr double most = 1e9; // pixels, seconds (thirty years), frames a second
    return std::isfinite(number) && std::abs(number) <= most ? number : 0;
}

int countOf(const QString &text)
{
    return std::max(0, text.toInt());
}

/// EXIF orientation 1-8; everything else is upright.
int orientationOf(const QString &text)
{
    const int orientation = text.toInt();
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/// ffprobe writes most numbers as texts.
double numberOf(const QJsonObject &object, const char *key)
{
    return plausible(object.value(QLatin1String(key)).toVariant().toString().toDouble());
}

QString textOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

/// "00:00:01.120000000", Matroska's own length of a stream.
double secondsFromClock(const QString &text)
{
    double seconds = 0;
    for (const QString &part : text.split(u':')) {
        seconds = plausible(seconds * 60 + part.toDouble());
    }
    return std::max(0.0, seconds);
}

double frameRateOf(const QString &fraction)
{
    const QStringList parts = fraction.split(u'/');
    const double divisor = parts.value(1, QStringLiteral("1")).toDouble();
    return divisor > 0 ? std::max(0.0, plausible(parts.first().toDouble() / divisor)) : 0;
}

double streamSeconds(const QJsonObject &stream)
{
    const double seconds = numberOf(stream, "duration");
    return seconds > 0 ? seconds
                       : secondsFromClock(textOf(stream.value(QLatin1String("tags")).toObject(), "DURATION"));
}

void takeTags(const QJsonObject &tags, MediaInfo &info)
{
    // Ten megabytes of text in one tag are an attack or an accident; nobody reads them.
    constexpr int longestTag = 1000;
    for (auto tag = tags.constBegin(); tag != tags.constEnd(); ++tag) {
        const QString key = tag.key().toLower();
        if (!info.tags.contains(key)) {
            info.tags.insert(key, tag->toString().left(longestTag));
        }
    }
}

/// "3/12" is track 3 of 12.
void splitTrackNumber(MediaInfo &info)
{
    const QString track = info.tags.value(QStringLiteral("track"));
    if (track.contains(u'/')) {
        info.tags.insert(QStringLiteral("track"), track.section(u'/', 0, 0));
        info.tags.insert(QStringLiteral("tracktotal"), track.section(u'/', 1, 1));
    }
}

void takeVideo(const QJsonObject &stream, MediaInfo &info)
{
    info.videoCodec = textOf(stream, "codec_name");
    info.width = std::max(0, static_cast<int>(numberOf(stream, "width")));
    info.height = std::max(0, static_cast<int>(numberOf(stream, "height")));
    info.frameRate = frameRateOf(textOf(stream, "avg_frame_rate"));
    info.more.insert(QStringLiteral("color.transfer"), textOf(stream, "color_transfer"));
    for (const QJsonValue &side : stream.value(QLatin1String("side_data_list")).toArray()) {
        const int rotation = static_cast<int>(numberOf(side.toObject(), "rotation"));
        if (rotation != 0) {
            info.more.insert(QStringLiteral("rotation"), QString::number(rotation));
        }
        if (rotation % 180 != 0) {
            std::swap(info.width, info.height);
        }
    }
}

void takeAudio(const QJsonObject &stream, MediaInfo &info)
{
    info.audioCodec = textOf(stream, "codec_name");
    info.audioMilliseconds = std::llround(streamSeconds(stream) * 1000);
    QString bits = textOf(stream, "bits_per_raw_sample");
    if (bits.isEmpty() && numberOf(stream, "bits_per_sample") > 0) {
        bits = QString::number(numberOf(stream, "bits_per_sample"));
    }
    info.more.insert(QStringLiteral("audio.bits"), bits);
    info.more.insert(QStringLiteral("audio.sampleFormat"), textOf(stream, "sample_fmt"));
    info.more.insert(QStringLiteral("audio.rate"), textOf(stream, "sample_rate"));
    info.more.insert(QStringLiteral("audio.channels"), QString::number(numberOf(stream, "channels")));
    // In Ogg the tags belong to the stream.
    takeTags(stream.value(QLatin1String("tags")).toObject(), info);
}

/// The lengths of the streams that people see and hear.
struct StreamLengths {
    double longest = 0;     ///< seconds
    bool isComplete = true; ///< every one of them is known
};

void takeStream(const QJsonObject &stream, MediaInfo &info, StreamLengths &lengths)
{
    const QString type = textOf(stream, "codec_type");
    const bool isCover =
        stream.value(QLatin1String("disposition")).toObject().value(QLatin1String("attached_pic")).toInt()
        != 0;
    if (type == QLatin1String("video") && isCover) {
        info.hasCover = true;
        return;
    }
    if (type == QLatin1String("video") && info.videoCodec.isEmpty()) {
        takeVideo(stream, info);
    } else if (type == QLatin1String("audio") && info.audioCodec.isEmpty()) {
        takeAudio(stream, info);
    } else if (type == QLatin1String("subtitle")) {
        static const QStringList pictures{QStringLiteral("hdmv_pgs_subtitle"), QStringLiteral("dvd_subtitle"),
                                          QStringLiteral("dvb_subtitle"), QStringLiteral("xsub")};
        const bool isText = !pictures.contains(textOf(stream, "codec_name"));
        info.more.insert(isText ? QStringLiteral("subtitle.text") : QStringLiteral("subtitle.picture"),
                         QStringLiteral("1"));
    }
    if (type == QLatin1String("video") || type == QLatin1String("audio")) {
        lengths.longest = std::max(lengths.longest, streamSeconds(stream));
        lengths.isComplete = lengths.isComplete && streamSeconds(stream) > 0;
    }
}

} // namespace

void parseFfprobe(const QByteArray &json, const QByteArray &errors, MediaInfo &info)
{
    // The tags of odd files are not UTF-8, and then the whole document would be refused.
    const QJsonObject document = QJsonDocument::fromJson(QString::fromUtf8(json).toUtf8()).object();
    const QJsonArray streams = document.value(QLatin1String("streams")).toArray();
    const QJsonObject format = document.value(QLatin1String("format")).toObject();
    info.probe = ProbeState::Known;
    takeTags(format.value(QLatin1String("tags")).toObject(), info);
    StreamLengths lengths;
    for (const QJsonValue &stream : streams) {
        takeStream(stream.toObject(), info, lengths);
    }
    // The container's own length counts subtitles, which may go on after the film.
    const bool streamsTell = lengths.isComplete && lengths.longest > 0;
    const double seconds =
        streamsTell || numberOf(format, "duration") <= 0 ? lengths.longest : numberOf(format, "duration");
    info.durationMilliseconds = std::llround(seconds * 1000);
    // Some recorders write a length that nobody could fit into the file; a real video needs more than this.
    constexpr double leastBitRate = 500; // bits per second
    const bool isAbsurd = !info.videoCodec.isEmpty() && seconds > 0
                          && static_cast<double>(info.bytes) * 8 / seconds < leastBitRate;
    if (isAbsurd) {
        info.durationMilliseconds = 0;
    }
    info.durationIsEstimated = isAbsurd || errors.contains("Estimating duration from bitrate");
    splitTrackNumber(info);
    info.more.insert(QStringLiteral("creation_time"), info.tags.value(QStringLiteral("creation_time")));
    info.more.insert(QStringLiteral("container"), textOf(format, "format_name"));
    if (info.videoCodec.isEmpty() && info.audioCodec.isEmpty()) {
        info.probe = ProbeState::Damaged;
        const QString reason = withoutSpeaker(QString::fromUtf8(errors).section(u'\n', 0, 0)).trimmed();
        info.problem = reason.isEmpty() ? QStringLiteral("It holds neither video nor sound.")
                                        : QStringLiteral("It cannot be read (%1).").arg(reason);
    } else if (info.videoCodec.isEmpty() && info.kind == MediaKind::Video) {
        info.kind = MediaKind::Audio;
    } else if (!info.videoCodec.isEmpty() && info.kind == MediaKind::Audio) {
        info.kind = MediaKind::Video;
    }
}

bool parseIdentify(const QByteArray &output, MediaInfo &info)
{
    static const QStringList orientations{QStringLiteral("TopLeft"),     QStringLiteral("TopRight"),
                                          QStringLiteral("BottomRight"), QStringLiteral("BottomLeft"),
                                          QStringLiteral("LeftTop"),     QStringLiteral("RightTop"),
                                          QStringLiteral("RightBottom"), QStringLiteral("LeftBottom")};
    const QStringList words = QString::fromUtf8(output).section(u'\n', 0, 0).split(u' ');
    if (words.size() < 4 || words.at(0).toInt() <= 0 || words.at(1).toInt() <= 0) {
        return false;
    }
    info.probe = ProbeState::Known;
    info.width = words.at(0).toInt();
    info.height = words.at(1).toInt();
    info.orientation = std::max(1, static_cast<int>(orientations.indexOf(words.at(2))) + 1);
    info.pages = std::max(1, words.at(3).toInt());
    info.more.insert(QStringLiteral("color.space"), words.value(4).toLower());
    return true;
}

bool parseVipsheader(const QByteArray &output, MediaInfo &info)
{
    QHash<QString, QString> fields;
    for (const QString &line : QString::fromUtf8(output).split(u'\n')) {
        const qsizetype colon = line.indexOf(u':');
        if (colon > 0) {
            fields.insert(line.left(colon), line.mid(colon + 1).trimmed());
        }
    }
    info.width = fields.value(QStringLiteral("width")).toInt();
    info.height = fields.value(QStringLiteral("height")).toInt();
    info.orientation = orientationOf(fields.value(QStringLiteral("orientation")));
    info.pages = std::max(1, fields.value(QStringLiteral("n-pages")).toInt());
    info.probe = ProbeState::Known;
    return info.width > 0 && info.height > 0;
}

void parseDcmdump(const QByteArray &output, MediaInfo &info)
{
    // (0028,0010) US 128                                      #   2, 1 Rows
    static const QRegularExpression line(QStringLiteral("^\\((\\w{4},\\w{4})\\) \\w\\w (.*?)\\s*#"),
                                         QRegularExpression::MultilineOption);
    QHash<QString, QString> values;
    for (auto matches = line.globalMatch(QString::fromLatin1(output)); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        QString value = match.captured(2).trimmed();
        if (value.startsWith(u'[') && value.endsWith(u']')) {
            value = value.mid(1, value.size() - 2).trimmed();
        }
        if (!values.contains(match.captured(1)) && !value.startsWith(QLatin1String("(no value"))) {
            values.insert(match.captured(1), value);
        }
    }
    info.probe = ProbeState::Known;
    info.height = countOf(values.value(QStringLiteral("0028,0010")));
    info.width = countOf(values.value(QStringLiteral("0028,0011")));
    info.pages = std::max(1, values.value(QStringLiteral("0028,0008")).toInt());
    const QStringList centres = values.value(QStringLiteral("0028,1050")).split(u'\\', Qt::SkipEmptyParts);
    const QStringList widths = values.value(QStringLiteral("0028,1051")).split(u'\\', Qt::SkipEmptyParts);
    const auto put = [&](const char *key, const QString &value) {
        info.more.insert(QLatin1String(key), value);
    };
    put("dicom.syntax", values.value(QStringLiteral("0002,0010")));
    put("dicom.photometric", values.value(QStringLiteral("0028,0004")));
    put("dicom.bits", values.value(QStringLiteral("0028,0101")));
    put("dicom.modality", values.value(QStringLiteral("0008,0060")));
    put("dicom.frames", QString::number(info.pages));
    if (info.pages > 1) {
        put("warning",
            QStringLiteral("The scan holds %1 pictures; one of them was converted.").arg(info.pages));
    }
    put("dicom.windows", centres.isEmpty() ? QString() : QString::number(centres.size()));
    put("dicom.windowCenter", centres.value(0).trimmed());
    put("dicom.windowWidth", widths.value(0).trimmed());
}

} // namespace batchwright
