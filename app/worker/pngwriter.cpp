#include "app/worker/pngwriter.h"

#include "app/worker/containers.h"
#include "app/worker/outputfile.h"

#include <algorithm>

namespace batchwright::worker {

using vips::VImage;
using vips::VOption;

namespace {

constexpr qint64 afterHeader = 8 + 25; // the signature and IHDR

/// Takes an encoder's bytes on their way to the file, and puts chunks behind the header.
class Passage final
{
public:
    Passage(int descriptor, QByteArray chunks) : m_descriptor(descriptor), m_chunks(std::move(chunks))
    {
        m_waiting.reserve(most);
    }

    static gint64 take(VipsTargetCustom *, const void *bytes, gint64 count, Passage *self)
    {
        return self->add(static_cast<const char *>(bytes), count) ? count : -1;
    }
    /// 0, or the errno of the write that failed.
    int end()
    {
        flush();
        return m_reason;
    }
    qint64 written() const { return m_written; }

private:
    static constexpr qsizetype most = 256 * 1024;

    bool add(const char *bytes, qint64 count)
    {
        const qint64 head = std::clamp<qint64>(afterHeader - m_taken, 0, count);
        m_waiting.append(bytes, head);
        m_taken += count;
        if (head > 0 && m_taken >= afterHeader) {
            m_waiting.append(m_chunks);
        }
        m_waiting.append(bytes + head, count - head);
        if (m_waiting.size() >= most) {
            flush();
        }
        return m_reason == 0;
    }
    void flush()
    {
        if (m_reason == 0) {
            m_reason = writeAll(m_descriptor, m_waiting.constData(), static_cast<size_t>(m_waiting.size()));
            m_written += m_waiting.size();
        }
        m_waiting.resize(0);
    }

    int m_descriptor;
    QByteArray m_chunks;
    QByteArray m_waiting;
    qint64 m_taken = 0;
    qint64 m_written = 0;
    int m_reason = 0;
};

} // namespace

Result<qint64> writePng(int descriptor, const VImage &image, const PictureOutput &output,
                        const Metadata &metadata)
{
    Passage passage(descriptor, pngMetadata(metadata));
    VipsTargetCustom *custom = vips_target_custom_new();
    g_signal_connect(custom, "write", G_CALLBACK(Passage::take), &passage);
    const vips::VTarget target(VIPS_TARGET(custom));
    VOption *options =
        VImage::option()->set("compression", output.compression)->set("interlace", output.isProgressive);
    if (output.isPalette) {
        options->set("palette", true)->set("Q", output.quality);
    }
    try {
        image.pngsave_target(target, options);
    } catch (const vips::VError &) {
        if (const int reason = passage.end()) {
            vips_error_clear();
            return writeError(reason);
        }
        throw;
    }
    if (const int reason = passage.end()) {
        return writeError(reason);
    }
    return passage.written();
}

} // namespace batchwright::worker
