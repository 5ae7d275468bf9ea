// Writes a JPEG file to an open file: from planes without any conversion, or from pixels. Blocks; any thread.
#pragma once

#include "app/worker/jpegplanes.h"
#include "app/worker/metadata.h"

namespace batchwright::worker {

struct JpegSettings {
    int quality = 85;
    bool isProgressive = false;
    bool isOptimised = true;
    bool isHalved = true; ///< colour at half the size; planes must have it already
    Metadata metadata;    ///< already as the result carries it
};

/// Gives the bytes that were written. DiskFull or Io when they could not be.
Result<qint64> writeJpeg(int descriptor, JpegPlanes planes, const JpegSettings &settings);
/// `channels` is 1 (grey) or 3 (RGB); rows without padding.
Result<qint64> writeJpeg(int descriptor, const uint8_t *pixels, const QSize &size, int channels,
                         const JpegSettings &settings);

} // namespace batchwright::worker
