// Puts metadata into finished files whose encoders leave it out: PNG chunks, WebP chunks, JPEG XL boxes, and a second
// directory for TIFF. Each takes a whole file and gives a whole file. Pure; any thread.
#pragma once

#include "app/worker/metadata.h"

namespace batchwright::worker {

QByteArray pngWithMetadata(const QByteArray &png, const Metadata &metadata);
QByteArray webpWithMetadata(const QByteArray &webp, const Metadata &metadata, const QSize &size,
                            bool hasAlpha);
QByteArray jxlWithMetadata(const QByteArray &jxl, const Metadata &metadata);
/// `tiff` is little-endian, as libvips writes it. EXIF's directories are appended and its texts join the first one.
QByteArray tiffWithMetadata(const QByteArray &tiff, const Metadata &metadata);

} // namespace batchwright::worker
