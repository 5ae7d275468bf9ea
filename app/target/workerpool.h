// WorkerPool: the workers that stay warm between files. A worker is started when a task finds none that is free, so that
// there are never more than tasks at a time, and ended when it was idle for long. Owned by LocalTarget; the event loop's
// thread.
#pragma once

#include "app/base/clock.h"
#include "app/target/workerprocess.h"

#include <QTimer>

#include <vector>

namespace batchwright {

class WorkerPool final : public QObject
{
    Q_OBJECT

public:
    /// A worker holds some 30 MiB, and takes a tenth of a second to start.
    static constexpr qint64 longestIdle = 60'000; // ms

    /// `starter` runs the processes; both outlive this.
    WorkerPool(ExecutionTarget &starter, const Clock &clock);

    /// An execution of a request with a task.
    std::unique_ptr<Execution> prepare(const ExecutionRequest &request);
    /// Starts some for requests like this one, so that as many as `count` are free: files are expected.
    void warmUp(const ExecutionRequest &request, int count);
    /// Those that are free end now, the others when they have done what they do: how workers are to run has changed.
    void retireAll();

    /// Ends those that were idle for longer than longestIdle. A timer asks for it while there are any.
    void endOld();
    bool isWatching() const { return m_timer.isActive(); }
    int idleCount() const { return static_cast<int>(m_idle.size()); }

    // -- For its executions.
    /// One that was started already with these limits, ready or nearly so, and with nothing to do; null when there is none.
    std::unique_ptr<WorkerProcess> takeIdle(const ExecutionRequest &request);
    /// A new one, not started.
    std::unique_ptr<WorkerProcess> make(const ExecutionRequest &request);
    /// A worker that is ready, back; it may be the sender of the signal that is under way. `generation`: of the pool when it
    /// was made or taken.
    void giveBack(std::unique_ptr<WorkerProcess> process, int generation);
    int generation() const { return m_generation; }

private:
    void keep(std::unique_ptr<WorkerProcess> process);

    struct Idle {
        std::unique_ptr<WorkerProcess> process;
        qint64 since = 0; ///< ms, steady
    };

    ExecutionTarget &m_starter;
    const Clock &m_clock;
    std::vector<Idle> m_idle; ///< the one that was used last is the last
    QTimer m_timer;
    int m_generation = 0;
};

} // namespace batchwright
