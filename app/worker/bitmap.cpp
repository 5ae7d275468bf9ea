#include "app/worker/bitmap.h"

#include "app/worker/picturesource.h"

#include <QSize>
#include <QtEndian>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace batchwright::worker {

using vips::VImage;

namespace {

// The header, from the beginning of the file.
constexpr int headerSizeAt = 14;
constexpr int widthAt = 18;
constexpr int heightAt = 22; ///< negative: from top to bottom
constexpr int depthAt = 28;  ///< bits
constexpr int packingAt = 30;
constexpr int headLength = 34;
constexpr quint32 oldHeader = 12; ///< of OS/2 1: sides of two bytes, and never packed

struct BitmapFree {
    void operator()(AVCodecContext *decoder) const { avcodec_free_context(&decoder); }
    void operator()(AVFrame *frame) const { av_frame_free(&frame); }
    void operator()(AVPacket *packet) const { av_packet_free(&packet); }
    void operator()(SwsContext *scaler) const { sws_freeContext(scaler); }
};
template<typename Owned>
using Kept = std::unique_ptr<Owned, BitmapFree>;

template<typename Number>
Number littleNumberAt(const QByteArray &head, int place)
{
    return qFromLittleEndian<Number>(head.constData() + place);
}

QSize sizeIn(const QByteArray &head)
{
    if (littleNumberAt<quint32>(head, headerSizeAt) == oldHeader) {
        return {littleNumberAt<quint16>(head, widthAt), littleNumberAt<quint16>(head, widthAt + 2)};
    }
    const qint64 height = std::abs(qint64{littleNumberAt<qint32>(head, heightAt)});
    return {littleNumberAt<qint32>(head, widthAt), static_cast<int>(std::min<qint64>(height, INT_MAX))};
}

/// That its pixels take at least: rows may lack their padding.
qint64 leastBytes(const QByteArray &head, const QSize &size)
{
    const bool isOld = littleNumberAt<quint32>(head, headerSizeAt) == oldHeader;
    const qint64 bits = littleNumberAt<quint16>(head, isOld ? depthAt - 4 : depthAt);
    return (bits * size.width() + 7) / 8 * size.height();
}

Error damagedBitmap()
{
    return {ErrorKind::DamagedInput, QStringLiteral("The picture is damaged or cut short."),
            QStringLiteral("Get the picture once more from where it came from."),
            QStringLiteral("the bitmap does not decode")};
}

/// Null when it does not decode.
Kept<AVFrame> decodedFrame(const QByteArray &content, const QSize &size)
{
    const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_BMP);
    const Kept<AVCodecContext> decoder(codec ? avcodec_alloc_context3(codec) : nullptr);
    const Kept<AVPacket> packet(av_packet_alloc());
    Kept<AVFrame> frame(av_frame_alloc());
    if (!decoder || !packet || !frame || av_new_packet(packet.get(), static_cast<int>(content.size())) < 0) {
        return nullptr;
    }
    std::memcpy(packet->data, content.constData(), static_cast<size_t>(content.size()));
    packet->flags |= AV_PKT_FLAG_KEY;
    decoder->thread_count = 1;
    constexpr int64_t alignment = 1024; // its buffers are wider than the picture
    decoder->max_pixels = (size.width() + alignment) * size.height();
    decoder->err_recognition = AV_EF_EXPLODE;
    const bool isDecoded = avcodec_open2(decoder.get(), codec, nullptr) == 0
                           && avcodec_send_packet(decoder.get(), packet.get()) == 0
                           && avcodec_receive_frame(decoder.get(), frame.get()) == 0
                           && frame->width == size.width() && frame->height == size.height();
    return isDecoded ? std::move(frame) : nullptr;
}

bool hasTransparency(const AVFrame &frame)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    // The colours of a palette have an alpha in FFmpeg, but none in the file.
    return format && (format->flags & AV_PIX_FMT_FLAG_ALPHA) != 0
           && (format->flags & AV_PIX_FMT_FLAG_PAL) == 0;
}

} // namespace

bool isBitmap(const InputFile &file)
{
    const QByteArray head = file.read(0, headLength);
    if (head.size() < headLength || !head.startsWith("BM")) {
        return false;
    }
    const quint32 header = littleNumberAt<quint32>(head, headerSizeAt);
    constexpr quint32 longestHeader = 124;
    constexpr quint32 plain = 0;
    constexpr quint32 masks = 3;
    const quint32 packing = header == oldHeader ? plain : littleNumberAt<quint32>(head, packingAt);
    return header >= oldHeader && header <= longestHeader && (packing == plain || packing == masks);
}

QSize bitmapSize(const InputFile &file)
{
    const QByteArray head = file.read(0, headLength);
    const QSize size = head.size() == headLength ? sizeIn(head) : QSize();
    return size.isEmpty() ? QSize() : size;
}

Result<VImage> loadBitmap(const InputFile &file, const Request &request)
{
    const QByteArray head = file.read(0, headLength);
    const QSize size = bitmapSize(file);
    if (size.isEmpty()) {
        return damagedBitmap();
    }
    if (hasTooManyPixels(size, 1, request.mostPixels)) {
        return tooLarge(size, 1);
    }
    if (leastBytes(head, size) > file.size()) {
        return damagedBitmap(); // before memory is taken for it
    }
    constexpr qint64 mostBytes = 2'000'000'000; // what a packet of FFmpeg's holds
    if (file.size() > mostBytes) {
        return tooLarge(size, 1);
    }
    const Kept<AVFrame> frame = decodedFrame(file.read(0, file.size()), size);
    if (!frame) {
        return damagedBitmap();
    }
    const int bands = hasTransparency(*frame) ? 4 : 3;
    const auto from = static_cast<AVPixelFormat>(frame->format);
    const AVPixelFormat to = bands == 4 ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    const Kept<SwsContext> scaler(sws_getContext(size.width(), size.height(), from, size.width(),
                                                 size.height(), to, SWS_POINT, nullptr, nullptr, nullptr));
    if (!scaler) {
        return damagedBitmap();
    }
    constexpr qsizetype padding =
        64; // the scaler may write a little behind each row, which the next one then covers
    const int stride = size.width() * bands;
    QByteArray rows(static_cast<qsizetype>(stride) * size.height() + padding, '\0');
    uint8_t *planes[1] = {reinterpret_cast<uint8_t *>(rows.data())};
    const int strides[1] = {stride};
    sws_scale(scaler.get(), frame->data, frame->linesize, 0, size.height(), planes, strides);
    VipsImage *image =
        vips_image_new_from_memory_copy(rows.constData(),
                                        static_cast<size_t>(stride) * static_cast<size_t>(size.height()),
                                        size.width(), size.height(), bands, VIPS_FORMAT_UCHAR);
    if (!image) {
        throw vips::VError();
    }
    return VImage(image).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

} // namespace batchwright::worker
