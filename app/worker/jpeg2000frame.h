// A frame of a scan that is packed as JPEG 2000, which dcmtk does not know: unpacked with libvips, and given back as the
// samples that were packed. Blocks; one thread.
#pragma once

#include "app/base/result.h"

#include <vips/vips8>

#include <QByteArray>

namespace batchwright::worker {

struct Jpeg2000Frame {
    /// UCHAR or USHORT, in memory: the bits that were packed, also of negative numbers; one or three bands.
    vips::VImage samples;
    /// What was packed was RGB, whatever the scan says that it shows; else it is what the scan says.
    bool hasColourTransform = false;
};

/// `allocatedBits`: 8 or 16, of the samples that are wanted. DamagedInput when it cannot be read.
Result<Jpeg2000Frame> unpackJpeg2000(const QByteArray &packed, int allocatedBits);

} // namespace batchwright::worker
