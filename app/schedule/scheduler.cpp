#include "app/schedule/scheduler.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace batchwright {

namespace {
constexpr int mostSlots = 1024;
}

Scheduler::Scheduler(JobList &jobs, JobRunFactory factory, int limit, const Clock &clock, QObject *parent)
    : QObject(parent),
      m_jobs(jobs),
      m_factory(std::move(factory)),
      m_slots(std::clamp(limit, 1, mostSlots)),
      m_clock(clock)
{
}

Scheduler::~Scheduler() = default;

void Scheduler::enqueue(const QVector<JobId> &ids)
{
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (job && job->state == JobState::Ready && job->settings) {
            m_jobs.setState(id, JobState::Queued);
            m_waiting.add(id, m_model.measure(*job));
        }
    }
    schedulePump();
}

QVector<JobId> Scheduler::runningIds() const
{
    QVector<JobId> ids;
    for (const auto &[id, running] : m_running) {
        ids.append(JobId{id});
    }
    return ids;
}

qint64 Scheduler::activeMilliseconds(const Running &running) const
{
    const qint64 until = running.frozenAt >= 0 ? running.frozenAt : m_clock.steadyMilliseconds();
    return until - running.startedAt - running.frozenFor;
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
    dropGoneHeld();
    if (isIdle()) {
        m_doneSeconds = 0;
        emit becameIdle();
    }
}

/// Jobs that were removed from the list or taken back in the meantime.
void Scheduler::dropGone()
{
    while (const JobQueue::Entry *first = m_waiting.first(m_model)) {
        const Job *job = m_jobs.find(first->id);
        if (job && job->state == JobState::Queued) {
            return;
        }
        m_waiting.remove(first->id);
    }
}

void Scheduler::dropGoneHeld()
{
    for (auto held = m_heldJobs.begin(); held != m_heldJobs.end();) {
        const Job *job = m_jobs.find(held.key());
        held = job && job->state == JobState::Queued ? std::next(held) : m_heldJobs.erase(held);
    }
}

bool Scheduler::startNext()
{
    if (m_slots.free() == 0 || m_finishing >= finishingPerCore * m_slots.limit()) {
        return false;
    }
    dropGone();
    const std::optional<Choice> choice = choose();
    if (choice) {
        start(*choice);
    }
    return choice.has_value();
}

void Scheduler::start(const Choice &choice)
{
    const JobId id = choice.id;
    std::optional<SlotLease> lease = m_slots.lease(choice.tokens);
    Q_ASSERT(lease);
    m_waiting.remove(id);
    m_memory.add(id, choice.bytes);
    m_jobs.setAttempt(id, m_jobs.find(id)->attempt + 1);
    const int tokens = lease->tokens();
    std::unique_ptr<JobRun> run = m_factory(*m_jobs.find(id), tokens);
    connect(run.get(), &JobRun::progressed, this,
            [this, id](const Progress &progress) { takeProgress(id, progress); });
    connect(run.get(), &JobRun::coresReleased, this, [this, id] { releaseCores(id); });
    connect(run.get(), &JobRun::finished, this,
            [this, id](JobState state, const JobResult &result) { finish(id, state, result); });
    JobRun *started = run.get();
    Running running;
    running.run = std::move(run);
    running.lease.emplace(std::move(*lease));
    running.work = choice.work;
    running.tokens = tokens;
    running.startedAt = m_clock.steadyMilliseconds();
    m_running.emplace(static_cast<quint64>(id), std::move(running));
    m_jobs.setState(id, JobState::Running);
    started->start();
}

void Scheduler::takeProgress(JobId id, Progress progress)
{
    if (const auto found = m_running.find(static_cast<quint64>(id)); found != m_running.end()) {
        Running &running = found->second;
        progress.standstill = running.standstill;
        if (std::exchange(running.lastFraction, progress.fraction) != progress.fraction) {
            running.busyAt = activeMilliseconds(running);
        } else {
            progress.idle = m_jobs.find(id)->progress.idle;
        }
        foretellEnd(running, progress);
    }
    m_jobs.setProgress(id, progress);
}

void Scheduler::releaseCores(JobId id)
{
    const auto running = m_running.find(static_cast<quint64>(id));
    if (running == m_running.end() || !running->second.lease) {
        return;
    }
    running->second.lease.reset();
    running->second.busyFor = activeMilliseconds(running->second);
    m_memory.remove(id);
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
    const qint64 busyFor =
        running->second.lease ? activeMilliseconds(running->second) : running->second.busyFor;
    // We are inside its signal.
    running->second.run.release()->deleteLater();
    m_finishing -= running->second.lease ? 0 : 1;
    const double seconds = static_cast<double>(busyFor) / 1000;
    m_doneSeconds += seconds * running->second.tokens;
    if (state == JobState::Done && !result.isTakenOver) {
        m_model.learn(running->second.work, running->second.tokens, seconds);
        learnFrom(id, running->second, seconds);
    }
    const bool isRequeued = running->second.isRequeued && state == JobState::Cancelled;
    m_running.erase(running);
    m_memory.remove(id);
    const Job *job = m_jobs.find(id);
    const std::optional<Retry> retry =
        job && state == JobState::Failed && m_retryRule ? m_retryRule(*job, result) : std::nullopt;
    if (job && isRequeued) {
        m_jobs.requeue(id, tr("Waits until there is more memory."));
        m_waiting.add(id, m_model.measure(*job), JobQueue::Band::First);
    } else if (retry) {
        m_jobs.requeue(id, retry->note);
        m_waiting.add(id, m_model.measure(*job),
                      retry->place == Retry::Place::First ? JobQueue::Band::First : JobQueue::Band::Last);
    } else {
        m_appetite.remove(id);
        m_jobs.finish(id, state, std::move(result));
    }
    if (!m_held) {
        startNext();
    }
    schedulePump();
}

} // namespace batchwright
