// What a file is by its content: kind and format, from its first bytes. Cheap (one open, a few kilobytes);
// blocks on the disk, so pool threads only. The caller has made sure that it is a regular file.
#pragma once

#include "app/base/result.h"
#include "app/media/mediainfo.h"

namespace batchwright {

/// Sets kind, format, formatText, bytes and modifiedNanoseconds, and of photos width and height where pictureSize() knows
/// the format. NotReadable when it cannot be opened.
/// The content decides; the name helps only where the content says nothing (raw video, headerless scans).
Result<MediaInfo> sniffFile(const QString &path);

/// The same from the first bytes of a file (4 KiB are enough): kind, format and formatText. Blocks on nothing.
MediaInfo sniffBytes(const QByteArray &head, const QString &fileName);

/// The format that a name promises by its ending; empty when its ending promises none of ours.
QString formatForName(const QString &fileName);

/// The ending that tools expect for a format ("jpg" for "jpeg"); the file's own when the format has none.
QString suffixForFormat(const QString &format, const QString &fileName);

} // namespace batchwright
