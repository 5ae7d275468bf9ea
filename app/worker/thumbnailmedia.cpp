#include "app/worker/mediafile.h"
#include "app/worker/thumbnail.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <cmath>

namespace batchwright::worker {

namespace {

constexpr int mostFrames = 60;    // that are looked at before a black one is taken
constexpr int mostPackets = 5000; // that are read for them
constexpr int mostSide = 16384;   // pixels

struct DecoderFree {
    void operator()(AVCodecContext *decoder) const { avcodec_free_context(&decoder); }
    void operator()(AVFrame *frame) const { av_frame_free(&frame); }
    void operator()(AVPacket *packet) const { av_packet_free(&packet); }
    void operator()(SwsContext *scaler) const { sws_freeContext(scaler); }
};
template<typename Owned>
using Own = std::unique_ptr<Owned, DecoderFree>;

Error nothingToShow()
{
    return {ErrorKind::NoPicture, QStringLiteral("The file holds no picture."), QString(), QString()};
}

const AVStream *coverOf(const AVFormatContext *context)
{
    for (unsigned i = 0; i < context->nb_streams; ++i) {
        const AVStream *stream = context->streams[i];
        if ((stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 && stream->attached_pic.size > 0) {
            return stream;
        }
    }
    return nullptr;
}

Own<AVCodecContext> decoderFor(const AVStream *stream)
{
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    Own<AVCodecContext> decoder(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!decoder || avcodec_parameters_to_context(decoder.get(), stream->codecpar) < 0) {
        return nullptr;
    }
    decoder->thread_count = 1;
    decoder->max_pixels = static_cast<int64_t>(mostSide) * mostSide;
    return avcodec_open2(decoder.get(), codec, nullptr) == 0 ? std::move(decoder) : nullptr;
}

/// In RGB, at a size near the wanted one.
FramePicture scaledFrame(const AVFrame *frame, const AVStream *stream, int side)
{
    FramePicture picture;
    if (frame->width <= 0 || frame->height <= 0) {
        return picture;
    }
    const AVRational ratio = stream->sample_aspect_ratio;
    const double stretch = ratio.num > 0 && ratio.den > 0 ? std::clamp(av_q2d(ratio), 0.1, 10.0) : 1;
    const double factor = std::min(1.0, side / std::max(frame->width * stretch, double(frame->height)));
    picture.width = std::max(1, static_cast<int>(std::lround(frame->width * stretch * factor)));
    picture.height = std::max(1, static_cast<int>(std::lround(frame->height * factor)));
    const Own<SwsContext> scaler(
        sws_getContext(frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), picture.width,
                       picture.height, AV_PIX_FMT_RGB24, SWS_AREA, nullptr, nullptr, nullptr));
    if (!scaler) {
        return {};
    }
    // The scaler may write a little behind each row.
    const int stride = picture.width * 3 + 64;
    QByteArray rows(static_cast<qsizetype>(stride) * picture.height, '\0');
    uint8_t *planes[1] = {reinterpret_cast<uint8_t *>(rows.data())};
    const int strides[1] = {stride};
    sws_scale(scaler.get(), frame->data, frame->linesize, 0, frame->height, planes, strides);
    for (int y = 0; y < picture.height; ++y) {
        picture.pixels.append(rows.constData() + static_cast<qsizetype>(y) * stride, picture.width * 3);
    }
    picture.rotation = static_cast<int>(std::lround(rotationOf(stream) / 90.0)) * 90;
    return picture;
}

bool isBlack(const FramePicture &picture)
{
    constexpr int darkest = 24; // of 255, in the mean
    qint64 sum = 0;
    for (const char value : picture.pixels) {
        sum += static_cast<quint8>(value);
    }
    return sum < darkest * static_cast<qint64>(picture.pixels.size());
}

} // namespace

Result<FramePicture> pictureOfMedia(const InputFile &input, int side)
{
    MediaFile file(input);
    if (const Outcome opened = file.open(); !opened) {
        return opened.error();
    }
    AVFormatContext *context = file.context();
    if (const AVStream *cover = coverOf(context)) {
        FramePicture picture;
        picture.encoded =
            QByteArray(reinterpret_cast<const char *>(cover->attached_pic.data), cover->attached_pic.size);
        return picture;
    }
    const int index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    const Own<AVCodecContext> decoder = index >= 0 ? decoderFor(context->streams[index]) : nullptr;
    const Own<AVPacket> packet(av_packet_alloc());
    const Own<AVFrame> frame(av_frame_alloc());
    if (!decoder || !packet || !frame) {
        return nothingToShow();
    }
    FramePicture best;
    int frames = 0;
    for (int i = 0; i < mostPackets && frames < mostFrames; ++i) {
        const bool isEnd = av_read_frame(context, packet.get()) < 0;
        if (isEnd || packet->stream_index == index) {
            avcodec_send_packet(decoder.get(), isEnd ? nullptr : packet.get());
        }
        av_packet_unref(packet.get());
        while (avcodec_receive_frame(decoder.get(), frame.get()) == 0) {
            ++frames;
            best = scaledFrame(frame.get(), context->streams[index], side);
            if (!best.pixels.isEmpty() && !isBlack(best)) {
                return best;
            }
        }
        if (isEnd) {
            break;
        }
    }
    return best.pixels.isEmpty() ? Result<FramePicture>(nothingToShow()) : Result<FramePicture>(best);
}

} // namespace batchwright::worker
