#include "app/worker/jpegsource.h"

#include <algorithm>

#include <jerror.h>

namespace batchwright::worker {

void JpegSource::attach(jpeg_decompress_struct &decoder)
{
    init_source = [](j_decompress_ptr) {};
    term_source = [](j_decompress_ptr) {};
    resync_to_restart = jpeg_resync_to_restart;
    fill_input_buffer = fill;
    skip_input_data = skip;
    next_input_byte = reinterpret_cast<const JOCTET *>(m_bytes.constData());
    bytes_in_buffer = static_cast<size_t>(m_bytes.size());
    decoder.src = this;
}

boolean JpegSource::fill(j_decompress_ptr decoder)
{
    auto *source = static_cast<JpegSource *>(decoder->src);
    qint64 got = 0;
    if (source->m_file) {
        got = source->m_file->readInto(source->m_buffer.data(), source->m_offset,
                                       static_cast<qint64>(source->m_buffer.size()));
        source->m_offset += got;
    }
    if (got == 0) {
        WARNMS(decoder, JWRN_JPEG_EOF);
        source->m_buffer[0] = 0xff;
        source->m_buffer[1] = JPEG_EOI;
        got = 2;
    }
    source->next_input_byte = source->m_buffer.data();
    source->bytes_in_buffer = static_cast<size_t>(got);
    return TRUE;
}

void JpegSource::skip(j_decompress_ptr decoder, long count)
{
    auto *source = static_cast<JpegSource *>(decoder->src);
    if (count <= 0) {
        return;
    }
    const auto inBuffer = std::min(static_cast<size_t>(count), source->bytes_in_buffer);
    source->next_input_byte += inBuffer;
    source->bytes_in_buffer -= inBuffer;
    source->m_offset += count - static_cast<long>(inBuffer);
}

} // namespace batchwright::worker
