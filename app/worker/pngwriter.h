// Writes a picture as PNG into an open file while it is encoded: a large one is never in memory as a whole. Throws
// vips::VError when it cannot be encoded. Blocks; one thread.
#pragma once

#include "app/worker/message.h"
#include "app/worker/metadata.h"

#include <vips/vips8>

namespace batchwright::worker {

/// The number of bytes; DiskFull or Io when they cannot be written.
Result<qint64> writePng(int descriptor, const vips::VImage &image, const PictureOutput &output,
                        const Metadata &metadata);

} // namespace batchwright::worker
