#include "app/job/jobstate.h"

#include <iterator>

namespace batchwright {

bool canMove(JobState from, JobState to)
{
    switch (from) {
    case JobState::Ready:
        return to == JobState::Queued || to == JobState::Skipped || to == JobState::Failed;
    case JobState::Queued:
        return to == JobState::Running || to == JobState::Ready || to == JobState::Skipped
               || to == JobState::Failed || to == JobState::Cancelled;
    case JobState::Running:
        return to == JobState::Finishing || to == JobState::Queued || isFinished(to);
    case JobState::Finishing:
        return to == JobState::Running || to == JobState::Queued || isFinished(to);
    case JobState::Done:
    case JobState::Skipped:
    case JobState::Failed:
    case JobState::Cancelled:
        return to == JobState::Ready;
    }
    return false;
}

QString jobStateId(JobState state)
{
    static constexpr const char *ids[] = {"ready", "queued",  "running", "finishing",
                                          "done",  "skipped", "failed",  "cancelled"};
    static_assert(std::size(ids) == static_cast<size_t>(JobState::Cancelled) + 1);
    return QString::fromLatin1(ids[static_cast<int>(state)]);
}

QString jobStateText(JobState state)
{
    static constexpr const char *texts[] = {"Ready", "Waiting", "Converting", "Finishing",
                                            "Done",  "Skipped", "Failed",     "Stopped"};
    static_assert(std::size(texts) == static_cast<size_t>(JobState::Cancelled) + 1);
    return QString::fromLatin1(texts[static_cast<int>(state)]);
}

} // namespace batchwright
