// VirtualMachine: a computer in virtual time, for a Scheduler: its jobs take as long as the test says, on as many cores as
// they are given, and nobody waits. One thread.
//
//   VirtualMachine machine(4, [](const Job &job, int threads) { return 10.0 / threads; });
//   machine.scheduler().enqueue(machine.jobs().add(jobs));
//   const double seconds = machine.run();
#pragma once

#include "app/schedule/scheduler.h"
#include "tests/fake/fakeclock.h"

#include <functional>
#include <map>

namespace batchwright {

class VirtualMachine final
{
public:
    /// What a job really takes, in seconds.
    using Duration = std::function<double(const Job &job, int threads)>;

    VirtualMachine(int cores, Duration duration);
    VirtualMachine(const VirtualMachine &) = delete;
    VirtualMachine &operator=(const VirtualMachine &) = delete;

    JobList &jobs() { return m_jobs; }
    Scheduler &scheduler() { return *m_scheduler; }

    /// Once, at that many seconds from the beginning, after all running jobs told how far they are.
    void callAt(double seconds, std::function<void()> call);
    /// Until the scheduler is idle; the seconds that it took. -1: jobs wait and none runs.
    double run();
    /// The sum of cores times seconds that were used.
    double coreSeconds() const { return m_coreSeconds; }
    int mostThreads() const { return m_mostThreads; }

private:
    class Run;
    std::unique_ptr<JobRun> make(const Job &job, int threads);
    void turn();

    void callIfDue(qint64 next);

    FakeClock m_clock;
    JobList m_jobs;
    Duration m_duration;
    std::multimap<qint64, Run *> m_ends; ///< by the clock
    qint64 m_callAt = -1;                ///< ms, by the clock; -1: not, or not any more
    std::function<void()> m_call;
    double m_coreSeconds = 0;
    int m_threads = 0;
    int m_mostThreads = 0;
    std::unique_ptr<Scheduler> m_scheduler;
};

} // namespace batchwright
