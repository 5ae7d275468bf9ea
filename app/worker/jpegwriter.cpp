#include "app/worker/jpegwriter.h"

#include "app/worker/jpegerrors.h"
#include "app/worker/outputfile.h"
#include "app/worker/xmp.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <vector>

#include <jerror.h>

namespace batchwright::worker {

namespace {

constexpr qsizetype longestMarker = 65533;

struct FileDestination : jpeg_destination_mgr {
    int descriptor = -1;
    qint64 written = 0;
    std::array<JOCTET, 64 * 1024> buffer;
};

void flush(j_compress_ptr encoder, size_t count)
{
    auto *destination = static_cast<FileDestination *>(encoder->dest);
    if (const int reason = writeAll(destination->descriptor, destination->buffer.data(), count)) {
        static_cast<JpegErrors *>(encoder->err)->reason = reason;
        ERREXIT(encoder, JERR_FILE_WRITE);
    }
    destination->written += static_cast<qint64>(count);
    destination->next_output_byte = destination->buffer.data();
    destination->free_in_buffer = destination->buffer.size();
}

void setDestination(jpeg_compress_struct &encoder, FileDestination &destination, int descriptor)
{
    destination.descriptor = descriptor;
    destination.next_output_byte = destination.buffer.data();
    destination.free_in_buffer = destination.buffer.size();
    destination.init_destination = [](j_compress_ptr) {};
    destination.empty_output_buffer = [](j_compress_ptr full) -> boolean {
        flush(full, static_cast<FileDestination *>(full->dest)->buffer.size());
        return TRUE;
    };
    destination.term_destination = [](j_compress_ptr ended) {
        const auto *own = static_cast<FileDestination *>(ended->dest);
        flush(ended, own->buffer.size() - own->free_in_buffer);
    };
    encoder.dest = &destination;
}

void applySettings(jpeg_compress_struct &encoder, const JpegSettings &settings)
{
    jpeg_set_quality(&encoder, settings.quality, TRUE);
    encoder.optimize_coding = settings.isOptimised ? TRUE : FALSE;
    if (encoder.num_components == 3) {
        encoder.comp_info[0].h_samp_factor = settings.isHalved ? 2 : 1;
        encoder.comp_info[0].v_samp_factor = settings.isHalved ? 2 : 1;
    }
    if (settings.isProgressive) {
        jpeg_simple_progression(&encoder);
    }
    if (settings.metadata.density >= 1 && settings.metadata.density <= 65535) {
        encoder.density_unit = 1;
        encoder.X_density = encoder.Y_density = static_cast<UINT16>(std::lround(settings.metadata.density));
    }
}

struct Segment {
    int marker = 0;
    QByteArray content;
};

/// In front of the picture, but for the profile. Made before anything is encoded: an error of libjpeg's would leave them
/// without their end.
std::vector<Segment> segmentsOf(const Metadata &metadata)
{
    std::vector<Segment> segments;
    const auto add = [&segments](int marker, const QByteArray &name, const QByteArray &content) {
        if (!content.isEmpty() && content.size() + name.size() <= longestMarker) {
            segments.push_back({marker, name + content});
        }
    };
    add(JPEG_APP0 + 1, QByteArray("Exif\0\0", 6), metadata.exif);
    const XmpParts xmp = splitXmp(metadata.xmp, longestJpegXmp);
    add(JPEG_APP0 + 1, QByteArray("http://ns.adobe.com/xap/1.0/\0", 29), xmp.packet);
    constexpr qsizetype partLength = 65000; // what others write, too
    for (qsizetype at = 0; at < xmp.extension.size(); at += partLength) {
        QByteArray head = xmp.digest + QByteArray(8, '\0');
        qToBigEndian(static_cast<quint32>(xmp.extension.size()), head.data() + 32);
        qToBigEndian(static_cast<quint32>(at), head.data() + 36);
        add(JPEG_APP0 + 1, QByteArray("http://ns.adobe.com/xmp/extension/\0", 35) + head,
            xmp.extension.mid(at, partLength));
    }
    for (qsizetype at = 0; at < metadata.iptc.size(); at += partLength) {
        add(JPEG_APP0 + 13, QByteArray("Photoshop 3.0\0", 14), metadata.iptc.mid(at, partLength));
    }
    add(JPEG_COM, QByteArray(), metadata.comment);
    return segments;
}

void writeSegments(jpeg_compress_struct &encoder, const std::vector<Segment> &segments,
                   const QByteArray &profile)
{
    for (const Segment &segment : segments) {
        jpeg_write_marker(&encoder, segment.marker,
                          reinterpret_cast<const JOCTET *>(segment.content.constData()),
                          static_cast<unsigned>(segment.content.size()));
    }
    if (!profile.isEmpty()) {
        jpeg_write_icc_profile(&encoder, reinterpret_cast<const JOCTET *>(profile.constData()),
                               static_cast<unsigned>(profile.size()));
    }
}

/// The planes' last samples are repeated to the end of their last block.
void padPlanes(JpegPlanes &planes)
{
    for (Plane &plane : planes.planes) {
        for (int y = 0; y < plane.height; ++y) {
            uint8_t *row = plane.row(y);
            std::fill(row + plane.width, row + plane.stride, row[plane.width - 1]);
        }
    }
}

void writePlaneRows(jpeg_compress_struct &encoder, const JpegPlanes &planes, bool isHalved)
{
    constexpr int mostRows = 16;
    const int step = planes.count == 3 && isHalved ? 16 : 8;
    JSAMPROW rows[3][mostRows];
    JSAMPARRAY arrays[3] = {rows[0], rows[1], rows[2]};
    for (int top = 0; top < planes.size.height(); top += step) {
        for (int i = 0; i < planes.count; ++i) {
            const Plane &plane = planes.planes[static_cast<size_t>(i)];
            const bool isSmall = i > 0 && isHalved;
            const int first = isSmall ? top / 2 : top;
            for (int y = 0; y < (isSmall ? step / 2 : step); ++y) {
                rows[i][y] = const_cast<JSAMPROW>(plane.row(std::min(first + y, plane.height - 1)));
            }
        }
        jpeg_write_raw_data(&encoder, arrays, static_cast<JDIMENSION>(step));
    }
}

/// Sets up an encoder, lets `rows` write, and takes it down again.
template<typename Setup, typename Rows>
Result<qint64> encodeTo(int descriptor, const QSize &size, const Setup &setup, const Rows &rows)
{
    JpegErrors errors;
    jpeg_compress_struct encoder{};
    FileDestination destination;
    encoder.err = &errors;
    const bool isWritten = guarded(errors, [&] {
        jpeg_create_compress(&encoder);
        setDestination(encoder, destination, descriptor);
        encoder.image_width = static_cast<JDIMENSION>(size.width());
        encoder.image_height = static_cast<JDIMENSION>(size.height());
        setup(encoder);
        rows(encoder);
        jpeg_finish_compress(&encoder);
    });
    jpeg_destroy_compress(&encoder);
    if (isWritten) {
        return destination.written;
    }
    return errors.reason != 0
               ? writeError(errors.reason)
               : Error{ErrorKind::ToolFailed, QStringLiteral("The JPEG file could not be made."),
                       QStringLiteral("Choose another format."), QString::fromLatin1(errors.message)};
}

} // namespace

Result<qint64> writeJpeg(int descriptor, JpegPlanes planes, const JpegSettings &settings)
{
    padPlanes(planes);
    const std::vector<Segment> segments = segmentsOf(settings.metadata);
    return encodeTo(
        descriptor, planes.size,
        [&](jpeg_compress_struct &encoder) {
            encoder.input_components = planes.count;
            encoder.in_color_space = planes.count == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
            jpeg_set_defaults(&encoder);
            applySettings(encoder, settings);
            encoder.raw_data_in = TRUE;
        },
        [&](jpeg_compress_struct &encoder) {
            jpeg_start_compress(&encoder, TRUE);
            writeSegments(encoder, segments, settings.metadata.icc);
            writePlaneRows(encoder, planes, settings.isHalved);
        });
}

Result<qint64> writeJpeg(int descriptor, const uint8_t *pixels, const QSize &size, int channels,
                         const JpegSettings &settings)
{
    const std::vector<Segment> segments = segmentsOf(settings.metadata);
    return encodeTo(
        descriptor, size,
        [&](jpeg_compress_struct &encoder) {
            encoder.input_components = channels;
            encoder.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
            jpeg_set_defaults(&encoder);
            applySettings(encoder, settings);
        },
        [&](jpeg_compress_struct &encoder) {
            jpeg_start_compress(&encoder, TRUE);
            writeSegments(encoder, segments, settings.metadata.icc);
            for (int y = 0; y < size.height(); ++y) {
                auto *row = const_cast<JSAMPROW>(pixels)
                            + static_cast<size_t>(y) * static_cast<size_t>(size.width())
                                  * static_cast<size_t>(channels);
                jpeg_write_scanlines(&encoder, &row, 1);
            }
        });
}

} // namespace batchwright::worker
