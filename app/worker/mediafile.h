// MediaFile: an audio or video file opened by FFmpeg's libraries from an open descriptor alone: no protocol, no name, no
// other file, and never more than a few megabytes of header. Owns what FFmpeg allocates. Blocks; one thread.
#pragma once

#include "app/worker/inputfile.h"

#include "app/base/result.h"

extern "C" {
#include <libavformat/avformat.h>
}

#include <memory>

namespace batchwright::worker {

class MediaFile final
{
public:
    explicit MediaFile(const InputFile &file) : m_file(file) {}
    ~MediaFile();
    MediaFile(const MediaFile &) = delete;
    MediaFile &operator=(const MediaFile &) = delete;

    /// Once. `wantsFrames`: enough is read to decode. DamagedInput.
    Outcome open();
    AVFormatContext *context() const { return m_context; }
    /// True when the length is FFmpeg's guess from the bit rate.
    bool isLengthEstimated() const;

private:
    static int read(void *opaque, uint8_t *memory, int length);
    static int64_t seek(void *opaque, int64_t offset, int whence);

    InputFile m_file;
    qint64 m_offset = 0;
    AVIOContext *m_io = nullptr;
    AVFormatContext *m_context = nullptr;
};

/// Degrees that a picture of the stream is to be turned for display; 0 where it says nothing.
int rotationOf(const AVStream *stream);

} // namespace batchwright::worker
