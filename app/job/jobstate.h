// JobState and the only table of legal moves.
#pragma once

#include <QString>

namespace batchwright {

enum class JobState {
    Ready,     ///< in the list; its preset can still be changed
    Queued,    ///< planned, waits for a free slot
    Running,   ///< a converter works on it
    Finishing, ///< the result is checked and put in place
    Done,
    Skipped, ///< nothing to do, or nothing that could be done; not a failure
    Failed,
    Cancelled, ///< the user stopped it; not a failure
};

/// True when a job may go from one state to the other. Everything else is a bug of the caller.
bool canMove(JobState from, JobState to);

inline bool isActive(JobState state)
{
    return state == JobState::Running || state == JobState::Finishing;
}
inline bool isFinished(JobState state)
{
    return state == JobState::Done || state == JobState::Skipped || state == JobState::Failed
           || state == JobState::Cancelled;
}

/// The JSON spelling: "ready", "done", "failed" …: a public contract.
QString jobStateId(JobState state);
/// For people: "Ready", "Waiting", "Converting", "Finishing", "Done", "Skipped", "Failed", "Stopped".
QString jobStateText(JobState state);

} // namespace batchwright
