// How large a result will be, roughly: to warn before a disk fills, not to promise. Pure; any thread.
#pragma once

#include "app/media/mediainfo.h"

namespace batchwright {

/// Bytes, from the original's size and the kinds of both files: more than the original where a lossless format is made
/// of a lossy one, else as much. Results are mostly smaller, so the guess is rather too high; 0 when nothing is known.
/// The factors are measured over a collection of camera photos and songs: PNG takes 4.7 to 9.4 times a JPEG, WAV 5 to 7
/// and FLAC 5 to 6 times an MP3 (128 to 256 kbit/s against the 1411 kbit/s of CD sound).
qint64 expectedBytes(const MediaInfo &source, const QString &resultName);

} // namespace batchwright
