#include "tests/fake/fakejobrun.h"

#include <algorithm>

namespace batchwright {

void FakeJobRun::progress(double fraction)
{
    Q_ASSERT(m_isStarted && !m_isFinished);
    Progress progress;
    progress.fraction = fraction;
    emit progressed(progress);
}

void FakeJobRun::finish(JobState state, const JobResult &result)
{
    Q_ASSERT(m_isStarted && !m_isFinished && batchwright::isFinished(state));
    m_isFinished = true;
    QMetaObject::invokeMethod(
        this, [this, state, result] { emit finished(state, result); }, Qt::QueuedConnection);
}

void FakeJobRun::start()
{
    Q_ASSERT(!m_isStarted);
    m_isStarted = true;
    if (m_cancelCount > 0 && m_whenCancelled == WhenCancelled::End) {
        finish(JobState::Cancelled);
    }
}

void FakeJobRun::cancel()
{
    ++m_cancelCount;
    if (m_isStarted && !m_isFinished && m_whenCancelled == WhenCancelled::End) {
        finish(JobState::Cancelled);
    }
}

JobRunFactory FakeJobRuns::factory()
{
    return [this](const Job &job, int threads) -> std::unique_ptr<JobRun> {
        auto run = std::make_unique<FakeJobRun>(job, threads);
        m_runs.append(run.get());
        m_madeFor.append(job.id);
        // The new one counts, although it is started only after this returns.
        m_mostThreads = std::max(m_mostThreads, threadsInUse() + threads);
        return run;
    };
}

QVector<FakeJobRun *> FakeJobRuns::running() const
{
    QVector<FakeJobRun *> found;
    for (const QPointer<FakeJobRun> &run : m_runs) {
        if (run && run->isStarted() && !run->isFinished()) {
            found.append(run);
        }
    }
    return found;
}

FakeJobRun *FakeJobRuns::find(JobId id) const
{
    for (FakeJobRun *run : running()) {
        if (run->job().id == id) {
            return run;
        }
    }
    return nullptr;
}

int FakeJobRuns::threadsInUse() const
{
    int threads = 0;
    for (const FakeJobRun *run : running()) {
        threads += run->threads();
    }
    return threads;
}

} // namespace batchwright
