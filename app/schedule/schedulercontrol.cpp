// Scheduler: what a person may ask of it.
#include "app/schedule/scheduler.h"

#include <utility>

namespace batchwright {

void Scheduler::cancel(const QVector<JobId> &ids)
{
    for (const JobId id : ids) {
        if (m_heldJobs.remove(id) > 0) {
            setStandstill(id, Standstill::None);
            m_jobs.setState(id, JobState::Ready);
        } else if (m_waiting.remove(id)) {
            m_jobs.setState(id, JobState::Ready);
        }
    }
    for (const JobId id : ids) {
        const auto running = m_running.find(static_cast<quint64>(id));
        if (running != m_running.end()) {
            running->second.isRequeued = false;
            running->second.run->cancel();
        }
    }
    schedulePump();
}

void Scheduler::cancelAll()
{
    QVector<JobId> all = m_waiting.ids() + m_heldJobs.keys();
    for (const auto &[id, running] : m_running) {
        all.append(JobId{id});
    }
    cancel(all);
}

void Scheduler::setOrder(JobQueue::Order order)
{
    m_waiting.setOrder(order);
}

void Scheduler::prefer(const QVector<JobId> &ids)
{
    setJobsHeld(ids, false); // they are wanted now
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (job && m_waiting.remove(id)) {
            m_waiting.add(id, m_model.measure(*job), JobQueue::Band::First);
        }
    }
}

void Scheduler::takeListOrder()
{
    JobQueue queue;
    queue.setOrder(m_waiting.order());
    for (int place = 0; place < m_jobs.size(); ++place) {
        const Job &job = m_jobs.at(place);
        if (const std::optional<JobQueue::Band> band = m_waiting.bandOf(job.id)) {
            // Those that are tried once more at the end stay there.
            queue.add(job.id, m_model.measure(job),
                      *band == JobQueue::Band::Last ? JobQueue::Band::Last : JobQueue::Band::Normal);
        }
    }
    m_waiting = std::move(queue);
    m_reservation = {};
}

void Scheduler::setHeld(bool held)
{
    m_held = held;
    schedulePump();
}

void Scheduler::setJobsHeld(const QVector<JobId> &ids, bool held)
{
    for (const JobId id : ids) {
        if (held) {
            const Job *job = m_jobs.find(id);
            if (const std::optional<JobQueue::Band> band = m_waiting.bandOf(id); band && job) {
                m_waiting.remove(id);
                m_heldJobs.insert(id, {*band, m_model.measure(*job)});
                setStandstill(id, Standstill::Asked);
            }
        } else if (const auto found = m_heldJobs.constFind(id); found != m_heldJobs.cend()) {
            const JobQueue::Band band = found->band;
            m_heldJobs.erase(found);
            setStandstill(id, Standstill::None);
            if (const Job *job = m_jobs.find(id); job && job->state == JobState::Queued) {
                m_waiting.add(id, m_model.measure(*job), band);
            }
        }
    }
    schedulePump();
}

void Scheduler::setStandstill(JobId id, Standstill standstill)
{
    if (const Job *job = m_jobs.find(id)) {
        Progress progress = job->progress;
        progress.standstill = standstill;
        m_jobs.setProgress(id, progress);
    }
}

void Scheduler::setFrozen(const QVector<JobId> &ids, bool frozen)
{
    for (const JobId id : ids) {
        const auto found = m_running.find(static_cast<quint64>(id));
        if (found != m_running.end() && found->second.lease) {
            found->second.isFrozenByUser = frozen;
            applyFrozen(id, found->second);
        }
    }
}

/// A person's wish and a lack of memory each keep it frozen.
void Scheduler::applyFrozen(JobId id, Running &running)
{
    const Standstill standstill = running.isFrozenByUser  ? Standstill::Asked
                                  : m_memory.isFrozen(id) ? Standstill::Memory
                                                          : Standstill::None;
    if (running.standstill == standstill) {
        return;
    }
    running.standstill = standstill;
    const bool frozen = standstill != Standstill::None;
    if ((running.frozenAt >= 0) != frozen) {
        const qint64 time = m_clock.steadyMilliseconds();
        running.frozenFor += frozen ? 0 : time - running.frozenAt;
        running.frozenAt = frozen ? time : -1;
        running.run->setFrozen(frozen);
    }
    setStandstill(id, standstill);
}

} // namespace batchwright
