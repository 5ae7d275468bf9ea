#include "app/schedule/scheduler.h"

#include <QSet>

#include <algorithm>

namespace batchwright {

namespace {
constexpr int mostSlots = 1024;
}

Scheduler::Scheduler(JobList &jobs, JobRunFactory factory, int limit, QObject *parent)
    : QObject(parent), m_jobs(jobs), m_factory(std::move(factory)), m_slots(std::clamp(limit, 1, mostSlots))
{
}

Scheduler::~Scheduler() = default;

void Scheduler::enqueue(const QVector<JobId> &ids)
{
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (job && job->state == JobState::Ready && job->settings) {
            m_jobs.setState(id, JobState::Queued);
            m_waiting.push_back(id);
        }
    }
    schedulePump();
}

void Scheduler::cancel(const QVector<JobId> &ids)
{
    QSet<JobId> wanted(ids.cbegin(), ids.cend());
    std::erase_if(m_waiting, [&](JobId id) {
        const bool isWanted = wanted.contains(id);
        if (isWanted) {
            m_jobs.setState(id, JobState::Ready);
        }
        return isWanted;
    });
    for (const JobId id : ids) {
        const auto running = m_running.find(static_cast<quint64>(id));
        if (running != m_running.end()) {
            running->second.run->cancel();
        }
    }
    schedulePump();
}

void Scheduler::cancelAll()
{
    QVector<JobId> all(m_waiting.cbegin(), m_waiting.cend());
    for (const auto &[id, running] : m_running) {
        all.append(JobId{id});
    }
    cancel(all);
}

void Scheduler::setHeld(bool held)
{
    m_held = held;
    schedulePump();
}

void Scheduler::setLimit(int limit)
{
    m_slots.setLimit(std::clamp(limit, 1, mostSlots));
    schedulePump();
}

void Scheduler::schedulePump()
{
    if (!m_pumpIsDue) {
        m_pumpIsDue = true;
        QMetaObject::invokeMethod(this, &Scheduler::pump, Qt::QueuedConnection);
    }
}

void Scheduler::pump()
{
    m_pumpIsDue = false;
    int started = 0;
    while (started < startsPerTurn && !m_held && startNext()) {
        ++started;
    }
    if (started == startsPerTurn) {
        schedulePump();
    }
    if (isIdle()) {
        emit becameIdle();
    }
}

bool Scheduler::startNext()
{
    // Jobs that were removed from the list or taken back in the meantime.
    while (!m_waiting.empty()) {
        const Job *job = m_jobs.find(m_waiting.front());
        if (job && job->state == JobState::Queued) {
            break;
        }
        m_waiting.pop_front();
    }
    if (m_waiting.empty() || m_finishing >= finishingPerCore * m_slots.limit()) {
        return false;
    }
    const JobId id = m_waiting.front();
    const Job &job = *m_jobs.find(id);
    std::optional<SlotLease> lease = m_slots.lease(wantedTokens(*job.settings->preset));
    if (!lease) {
        return false;
    }
    m_waiting.pop_front();
    m_jobs.setAttempt(id, job.attempt + 1);
    std::unique_ptr<JobRun> run = m_factory(job, lease->tokens());
    connect(run.get(), &JobRun::progressed, this,
            [this, id](const Progress &progress) { m_jobs.setProgress(id, progress); });
    connect(run.get(), &JobRun::coresReleased, this, [this, id] { releaseCores(id); });
    connect(run.get(), &JobRun::finished, this,
            [this, id](JobState state, const JobResult &result) { finish(id, state, result); });
    JobRun *started = run.get();
    m_running.emplace(static_cast<quint64>(id), Running{std::move(run), std::move(lease)});
    m_jobs.setState(id, JobState::Running);
    started->start();
    return true;
}

int Scheduler::wantedTokens(const Preset &preset) const
{
    if (preset.threads() > 0) {
        return preset.threads();
    }
    // One thread each is fastest for many files; a few files, and the last ones, share what is free.
    return std::max(1, m_slots.free() / static_cast<int>(m_waiting.size()));
}

void Scheduler::releaseCores(JobId id)
{
    const auto running = m_running.find(static_cast<quint64>(id));
    if (running == m_running.end() || !running->second.lease) {
        return;
    }
    running->second.lease.reset();
    ++m_finishing;
    // At once and not by way of the queue: the cores are free, and the next converter should not wait a turn.
    if (!m_held) {
        startNext();
    }
    schedulePump();
}

void Scheduler::finish(JobId id, JobState state, JobResult result)
{
    const auto running = m_running.find(static_cast<quint64>(id));
    if (running == m_running.end()) {
        return;
    }
    // We are inside its signal.
    running->second.run.release()->deleteLater();
    m_finishing -= running->second.lease ? 0 : 1;
    m_running.erase(running);
    const Job *job = m_jobs.find(id);
    const std::optional<Retry> retry =
        job && state == JobState::Failed && m_retryRule ? m_retryRule(*job, result) : std::nullopt;
    if (retry) {
        m_jobs.requeue(id, retry->note);
        m_waiting.insert(retry->place == Retry::Place::First ? m_waiting.begin() : m_waiting.end(), id);
    } else {
        m_jobs.finish(id, state, std::move(result));
    }
    if (!m_held) {
        startNext();
    }
    schedulePump();
}

} // namespace batchwright
