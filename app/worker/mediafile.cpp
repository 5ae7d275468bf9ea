#include "app/worker/mediafile.h"

extern "C" {
#include <libavutil/display.h>
}

#include <algorithm>
#include <cmath>
#include <limits>

namespace batchwright::worker {

namespace {

constexpr int bufferBytes = 32 * 1024;
constexpr int64_t probeBytes = 5'000'000; // FFmpeg's own default
constexpr int mostStreams = 200;

/// Formats that name other files, or run scripts, are not known here.
constexpr const char *formats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,flv,mpeg,mpegts,mpegvideo,ogg,"
                                "mp3,flac,wav,w64,aiff,aac,ac3,eac3,"
                                "caf,amr,ape,wv,tta,dsf,au,m4v,h264,hevc,ivf,gif,apng,dv,mxf,nut,rm,voc,xwma,"
                                "oma,mpc,mpc8,dts,truehd,av1,obu";

Error unreadable(int code)
{
    char text[AV_ERROR_MAX_STRING_SIZE] = "";
    av_strerror(code, text, sizeof text);
    return {ErrorKind::DamagedInput, QStringLiteral("It cannot be read (%1).").arg(QString::fromUtf8(text)),
            QStringLiteral("Get the file once more from where it came from."), QString()};
}

} // namespace

int MediaFile::read(void *opaque, uint8_t *memory, int length)
{
    auto *self = static_cast<MediaFile *>(opaque);
    const qint64 got = self->m_file.readInto(memory, self->m_offset, length);
    self->m_offset += got;
    return got > 0 ? static_cast<int>(got) : AVERROR_EOF;
}

int64_t MediaFile::seek(void *opaque, int64_t offset, int whence)
{
    auto *self = static_cast<MediaFile *>(opaque);
    const qint64 size = self->m_file.size();
    if ((whence & AVSEEK_SIZE) != 0) {
        return size;
    }
    const int from = whence & ~AVSEEK_FORCE;
    const qint64 base = from == SEEK_CUR ? self->m_offset : from == SEEK_END ? size : 0;
    const bool isInside = offset >= -base && offset <= std::numeric_limits<qint64>::max() - base;
    self->m_offset = isInside ? base + offset : self->m_offset;
    return isInside ? self->m_offset : AVERROR(EINVAL);
}

MediaFile::~MediaFile()
{
    avformat_close_input(&m_context);
    if (m_io) {
        av_freep(&m_io->buffer);
        avio_context_free(&m_io);
    }
}

Outcome MediaFile::open()
{
    auto *buffer = static_cast<uint8_t *>(av_malloc(bufferBytes));
    m_io = avio_alloc_context(buffer, bufferBytes, 0, this, read, nullptr, seek);
    m_context = avformat_alloc_context();
    m_context->pb = m_io;
    m_context->flags |= AVFMT_FLAG_CUSTOM_IO;
    m_context->probesize = probeBytes;
    m_context->max_streams = mostStreams;
    // No demuxer may open anything of its own.
    m_context->io_open = [](AVFormatContext *, AVIOContext **, const char *, int, AVDictionary **) {
        return AVERROR(EPERM);
    };
    AVDictionary *options = nullptr;
    av_dict_set(&options, "format_whitelist", formats, 0);
    av_dict_set(&options, "protocol_whitelist", "none", 0);
    int code = avformat_open_input(&m_context, nullptr, nullptr, &options);
    av_dict_free(&options);
    if (code >= 0) {
        code = avformat_find_stream_info(m_context, nullptr);
    }
    return code >= 0 ? Outcome(Done{}) : Outcome(unreadable(code));
}

bool MediaFile::isLengthEstimated() const
{
    return m_context->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
}

int rotationOf(const AVStream *stream)
{
    size_t length = 0;
    const uint8_t *matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &length);
    if (!matrix || length < 9 * sizeof(int32_t)) {
        return 0;
    }
    const double degrees = av_display_rotation_get(reinterpret_cast<const int32_t *>(matrix));
    return std::isfinite(degrees) ? static_cast<int>(std::lround(degrees)) : 0;
}

} // namespace batchwright::worker
