// What a JPEG's markers say beside the picture. Blocks; one thread.
#pragma once

#include "app/worker/jpegerrors.h"
#include "app/worker/jpegsource.h"
#include "app/worker/metadata.h"

namespace batchwright::worker {

/// Once, before the header is read: libjpeg keeps no markers unless it is told to.
void keepMarkers(jpeg_decompress_struct &decoder);
/// After the header.
Metadata metadataOfMarkers(jpeg_decompress_struct &decoder, JpegErrors &errors, const JpegSource &source);

} // namespace batchwright::worker
