// JpegPlanes: a photo as JPEG holds it, one array of 8-bit samples for brightness (Y) and two, mostly smaller, for colour
// (Cb, Cr). Rows are padded to whole blocks. A plain value; any thread.
#pragma once

#include <QSize>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace batchwright::worker {

struct Plane {
    int width = 0;
    int height = 0;
    size_t stride = 0; ///< bytes from row to row, a multiple of 16 and at least width + 8
    std::vector<uint8_t> samples;

    Plane() = default;
    Plane(int columns, int rows);
    uint8_t *row(int y) { return samples.data() + stride * static_cast<size_t>(y); }
    const uint8_t *row(int y) const { return samples.data() + stride * static_cast<size_t>(y); }
};

struct JpegPlanes {
    QSize size;
    int count = 0; ///< 1 for grey, 3 for colour
    std::array<Plane, 3> planes;
};

struct FreeMemory {
    void operator()(void *memory) const { std::free(memory); }
};

/// Rows of interleaved samples without padding, one byte each.
struct Pixels {
    QSize size;
    int channels = 0; ///< 1 for grey, 3 for red, green and blue
    std::unique_ptr<uint8_t, FreeMemory> samples;

    Pixels() = default;
    /// Not set to anything. Throws std::bad_alloc.
    Pixels(const QSize &pixels, int count);
    size_t rowBytes() const { return static_cast<size_t>(size.width()) * static_cast<size_t>(channels); }
    size_t bytes() const { return rowBytes() * static_cast<size_t>(size.height()); }
};

/// Turned by EXIF's orientation, so that it is upright.
Plane turned(const Plane &plane, int orientation);
/// Red, green and blue, or grey alone, rows without padding; all planes must have the full size.
Pixels pixelsOf(const JpegPlanes &planes);

} // namespace batchwright::worker
