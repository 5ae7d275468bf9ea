#include "app/target/workerpool.h"

#include "app/target/workerexecution.h"

#include <algorithm>

namespace batchwright {

namespace {

/// The limits that a process has for good; those in time are its tasks'.
bool haveSameSizes(const ExecutionLimits &one, const ExecutionLimits &other)
{
    return one.addressSpaceBytes == other.addressSpaceBytes && one.fileBytes == other.fileBytes;
}

} // namespace

WorkerPool::WorkerPool(ExecutionTarget &starter, const Clock &clock) : m_starter(starter), m_clock(clock)
{
    m_timer.setInterval(longestIdle / 4);
    connect(&m_timer, &QTimer::timeout, this, &WorkerPool::endOld);
}

std::unique_ptr<Execution> WorkerPool::prepare(const ExecutionRequest &request)
{
    return std::make_unique<WorkerExecution>(*this, request);
}

void WorkerPool::warmUp(const ExecutionRequest &request, int count)
{
    const auto free = std::count_if(m_idle.cbegin(), m_idle.cend(), [&](const Idle &idle) {
        return haveSameSizes(idle.process->limits(), request.limits);
    });
    for (auto number = free; number < count; ++number) {
        std::unique_ptr<WorkerProcess> process = make(request);
        process->start();
        keep(std::move(process));
    }
}

void WorkerPool::retireAll()
{
    ++m_generation;
    m_idle.clear();
    m_timer.stop();
}

std::unique_ptr<WorkerProcess> WorkerPool::takeIdle(const ExecutionRequest &request)
{
    const auto fits = std::find_if(m_idle.rbegin(), m_idle.rend(), [&](const Idle &idle) {
        return haveSameSizes(idle.process->limits(), request.limits);
    });
    if (fits == m_idle.rend()) {
        // The one that was idle longest makes room: there are never more than tasks at a time.
        if (!m_idle.empty()) {
            m_idle.erase(m_idle.begin());
        }
        return nullptr;
    }
    std::unique_ptr<WorkerProcess> taken = std::move(fits->process);
    m_idle.erase(std::next(fits).base());
    taken->disconnect(this);
    return taken;
}

std::unique_ptr<WorkerProcess> WorkerPool::make(const ExecutionRequest &request)
{
    ExecutionRequest start;
    start.program = request.program;
    start.workingFolder = QStringLiteral("/");
    start.environment = request.environment;
    start.stopGraceMilliseconds = 1000;
    start.limits.addressSpaceBytes = request.limits.addressSpaceBytes;
    start.limits.fileBytes = request.limits.fileBytes;
    if (request.sandbox) {
        SandboxView view; // of nothing: what it works on comes to it open
        view.environment = request.sandbox->environment;
        view.hasProcesses = false;
        start.sandbox = view;
    }
    return std::make_unique<WorkerProcess>(m_starter, start);
}

void WorkerPool::giveBack(std::unique_ptr<WorkerProcess> process, int generation)
{
    if (generation != m_generation || !process->isReady() || process->isStopped()) {
        process.release()->deleteLater();
        return;
    }
    keep(std::move(process));
}

void WorkerPool::keep(std::unique_ptr<WorkerProcess> process)
{
    // It may die while nobody asks it anything.
    connect(process.get(), &WorkerProcess::ended, this, [this, dead = process.get()] {
        const auto found = std::find_if(m_idle.begin(), m_idle.end(),
                                        [dead](const Idle &idle) { return idle.process.get() == dead; });
        if (found != m_idle.end()) {
            found->process.release()->deleteLater(); // we are inside its signal
            m_idle.erase(found);
        }
    });
    m_idle.push_back({std::move(process), m_clock.steadyMilliseconds()});
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void WorkerPool::endOld()
{
    const qint64 now = m_clock.steadyMilliseconds();
    std::erase_if(m_idle, [now](const Idle &idle) { return now - idle.since > longestIdle; });
    if (m_idle.empty()) {
        m_timer.stop(); // an idle program wakes up for nothing
    }
}

} // namespace batchwright
