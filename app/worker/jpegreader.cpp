#include "app/worker/jpegreader.h"

#include "app/worker/jpegmarkers.h"
#include "app/worker/jpegsource.h"
#include "app/worker/resample.h"

#include <algorithm>

#include <jerror.h>

namespace batchwright::worker {

namespace {

/// A file with thousands of scans is made to keep decoders busy; cameras write ten.
constexpr int mostScans = 200;

void watchScans(j_common_ptr cinfo)
{
    auto *decoder = reinterpret_cast<j_decompress_ptr>(cinfo);
    if (decoder->input_scan_number > mostScans) {
        ERREXIT(cinfo, JERR_BAD_PROGRESSION);
    }
}

Error damaged(const QString &sentence, const char *detail)
{
    return {ErrorKind::DamagedInput, sentence,
            QStringLiteral("Get the photo once more from where it came from."), QString::fromLatin1(detail)};
}

/// One channel on its way from the decoder's blocks to its plane.
struct Channel {
    std::vector<uint8_t> rows; ///< of one row of blocks
    std::vector<JSAMPROW> pointers;
    int height = 0; ///< samples, without padding
    int rowsPerStep = 0;
    std::optional<PlaneResampler> resampler;
};

/// Where a plane of the result lies in one channel, along one direction. `samplePixels` is how many pixels of the photo
/// one sample of the channel covers, `resultPixels` how many of the result one sample of the plane does.
Axis axisFor(int samples, double samplePixels, int keptFrom, int keptLength, int resultLength,
             int resultPixels, bool isMirrored)
{
    Axis axis;
    const double step =
        static_cast<double>(keptLength) / resultLength; // pixels of the photo for one of the result
    axis.from = samples;
    axis.to = (resultLength + resultPixels - 1) / resultPixels;
    axis.step = step * resultPixels / samplePixels;
    // A halved channel of an odd length covers one pixel more than there is; where the result is mirrored later, that
    // pixel must be before the first one.
    const int surplus = axis.to * resultPixels - resultLength;
    axis.origin = (keptFrom - (isMirrored ? surplus * step : 0)) / samplePixels;
    return axis;
}

bool mirrorsAcross(int orientation)
{
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}

bool mirrorsDown(int orientation)
{
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

} // namespace

int decodedEighths(double ratio)
{
    // Decoding to a half lets less than half of the finest detail through, so something must be left for Lanczos.
    constexpr double leastRest = 1.4;
    for (const int eighths : {1, 2, 4}) {
        if (ratio * eighths / 8 >= leastRest) {
            return eighths;
        }
    }
    return 8;
}

struct JpegReader::State {
    JpegErrors errors;
    jpeg_decompress_struct decoder{};
    jpeg_progress_mgr watch{};
    JpegSource source;
    Channel channels[3];
    JpegPlanes planes;
    bool isCreated = false;
};

JpegReader::JpegReader(const InputFile &file) : m_state(std::make_unique<State>())
{
    m_state->source.setFile(file);
}

JpegReader::JpegReader(const QByteArray &bytes) : m_state(std::make_unique<State>())
{
    m_state->source.setBytes(bytes);
}

JpegReader::~JpegReader()
{
    if (m_state->isCreated) {
        jpeg_destroy_decompress(&m_state->decoder);
    }
}

Result<JpegHeader> JpegReader::readHeader()
{
    State &state = *m_state;
    jpeg_decompress_struct &decoder = state.decoder;
    decoder.err = &state.errors;
    const bool isRead = guarded(state.errors, [&] {
        jpeg_create_decompress(&decoder);
        state.isCreated = true;
        state.watch.progress_monitor = watchScans;
        decoder.progress = &state.watch;
        state.source.attach(decoder);
        keepMarkers(decoder);
        jpeg_read_header(&decoder, TRUE);
    });
    if (!isRead) {
        return damaged(QStringLiteral("The photo is damaged: its header cannot be read."),
                       state.errors.message);
    }
    JpegHeader header;
    header.size = QSize(static_cast<int>(decoder.image_width), static_cast<int>(decoder.image_height));
    header.channels = decoder.num_components;
    header.isProgressive = decoder.progressive_mode != FALSE;
    const jpeg_component_info *channels = decoder.comp_info;
    header.isPlanar = (decoder.jpeg_color_space == JCS_YCbCr && header.channels == 3)
                      || (decoder.jpeg_color_space == JCS_GRAYSCALE && header.channels == 1);
    for (int i = 0; i < header.channels && header.isPlanar; ++i) {
        header.isPlanar = decoder.max_h_samp_factor % channels[i].h_samp_factor == 0
                          && decoder.max_v_samp_factor % channels[i].v_samp_factor == 0
                          && (i > 0
                              || (channels[0].h_samp_factor == decoder.max_h_samp_factor
                                  && channels[0].v_samp_factor == decoder.max_v_samp_factor));
    }
    header.isHalved = header.channels == 3 && channels[1].h_samp_factor * 2 == decoder.max_h_samp_factor
                      && channels[1].v_samp_factor * 2 == decoder.max_v_samp_factor;
    header.metadata = metadataOfMarkers(decoder, state.errors, state.source);
    return header;
}

Result<JpegPlanes> JpegReader::readPlanes(const JpegWish &wish, Strictness strictness,
                                          const std::function<void(double)> &progress)
{
    State &state = *m_state;
    jpeg_decompress_struct &decoder = state.decoder;
    const double ratio = std::min(double(wish.kept.width()) / wish.size.width(),
                                  double(wish.kept.height()) / wish.size.height());
    decoder.out_color_space = decoder.num_components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
    decoder.raw_data_out = TRUE;
    decoder.scale_num = static_cast<unsigned>(decodedEighths(ratio));
    decoder.scale_denom = 8;
    bool isRead = guarded(state.errors, [&] { jpeg_start_decompress(&decoder); });
    if (isRead) {
        state.planes.count = wish.isGrey ? 1 : decoder.num_components;
        state.planes.size = wish.size;
        for (int i = 0; i < decoder.num_components; ++i) {
            const jpeg_component_info &info = decoder.comp_info[i];
            const double across =
                8.0 * decoder.max_h_samp_factor / (info.h_samp_factor * info.DCT_scaled_size);
            const double down = 8.0 * decoder.max_v_samp_factor / (info.v_samp_factor * info.DCT_scaled_size);
            const int pixels = i > 0 && wish.isHalved ? 2 : 1;
            Channel &channel = state.channels[i];
            channel.height = static_cast<int>(info.downsampled_height);
            channel.rowsPerStep = info.v_samp_factor * info.DCT_scaled_size;
            const size_t stride = (static_cast<size_t>(info.width_in_blocks) + 16) * 8;
            channel.rows.resize(stride * static_cast<size_t>(channel.rowsPerStep));
            for (int y = 0; y < channel.rowsPerStep; ++y) {
                channel.pointers.push_back(channel.rows.data() + stride * static_cast<size_t>(y));
            }
            if (i >= state.planes.count) {
                continue;
            }
            const Axis columns =
                axisFor(static_cast<int>(info.downsampled_width), across, wish.kept.x(), wish.kept.width(),
                        wish.size.width(), pixels, mirrorsAcross(wish.orientation));
            const Axis lines = axisFor(channel.height, down, wish.kept.y(), wish.kept.height(),
                                       wish.size.height(), pixels, mirrorsDown(wish.orientation));
            Plane &plane = state.planes.planes[static_cast<size_t>(i)];
            plane = Plane(columns.to, lines.to);
            const std::optional<PlaneResampler> &before = state.channels[std::max(0, i - 1)].resampler;
            if (before && before->liesLike(columns, lines)) {
                channel.resampler.emplace(*before, plane.samples.data(), plane.stride);
            } else {
                channel.resampler.emplace(columns, lines, plane.samples.data(), plane.stride);
            }
        }
        isRead = guarded(state.errors, [&] { decodeRows(progress); });
    }
    if (const std::optional<Error> problem = fault(isRead, strictness)) {
        return *problem;
    }
    if (wish.orientation != 1) {
        for (int i = 0; i < state.planes.count; ++i) {
            Plane &plane = state.planes.planes[static_cast<size_t>(i)];
            plane = turned(plane, wish.orientation);
        }
        state.planes.size = swapsSides(wish.orientation) ? wish.size.transposed() : wish.size;
    }
    return std::move(state.planes);
}

Result<Pixels> JpegReader::readPixels(Strictness strictness, const std::function<void(double)> &progress)
{
    jpeg_decompress_struct &decoder = m_state->decoder;
    decoder.out_color_space = decoder.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    Pixels pixels(QSize(static_cast<int>(decoder.image_width), static_cast<int>(decoder.image_height)),
                  decoder.num_components);
    const bool isRead = guarded(m_state->errors, [&] {
        jpeg_start_decompress(&decoder);
        while (decoder.output_scanline < decoder.output_height) {
            JSAMPROW row = pixels.samples.get() + pixels.rowBytes() * decoder.output_scanline;
            jpeg_read_scanlines(&decoder, &row, 1);
            progress(static_cast<double>(decoder.output_scanline) / decoder.output_height);
        }
        jpeg_finish_decompress(&decoder);
    });
    if (const std::optional<Error> problem = fault(isRead, strictness)) {
        return *problem;
    }
    return pixels;
}

std::optional<Error> JpegReader::fault(bool isRead, Strictness strictness) const
{
    const JpegErrors &errors = m_state->errors;
    const bool isTooDamaged =
        errors.isTruncated || (strictness == Strictness::AnyFault && errors.num_warnings > 0);
    if (isRead && !isTooDamaged) {
        return std::nullopt;
    }
    return damaged(errors.isTruncated ? QStringLiteral("The photo is damaged: it is cut short.")
                                      : QStringLiteral("The photo is damaged."),
                   isRead ? errors.firstWarning : errors.message);
}

void JpegReader::decodeRows(const std::function<void(double)> &progress)
{
    // Nothing with a destructor lives here: libjpeg leaves by longjmp.
    jpeg_decompress_struct &decoder = m_state->decoder;
    JSAMPARRAY arrays[3] = {m_state->channels[0].pointers.data(), m_state->channels[1].pointers.data(),
                            m_state->channels[2].pointers.data()};
    int steps = 0;
    while (decoder.output_scanline < decoder.output_height) {
        const int luma = m_state->channels[0].rowsPerStep;
        jpeg_read_raw_data(&decoder, arrays, static_cast<JDIMENSION>(luma));
        for (int i = 0; i < m_state->planes.count; ++i) {
            Channel &channel = m_state->channels[i];
            const int left = channel.height - steps * channel.rowsPerStep;
            for (int y = 0; y < std::min(channel.rowsPerStep, left); ++y) {
                channel.resampler->addRow(channel.pointers[static_cast<size_t>(y)]);
            }
        }
        ++steps;
        progress(std::min(1.0, static_cast<double>(decoder.output_scanline) / decoder.output_height));
    }
    jpeg_finish_decompress(&decoder);
}

QString JpegReader::warning() const
{
    const JpegErrors &errors = m_state->errors;
    return errors.firstWarning[0] == '\0' ? QString()
                                          : QStringLiteral("The original is damaged in places (%1).")
                                                .arg(QString::fromLatin1(errors.firstWarning));
}

} // namespace batchwright::worker
