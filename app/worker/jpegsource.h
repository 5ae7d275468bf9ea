// JpegSource: where libjpeg reads from: a file by offset, or bytes in memory. A file that ends too early is ended with
// the marker that libjpeg waits for, and a warning. Lives as long as the decoder; never copied.
#pragma once

#include "app/worker/inputfile.h"

#include <cstdio>

#include <jpeglib.h>

#include <array>
#include <optional>

namespace batchwright::worker {

class JpegSource final : private jpeg_source_mgr
{
public:
    JpegSource() : jpeg_source_mgr() {}
    void setFile(const InputFile &file) { m_file = file; }
    void setBytes(const QByteArray &bytes) { m_bytes = bytes; }
    /// Any part of it, wherever the decoder is.
    QByteArray read(qint64 offset, qint64 length) const
    {
        return m_file ? m_file->read(offset, length) : m_bytes.mid(offset, length);
    }
    /// Only once, after one of the two.
    void attach(jpeg_decompress_struct &decoder);

private:
    static boolean fill(j_decompress_ptr decoder);
    static void skip(j_decompress_ptr decoder, long count);

    std::optional<InputFile> m_file;
    QByteArray m_bytes;
    qint64 m_offset = 0;
    std::array<JOCTET, 64 * 1024> m_buffer; // read ahead; not cleared
};

} // namespace batchwright::worker
