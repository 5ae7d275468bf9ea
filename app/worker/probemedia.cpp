#include "app/worker/mediafile.h"
#include "app/worker/oggend.h"
#include "app/worker/probe.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>

namespace batchwright::worker {

namespace {

constexpr double mostSeconds = 1e9; // thirty years: more is a damaged number

void put(MediaInfo &info, const char *key, const QString &value)
{
    if (!value.isEmpty()) {
        info.more.insert(QString::fromLatin1(key), value);
    }
}

void takeTags(const AVDictionary *tags, MediaInfo &info)
{
    const AVDictionaryEntry *tag = nullptr;
    while ((tag = av_dict_get(tags, "", tag, AV_DICT_IGNORE_SUFFIX)) != nullptr
           && info.tags.size() < mostTags) {
        const QString key = QString::fromUtf8(tag->key).toLower().left(60);
        if (!info.tags.contains(key)) {
            info.tags.insert(key,
                             QString::fromUtf8(QByteArray(tag->value).left(longestTag)).left(longestTag));
        }
    }
}

void splitTrackNumber(MediaInfo &info)
{
    const QString track = info.tags.value(QStringLiteral("track"));
    if (track.contains(u'/')) {
        info.tags.insert(QStringLiteral("track"), track.section(u'/', 0, 0));
        info.tags.insert(QStringLiteral("tracktotal"), track.section(u'/', 1, 1));
    }
}

/// "00:00:01.120000000", Matroska's own length of a stream.
double secondsFromClock(const QString &text)
{
    double seconds = 0;
    for (const QString &part : text.split(u':')) {
        seconds = std::clamp(seconds * 60 + part.toDouble(), 0.0, mostSeconds);
    }
    return seconds;
}

double secondsOf(const AVStream *stream)
{
    if (stream->duration > 0) {
        const double seconds = static_cast<double>(stream->duration) * av_q2d(stream->time_base);
        return std::isfinite(seconds) && seconds <= mostSeconds ? seconds : 0;
    }
    const AVDictionaryEntry *tag = av_dict_get(stream->metadata, "DURATION", nullptr, 0);
    return tag ? secondsFromClock(QString::fromUtf8(tag->value)) : 0;
}

void takeVideo(const AVStream *stream, MediaInfo &info)
{
    const AVCodecParameters *codec = stream->codecpar;
    info.videoCodec = QString::fromLatin1(avcodec_get_name(codec->codec_id));
    info.width = std::max(0, codec->width);
    info.height = std::max(0, codec->height);
    const double rate = stream->avg_frame_rate.den > 0 ? av_q2d(stream->avg_frame_rate) : 0;
    info.frameRate = std::isfinite(rate) ? std::clamp(rate, 0.0, 1e9) : 0;
    if (codec->color_trc != AVCOL_TRC_UNSPECIFIED) {
        put(info, "color.transfer", QString::fromLatin1(av_color_transfer_name(codec->color_trc)));
    }
    const int rotation = rotationOf(stream);
    if (rotation != 0) {
        put(info, "rotation", QString::number(rotation));
    }
    if (rotation % 180 != 0) {
        std::swap(info.width, info.height);
    }
}

void takeAudio(const AVStream *stream, MediaInfo &info)
{
    const AVCodecParameters *codec = stream->codecpar;
    info.audioCodec = QString::fromLatin1(avcodec_get_name(codec->codec_id));
    info.audioMilliseconds = std::llround(secondsOf(stream) * 1000);
    int bits = codec->bits_per_raw_sample;
    bits = bits > 0 ? bits : av_get_bits_per_sample(codec->codec_id);
    put(info, "audio.bits", bits > 0 ? QString::number(bits) : QString());
    put(info, "audio.sampleFormat",
        QString::fromLatin1(av_get_sample_fmt_name(static_cast<AVSampleFormat>(codec->format))));
    put(info, "audio.rate", codec->sample_rate > 0 ? QString::number(codec->sample_rate) : QString());
    put(info, "audio.channels", QString::number(codec->ch_layout.nb_channels));
    takeTags(stream->metadata, info);
}

void takeSubtitle(const AVStream *stream, MediaInfo &info)
{
    const AVCodecDescriptor *codec = avcodec_descriptor_get(stream->codecpar->codec_id);
    const bool isPicture = codec && (codec->props & AV_CODEC_PROP_BITMAP_SUB) != 0;
    put(info, isPicture ? "subtitle.picture" : "subtitle.text", QStringLiteral("1"));
}

/// Seconds of the longest stream, or 0 when one of them does not say.
double takeStreams(const AVFormatContext *context, MediaInfo &info)
{
    double longest = 0;
    bool isComplete = true;
    for (unsigned i = 0; i < context->nb_streams; ++i) {
        const AVStream *stream = context->streams[i];
        const AVMediaType type = stream->codecpar->codec_type;
        if (type == AVMEDIA_TYPE_VIDEO && (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
            info.hasCover = true;
            continue;
        }
        if (type == AVMEDIA_TYPE_VIDEO && info.videoCodec.isEmpty()) {
            takeVideo(stream, info);
        } else if (type == AVMEDIA_TYPE_AUDIO && info.audioCodec.isEmpty()) {
            takeAudio(stream, info);
        } else if (type == AVMEDIA_TYPE_SUBTITLE) {
            takeSubtitle(stream, info);
        }
        if (type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO) {
            longest = std::max(longest, secondsOf(stream));
            isComplete = isComplete && secondsOf(stream) > 0;
        }
    }
    return isComplete ? longest : -longest;
}

void takeLength(const MediaFile &file, double streams, MediaInfo &info)
{
    // The container's own length counts subtitles, which may go on after the film.
    const AVFormatContext *context = file.context();
    const double container =
        context->duration > 0 ? static_cast<double>(context->duration) / AV_TIME_BASE : 0;
    const double seconds =
        std::min(streams > 0 || container <= 0 ? std::abs(streams) : container, mostSeconds);
    info.durationMilliseconds = std::llround(seconds * 1000);
    // Some recorders write a length that nobody could fit into the file; a real video needs more than this.
    constexpr double leastBitRate = 500; // bits per second
    const bool isAbsurd = !info.videoCodec.isEmpty() && seconds > 0
                          && static_cast<double>(info.bytes) * 8 / seconds < leastBitRate;
    if (isAbsurd) {
        info.durationMilliseconds = 0;
    }
    info.durationIsEstimated = isAbsurd || file.isLengthEstimated();
}

/// FFmpeg decodes an Ogg file that was cut short without a word.
void lookAtOggEnd(const InputFile &input, MediaInfo &info)
{
    const OggEnd end = oggEndOf(input.read(std::max<qint64>(0, input.size() - oggTailBytes), oggTailBytes));
    if (end == OggEnd::Cut) {
        info.probe = ProbeState::Damaged;
        info.problem = QStringLiteral("It is cut short; its end is missing.");
    } else if (end == OggEnd::NotMarked) {
        put(info, "warning", QStringLiteral("The original may be cut short: its end is not marked."));
    }
}

} // namespace

void probeMedia(const InputFile &input, MediaInfo &info)
{
    MediaFile file(input);
    if (const Outcome opened = file.open(); !opened) {
        info.probe = ProbeState::Damaged;
        info.problem = opened.error().sentence;
        return;
    }
    info.probe = ProbeState::Known;
    takeTags(file.context()->metadata, info);
    takeLength(file, takeStreams(file.context(), info), info);
    splitTrackNumber(info);
    put(info, "creation_time", info.tags.value(QStringLiteral("creation_time")));
    put(info, "container", QString::fromLatin1(file.context()->iformat->name));
    put(info, "chapters",
        file.context()->nb_chapters > 0 ? QString::number(file.context()->nb_chapters) : QString());
    if (info.videoCodec.isEmpty() && info.audioCodec.isEmpty()) {
        info.probe = ProbeState::Damaged;
        info.problem = QStringLiteral("It holds neither video nor sound.");
    } else if (info.videoCodec.isEmpty() && info.kind == MediaKind::Video) {
        info.kind = MediaKind::Audio;
    } else if (!info.videoCodec.isEmpty() && info.kind == MediaKind::Audio) {
        info.kind = MediaKind::Video;
    }
    if (info.format == QLatin1String("ogg") || info.format == QLatin1String("opus")) {
        lookAtOggEnd(input, info);
    }
}

} // namespace batchwright::worker
