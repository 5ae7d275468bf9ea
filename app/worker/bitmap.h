// Windows bitmaps (BMP), which libvips does not read: decoded by libavcodec. Blocks; one thread.
#pragma once

#include "app/base/result.h"
#include "app/worker/inputfile.h"
#include "app/worker/message.h"

#include <QSize>

#include <vips/vips8>

namespace batchwright::worker {

/// By its first bytes: one whose pixels are not packed. Packed ones (RLE) are left to other converters, because their decoder
/// does not tell when one is cut short.
bool isBitmap(const InputFile &file);

/// By its header, upright; empty when that makes no sense.
QSize bitmapSize(const InputFile &file);

/// In memory, 8 bits, three bands or four. DamagedInput; TooLarge, found before anything is decoded. Throws vips::VError.
Result<vips::VImage> loadBitmap(const InputFile &file, const Request &request);

} // namespace batchwright::worker
