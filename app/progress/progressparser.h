// ProgressParser: what a converter prints -> how far it is. Fed with raw chunks as they arrive; a line
// may be cut anywhere. Owned by one JobRunner; its thread.
#pragma once

#include "app/job/job.h"
#include "app/preset/preset.h"

#include <QByteArray>

#include <memory>
#include <optional>

namespace batchwright {

/// What only the ffmpeg format tells; used to judge the result afterwards.
struct EncoderTotals {
    std::optional<qint64> outputBytes;        ///< last total_size
    std::optional<qint64> outputMilliseconds; ///< last out_time
};

class ProgressParser
{
public:
    virtual ~ProgressParser() = default;
    /// The newest progress if this chunk completed any, fraction in 0..1. The fraction never goes back.
    virtual std::optional<Progress> feed(const QByteArray &chunk) = 0;
    virtual EncoderTotals totals() const { return {}; }
};

/// `durationMilliseconds` is the expected length of the result (0: unknown); `frameRate` 0 when unknown.
std::unique_ptr<ProgressParser> makeProgressParser(const ProgressFormat &format, qint64 durationMilliseconds,
                                                   double frameRate);

/// What a tool printed, for a log: without the lines that only told how far it was.
QString withoutProgressLines(const QByteArray &output, const ProgressFormat &format);

} // namespace batchwright
