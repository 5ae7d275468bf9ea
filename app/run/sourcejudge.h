// Should this file be converted at all, now that its facts are known? Pure; any thread.
#pragma once

#include "app/job/job.h"

#include <optional>

namespace batchwright {

struct SourceRefusal {
    JobState state; ///< Failed or Skipped
    Error error;
};

/// Nothing when the job may go on. `job` has settings.
std::optional<SourceRefusal> judgeSource(const Job &job);

} // namespace batchwright
