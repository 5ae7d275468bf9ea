#include "app/worker/jpegplanes.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace batchwright::worker {

namespace {

constexpr size_t blockSamples = 16; // two blocks of eight: what halved colour comes in

/// Mirrored along the diagonal from top left, in squares that stay in the cache.
Plane transposed(const Plane &plane)
{
    constexpr int square = 32;
    Plane result(plane.height, plane.width);
    for (int top = 0; top < plane.height; top += square) {
        for (int left = 0; left < plane.width; left += square) {
            const int bottom = std::min(plane.height, top + square);
            const int right = std::min(plane.width, left + square);
            for (int y = top; y < bottom; ++y) {
                for (int x = left; x < right; ++x) {
                    result.row(x)[y] = plane.row(y)[x];
                }
            }
        }
    }
    return result;
}

void mirrorAcross(Plane &plane)
{
    for (int y = 0; y < plane.height; ++y) {
        std::reverse(plane.row(y), plane.row(y) + plane.width);
    }
}

void mirrorDown(Plane &plane)
{
    for (int y = 0; y < plane.height / 2; ++y) {
        std::swap_ranges(plane.row(y), plane.row(y) + plane.width, plane.row(plane.height - 1 - y));
    }
}

uint8_t byteOf(int value)
{
    return static_cast<uint8_t>(std::clamp(value, 0, 255));
}

} // namespace

Plane::Plane(int columns, int rows)
    : width(columns),
      height(rows),
      stride((static_cast<size_t>(columns) + 8 + blockSamples - 1) / blockSamples * blockSamples),
      samples(stride * static_cast<size_t>(rows))
{
}

Plane turned(const Plane &plane, int orientation)
{
    Plane result = orientation >= 5 ? transposed(plane) : plane;
    if (orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7) {
        mirrorAcross(result);
    }
    if (orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8) {
        mirrorDown(result);
    }
    return result;
}

Pixels::Pixels(const QSize &pixels, int count) : size(pixels), channels(count)
{
    // Of a large photo the kernel would otherwise clear and hand over nine thousand small pages, one fault each.
    constexpr size_t hugePage = 2 * 1024 * 1024;
    const size_t length = std::max<size_t>(1, bytes());
    const size_t rounded = (length + hugePage - 1) / hugePage * hugePage;
    samples.reset(static_cast<uint8_t *>(length < hugePage ? std::malloc(length)
                                                           : std::aligned_alloc(hugePage, rounded)));
    if (!samples) {
        throw std::bad_alloc();
    }
    if (length >= hugePage) {
        ::madvise(samples.get(), length, MADV_HUGEPAGE);
    }
}

Pixels pixelsOf(const JpegPlanes &planes)
{
    Pixels pixels(planes.size, planes.count);
    const auto width = static_cast<size_t>(planes.size.width());
    const auto height = static_cast<size_t>(planes.size.height());
    for (size_t y = 0; y < height; ++y) {
        uint8_t *out = pixels.samples.get() + y * pixels.rowBytes();
        const uint8_t *luma = planes.planes[0].row(static_cast<int>(y));
        if (planes.count == 1) {
            std::memcpy(out, luma, width);
            continue;
        }
        const uint8_t *blue = planes.planes[1].row(static_cast<int>(y));
        const uint8_t *red = planes.planes[2].row(static_cast<int>(y));
        // JFIF's matrix, with 16 bits behind the point.
        for (size_t x = 0; x < width; ++x) {
            const int base = (luma[x] << 16) + 32768;
            const int cb = blue[x] - 128;
            const int cr = red[x] - 128;
            *out++ = byteOf((base + 91881 * cr) >> 16);
            *out++ = byteOf((base - 22554 * cb - 46802 * cr) >> 16);
            *out++ = byteOf((base + 116130 * cb) >> 16);
        }
    }
    return pixels;
}

} // namespace batchwright::worker
