#include "tests/fake/virtualmachine.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace batchwright {

class VirtualMachine::Run final : public JobRun
{
public:
    Run(VirtualMachine &machine, const Job &job, int threads)
        : m_machine(machine), m_threads(threads), m_seconds(machine.m_duration(job, threads))
    {
    }

    void start() override
    {
        m_startedAt = m_machine.m_clock.steadyMilliseconds();
        m_machine.m_threads += m_threads;
        m_machine.m_mostThreads = std::max(m_machine.m_mostThreads, m_machine.m_threads);
        m_machine.m_coreSeconds += m_threads * m_seconds;
        const auto milliseconds = static_cast<qint64>(std::llround(m_seconds * 1000));
        m_machine.m_ends.emplace(m_machine.m_clock.steadyMilliseconds() + milliseconds, this);
    }

    void cancel() override {}
    void setFrozen(bool) override {}
    qint64 processId() const override { return 0; }

    void tell(qint64 now)
    {
        Progress progress;
        progress.fraction = m_seconds > 0 ? static_cast<double>(now - m_startedAt) / 1000 / m_seconds : 0;
        emit progressed(progress);
    }

    void end()
    {
        m_machine.m_threads -= m_threads;
        QMetaObject::invokeMethod(
            this, [this] { emit finished(JobState::Done, {}); }, Qt::QueuedConnection);
    }

private:
    VirtualMachine &m_machine;
    int m_threads;
    double m_seconds;
    qint64 m_startedAt = 0;
};

VirtualMachine::VirtualMachine(int cores, Duration duration) : m_duration(std::move(duration))
{
    m_scheduler = std::make_unique<Scheduler>(
        m_jobs, [this](const Job &job, int threads) { return make(job, threads); }, cores, m_clock);
}

std::unique_ptr<JobRun> VirtualMachine::make(const Job &job, int threads)
{
    return std::make_unique<Run>(*this, job, threads);
}

void VirtualMachine::turn()
{
    constexpr int queuedCallsInARow = 4; // a job's end, the pump that it asks for, and what these ask for
    for (int call = 0; call < queuedCallsInARow; ++call) {
        QCoreApplication::sendPostedEvents();
    }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

void VirtualMachine::callAt(double seconds, std::function<void()> call)
{
    m_callAt = m_clock.steadyMilliseconds() + static_cast<qint64>(seconds * 1000);
    m_call = std::move(call);
}

void VirtualMachine::callIfDue(qint64 next)
{
    if (m_callAt < 0 || m_callAt > next) {
        return;
    }
    m_clock.advance(m_callAt - m_clock.steadyMilliseconds());
    m_callAt = -1;
    for (const auto &[time, run] : m_ends) {
        run->tell(m_clock.steadyMilliseconds());
    }
    m_call();
}

double VirtualMachine::run()
{
    const qint64 begin = m_clock.steadyMilliseconds();
    turn();
    while (!m_scheduler->isIdle()) {
        // The scheduler starts so many jobs in a turn; the next ones come in the following turn.
        for (int size = -1; size != static_cast<int>(m_ends.size()); turn()) {
            size = static_cast<int>(m_ends.size());
        }
        if (m_ends.empty()) {
            return -1;
        }
        const qint64 next = m_ends.begin()->first;
        callIfDue(next);
        m_clock.advance(next - m_clock.steadyMilliseconds());
        while (!m_ends.empty() && m_ends.begin()->first == next) {
            m_ends.begin()->second->end();
            m_ends.erase(m_ends.begin());
        }
        turn();
    }
    return static_cast<double>(m_clock.steadyMilliseconds() - begin) / 1000;
}

} // namespace batchwright
