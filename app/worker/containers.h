// Puts metadata into finished files whose encoders leave it out: PNG chunks, WebP chunks, JPEG XL boxes, and a second
// directory for TIFF. Pure; any thread.
#pragma once

#include "app/worker/metadata.h"

namespace batchwright::worker {

/// The chunks that belong behind a PNG's header.
QByteArray pngMetadata(const Metadata &metadata);
// The others take a whole file and give a whole file.
QByteArray webpWithMetadata(const QByteArray &webp, const Metadata &metadata, const QSize &size,
                            bool hasAlpha);
QByteArray jxlWithMetadata(const QByteArray &jxl, const Metadata &metadata);
/// `tiff` is little-endian, as libvips writes it. EXIF's directories are appended and its texts join the first one.
QByteArray tiffWithMetadata(const QByteArray &tiff, const Metadata &metadata);

} // namespace batchwright::worker
