// Did a converter really succeed? Pure judgements over what it printed and how it ended; exit 0 proves
// nothing: ffmpeg reports it on a full disk and on inputs that were cut short. Any thread.
#pragma once

#include "app/job/job.h"
#include "app/preset/toollibrary.h"
#include "app/progress/progressparser.h"
#include "app/target/executiontarget.h"

#include <optional>

namespace batchwright {

/// Why this run of a tool failed; nothing when it did its work. `tool` may be null (a program without an entry).
/// `command` is the program as the preset names it.
std::optional<Error> judgeExit(const ExecutionResult &result, const QString &command, const Tool *tool);

/// Lines of its output that are worth showing although it succeeded; at most a handful.
QStringList warningLines(const ExecutionResult &result, const Tool *tool);

/// The length that a result must have, in milliseconds; 0 when nothing can be expected. An option with the
/// id "start" takes its seconds off.
qint64 expectedMilliseconds(const JobSettings &settings, const MediaInfo &facts);

/// ResultShort when `actual` is clearly less than `expected`. The slack covers what is normal: a last frame,
/// encoder delay, rounding in containers (0.25 s, two frames, or half a percent up to 2 s).
std::optional<Error> judgeLength(qint64 expected, qint64 actual, double frameRate);

/// Compares what the encoder wrote last with what is on the disk: they differ when the disk was full at the end.
std::optional<Error> judgeSize(const EncoderTotals &totals, qint64 bytesOnDisk);

/// ResultBad when the picture's size is not that of its original, turned upright. Nothing where one is not known.
std::optional<Error> judgePixels(const MediaInfo &source, const MediaInfo &result);

/// NotSmaller when the result is no smaller than its original.
std::optional<Error> judgeSaving(qint64 sourceBytes, qint64 resultBytes);

/// The columns of a measuring preset from what was printed, or ResultBad.
Result<QVector<QVariant>> measuredValues(const MeasureRule &rule, const QByteArray &standardOutput);

} // namespace batchwright
