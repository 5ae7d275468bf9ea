// What a picture file says beside its pixels, whatever its format. Blocks; one thread.
#pragma once

#include "app/worker/metadata.h"

#include <vips/vips8>

namespace batchwright::worker {

/// `image` is the opened file.
Metadata metadataOfPicture(const InputFile &file, const QString &format, const vips::VImage &image);
/// HEIC, AVIF and JPEG XL: their decoders turn the picture themselves, and nobody looks at the EXIF for it.
bool isTurnedByDecoder(const QString &format);

} // namespace batchwright::worker
