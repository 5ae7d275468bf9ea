// BatchJobs: the jobs of one batch and how they ended, counted as they end: with 100,000 of them, looking at each whenever
// the window shows a figure would keep it from answering. A value; what is removed from the list stays in the count.
#pragma once

#include "app/job/job.h"

#include <QHash>

namespace batchwright {

class BatchJobs final
{
public:
    void clear() { *this = {}; }
    /// It is to run, perhaps once more: how it ended before counts no longer.
    void add(JobId id) { put(id, JobState::Queued); }
    /// `state`: a finished one. Jobs of no batch are ignored.
    void end(JobId id, JobState state)
    {
        if (m_states.contains(id)) {
            put(id, state);
        }
    }

    bool isEmpty() const { return m_states.isEmpty(); }
    qsizetype size() const { return m_states.size(); }
    /// `state`: a finished one.
    qsizetype endedAs(JobState state) const { return m_counts[static_cast<int>(state)]; }
    qsizetype ended() const { return size() - m_counts[static_cast<int>(JobState::Queued)]; }

private:
    void put(JobId id, JobState state)
    {
        const auto known = m_states.find(id);
        if (known != m_states.end()) {
            --m_counts[static_cast<int>(*known)];
            *known = state;
        } else {
            m_states.insert(id, state);
        }
        ++m_counts[static_cast<int>(state)];
    }

    QHash<JobId, JobState> m_states;
    qsizetype m_counts[8] = {}; ///< indexed by JobState
};

} // namespace batchwright
