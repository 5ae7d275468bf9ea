// The size of a picture in pixels, from its header: no decoder, one open, a few kilobytes. Blocks on the disk, so pool
// threads only.
#pragma once

#include <QSize>
#include <QString>

#include <optional>

class QFile;

namespace batchwright {

/// As stored, before any rotation that a tag asks for. Knows JPEG, PNG, GIF, WebP and BMP; nothing for other formats
/// and for files that end before their header tells.
std::optional<QSize> pictureSize(const QString &path);
/// The same of a file that is open for reading; leaves it anywhere.
std::optional<QSize> pictureSize(QFile &file);

} // namespace batchwright
