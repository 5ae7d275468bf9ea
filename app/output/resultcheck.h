// Is a result file whole? Cheap structural checks, made before it gets its name. They read a few bytes;
// they block, so call them from a pool thread. What needs a decoder is asked from a tool (see JobRunner).
#pragma once

#include "app/base/result.h"
#include "app/media/mediainfo.h"
#include "app/preset/preset.h"

namespace batchwright {

/// Exists, is a regular file, not empty, its content is what its suffix says, and for ResultCheck::Image its end
/// is there (JPEG FFD9, PNG IEND, WebP RIFF length, GIF trailer) and its header promises pixels. Gives what the file is,
/// with its size in bytes and, where pictureSize() knows the format, in pixels.
Result<MediaInfo> checkResultFile(const QString &path, ResultCheck check);

} // namespace batchwright
