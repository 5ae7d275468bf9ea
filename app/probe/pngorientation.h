// The orientation that a PNG carries in its eXIf chunk (PNG specification, third edition, 11.3.4.5): neither
// ImageMagick nor libvips reports it wherever the chunk stands. Blocks on the disk: pool threads only.
#pragma once

#include <QString>

class QIODevice;

namespace batchwright {

/// EXIF orientation 1-8, or 0 when there is none.
int pngOrientation(const QString &path);
/// The same of a file that is open and can be sought.
int pngOrientation(QIODevice &file);

} // namespace batchwright
