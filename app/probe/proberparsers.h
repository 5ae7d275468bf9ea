// What probe tools print -> facts. Pure; any thread. Each fills in what it finds and leaves the rest.
#pragma once

#include "app/media/mediainfo.h"

#include <QByteArray>

namespace batchwright {

/// `ffprobe -of json -show_format -show_streams`. Durations by format, else stream, else Matroska's DURATION tag.
/// A file that was taken for a video and has no moving picture becomes Audio.
void parseFfprobe(const QByteArray &json, const QByteArray &errors, MediaInfo &info);

/// `identify -ping -format "%w %h %[orientation] %n %[colorspace]\n"`: one line a page, the first counts.
bool parseIdentify(const QByteArray &output, MediaInfo &info);

/// `vipsheader -a`.
bool parseVipsheader(const QByteArray &output, MediaInfo &info);

/// `dcmdump -Un +P …`: transfer syntax, size, frames, windows.
void parseDcmdump(const QByteArray &output, MediaInfo &info);

} // namespace batchwright
