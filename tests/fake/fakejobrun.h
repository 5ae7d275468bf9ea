// FakeJobRun: a JobRun that does nothing until the test says so; FakeJobRuns makes them for a Scheduler.
// One thread.
//
//   FakeJobRuns runs;
//   Scheduler scheduler(jobs, runs.factory(), 4);
//   scheduler.enqueue(ids);
//   QTRY_COMPARE(runs.running().size(), 4);
//   runs.running().first()->finish(JobState::Done);
#pragma once

#include "app/schedule/jobrun.h"

#include <QPointer>
#include <QVector>

namespace batchwright {

class FakeJobRun final : public JobRun
{
    Q_OBJECT

public:
    FakeJobRun(const Job &job, int threads) : m_job(job), m_threads(threads) {}

    const Job &job() const { return m_job; }
    int threads() const { return m_threads; }
    bool isStarted() const { return m_isStarted; }
    bool isFinished() const { return m_isFinished; }
    int cancelCount() const { return m_cancelCount; }
    bool isFrozen() const { return m_isFrozen; }

    /// With Ignore a cancelled run goes on until finish(); standard is to end as Cancelled.
    enum class WhenCancelled { End, Ignore };
    void setWhenCancelled(WhenCancelled what) { m_whenCancelled = what; }
    void progress(double fraction);
    /// Once, after start(): finished() comes from the event loop.
    void finish(JobState state, const JobResult &result = {});

    void start() override;
    void cancel() override;
    void setFrozen(bool frozen) override { m_isFrozen = frozen; }
    qint64 processId() const override
    {
        return m_isStarted && !m_isFinished ? static_cast<qint64>(m_job.id) : 0;
    }

private:
    Job m_job;
    int m_threads;
    WhenCancelled m_whenCancelled = WhenCancelled::End;
    int m_cancelCount = 0;
    bool m_isStarted = false;
    bool m_isFinished = false;
    bool m_isFrozen = false;
};

/// Makes and remembers FakeJobRuns. Outlives the scheduler that has its factory.
class FakeJobRuns final
{
public:
    FakeJobRuns() = default;
    FakeJobRuns(const FakeJobRuns &) = delete;
    FakeJobRuns &operator=(const FakeJobRuns &) = delete;

    JobRunFactory factory();
    /// Started and not finished, in the order of their making; asked at any time, also between two turns.
    QVector<FakeJobRun *> running() const;
    /// The running one of that job; null when there is none.
    FakeJobRun *find(JobId id) const;
    /// Ids in the order in which runs were made.
    const QVector<JobId> &madeFor() const { return m_madeFor; }
    /// Threads of all running ones together, now, and the most that they ever were.
    int threadsInUse() const;
    int mostThreadsInUse() const { return m_mostThreads; }

private:
    QVector<QPointer<FakeJobRun>> m_runs;
    QVector<JobId> m_madeFor;
    int m_mostThreads = 0;
};

} // namespace batchwright
