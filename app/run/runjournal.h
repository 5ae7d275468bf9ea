// RunJournal: what a run writes down, so that a later start of the program can tell what became of it. An interface,
// because the journal lies beside this folder; Session joins the two. It outlives every run.
#pragma once

#include "app/output/outputpublisher.h"
#include "app/run/jobworkspace.h"

namespace batchwright {

class RunJournal
{
public:
    virtual ~RunJournal() = default;

    /// An attempt has its folders. The event loop's thread; returns at once.
    virtual void started(JobId id, int attempt, const JobWorkspace &workspace) = 0;
    /// One of its converters runs. The event loop's thread; returns at once.
    virtual void processStarted(JobId id, qint64 processId) = 0;
    /// Its result is about to get its name, or its original to leave its place. Returns when that is on the disk, so pool threads only. A journal that
    /// cannot be written any more is no reason to throw a good result away: then it succeeds as well.
    virtual Outcome publishing(JobId id, const Publishing &publishing) = 0;
};

} // namespace batchwright
