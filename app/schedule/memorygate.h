// MemoryGate: whether there is memory for one more job, and what is to be done when there is less than was expected: first
// nothing more starts, then the youngest job is frozen, which keeps what it has but takes no more, then it is put back into
// the queue. A job that is alone always runs. Decides, never acts. A value; owned by Scheduler.
#pragma once

#include "app/base/usage.h"
#include "app/job/job.h"

#include <QVector>

namespace batchwright {

class MemoryGate final
{
public:
    /// Bytes for all jobs together; 0: what the machine has.
    void setLimit(qint64 bytes) { m_limit = bytes; }
    qint64 limit() const { return m_limit; }

    /// It starts, and is expected to need that much at most.
    void add(JobId id, qint64 expectedBytes);
    void remove(JobId id);
    void measure(JobId id, qint64 bytes);
    void setFrozen(JobId id, bool frozen);
    bool isFrozen(JobId id) const;
    void takeMachine(const MachineMemory &machine) { m_machine = machine; }

    /// Whether a job that is expected to need that much may start besides those that run.
    bool fits(qint64 expectedBytes) const { return fitsWithout({}, expectedBytes); }
    /// The same when those have ended.
    bool fitsWithout(const QVector<JobId> &ended, qint64 expectedBytes) const;

    enum class Step { None, Freeze, GoOn, Requeue };
    struct Advice {
        Step step = Step::None;
        JobId id = JobId::None;
    };
    /// One step at a time, for the figures that were told last: the next ones show what it did.
    Advice advise() const;

private:
    struct Entry {
        JobId id = JobId::None;
        qint64 expected = 0;
        qint64 taken = 0;
        bool isFrozen = false;
    };
    enum class Level { Enough, Short, Critical };
    Level level() const;
    qint64 takenBytes() const;
    Entry *find(JobId id);

    qint64 m_limit = 0;
    MachineMemory m_machine;
    QVector<Entry> m_entries; ///< the youngest is the last
};

} // namespace batchwright
