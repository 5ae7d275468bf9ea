// TriedResult: what a try of a file made, for the batch that follows to take over instead of converting the file again. A
// value; see JobRunner::takeOver().
#pragma once

#include "app/job/job.h"

namespace batchwright {

struct TriedResult {
    JobSettingsPointer settings; ///< it was made with these …
    Variables variables;
    int index = 0;     ///< … and as this one of its preset's files
    FileStatus source; ///< of the original, before it was tried
    /// Done; its file lies in the private folder of the try, which outlives whoever takes it over.
    JobResult result;

    /// The same file with the same settings; whether file and result are still what they were is looked at when it is
    /// taken over.
    bool isOf(const Job &job, int indexOfJob) const
    {
        return settings == job.settings && variables == job.variables && index == indexOfJob;
    }
};

} // namespace batchwright
