// Scheduler: what it sees of the programs that run, and what it does when they take more memory than there is.
#include "app/schedule/scheduler.h"

#include <algorithm>
#include <utility>

namespace batchwright {

namespace {

/// Between two steps, so that the first one shows what it did.
constexpr qint64 memoryPause = 1000; // ms

} // namespace

void Scheduler::setMemoryLimit(qint64 bytes)
{
    m_memory.setLimit(std::max<qint64>(0, bytes));
    schedulePump();
}

QVector<Scheduler::Watched> Scheduler::watched() const
{
    QVector<Watched> all;
    for (const auto &[id, running] : m_running) {
        const qint64 process = running.lease ? running.run->processId() : 0;
        if (process > 0) {
            all.append({JobId{id}, process});
        }
    }
    return all;
}

void Scheduler::takeUsage(const MachineMemory &machine, const QHash<JobId, ProcessUsage> &usage, qint64 time)
{
    for (auto seen = usage.cbegin(); seen != usage.cend(); ++seen) {
        const auto found = m_running.find(static_cast<quint64>(seen.key()));
        if (found == m_running.end() || !found->second.lease || time < found->second.startedAt) {
            continue; // of somebody before it
        }
        Running &running = found->second;
        Looks &looks = running.looks;
        looks.last = *seen;
        looks.lastAt = activeMilliseconds(running);
        looks.mostBytes = std::max(looks.mostBytes, seen->bytes);
        if (++looks.count == 1) {
            looks.first = looks.last;
            looks.firstAt = looks.lastAt;
        }
        m_memory.measure(seen.key(), seen->bytes);
        noteActivity(seen.key(), running, *seen);
    }
    m_memory.takeMachine(machine);
    saveMemory();
    schedulePump();
}

void Scheduler::noteActivity(JobId id, Running &running, const ProcessUsage &usage)
{
    constexpr double leastComputing = 0.5; // s; a program that only waits wakes up now and then
    const qint64 time = activeMilliseconds(running);
    // The programs of a job come one after the other, each with a clock of its own.
    const bool isBusy =
        usage.cpuSeconds < running.busyCpu || usage.cpuSeconds - running.busyCpu >= leastComputing;
    if (isBusy) {
        running.busyCpu = usage.cpuSeconds;
        running.busyAt = time;
    }
    const Progress before = m_jobs.find(id)->progress;
    Progress progress = before;
    progress.idle = running.frozenAt < 0 && time - running.busyAt >= longestIdle;
    foretellEnd(running, progress);
    if (progress.idle != before.idle || progress.mostLeft != before.mostLeft) {
        m_jobs.setProgress(id, progress);
    }
}

void Scheduler::saveMemory()
{
    const MemoryGate::Advice advice = m_memory.advise();
    const auto found = m_running.find(static_cast<quint64>(advice.id));
    const qint64 time = m_clock.steadyMilliseconds();
    if (advice.step == MemoryGate::Step::None || found == m_running.end()
        || time - m_memorySavedAt < memoryPause || found->second.isRequeued) {
        return; // one that is being stopped takes a moment to give back what it has
    }
    m_memorySavedAt = time;
    Running &running = found->second;
    if (advice.step == MemoryGate::Step::Requeue) {
        // Each time with more: in the end it runs alone, and is never stopped for this again.
        const qint64 taken = std::max(running.looks.mostBytes, m_model.bytes(running.work));
        m_appetite.insert(advice.id, std::max(taken, m_appetite.value(advice.id)) * 3 / 2);
        // Those like it would be tried and put back one after the other. The finished ones say more, later.
        m_model.learnBytes(running.work, taken);
        running.isRequeued = true;
        running.run->cancel();
        return;
    }
    m_memory.setFrozen(advice.id, advice.step == MemoryGate::Step::Freeze);
    applyFrozen(advice.id, running);
}

void Scheduler::learnFrom(JobId id, const Running &running, double seconds)
{
    const Looks &looks = running.looks;
    const Job *job = m_jobs.find(id);
    constexpr int enough = 3; // a job that was seen less often is too short to matter
    if (!job || !job->settings || looks.count < enough) {
        return;
    }
    // By what is known of it now; before it ran its size may have been a guess.
    m_model.learnBytes(m_model.measure(*job), looks.mostBytes);
    const double seen = static_cast<double>(looks.lastAt - looks.firstAt) / 1000;
    if (seen > seconds / 2) {
        m_model.learnUse(running.work, looks.last.cpuSeconds - looks.first.cpuSeconds, seen * running.tokens);
    }
}

} // namespace batchwright
