// WorkerProcess: one worker that runs, and the socket to it. States: made -> start() -> ready -> (busy -> ready) … -> ended.
// Owned by WorkerPool or by the WorkerExecution that it works for; the event loop's thread.
#pragma once

#include "app/target/executiontarget.h"
#include "app/worker/channel.h"

#include <QSocketNotifier>

namespace batchwright {

class WorkerProcess final : public QObject
{
    Q_OBJECT

public:
    /// `starter` runs the process and outlives this. `start`: program, environment, limits and sandbox.
    WorkerProcess(ExecutionTarget &starter, const ExecutionRequest &start);
    /// Kills it without blocking, if it still runs.
    ~WorkerProcess() override;

    /// Once. ready() or ended() follows, from the event loop.
    void start();
    /// When ready. progressed(), answered() or ended() follows. False when it cannot be told, which ends it.
    bool send(const WorkerTask &task);
    /// In any state after start(); ended() follows.
    void stop();
    /// In any state after start(), as Execution::setFrozen().
    void setFrozen(bool frozen);

    const ExecutionLimits &limits() const { return m_start.limits; }
    bool isMade() const { return m_state == State::Made; }
    bool isReady() const { return m_state == State::Ready; }
    bool isStopped() const { return m_isStopped; }
    qint64 processId() const { return m_processId; }
    /// Tasks that it has answered.
    int answers() const { return m_answers; }

signals:
    void ready();
    void progressed(double fraction);
    /// To the task that was sent; it is ready for another.
    void answered(const batchwright::Result<batchwright::worker::DoneAnswer> &answer);
    /// Once: the process is gone. How, is in `result`; never ExecutionResult::End::Answered.
    void ended(const batchwright::ExecutionResult &result);

private:
    enum class State { Made, Starting, Ready, Busy, Ended };
    void receive();
    /// False: it must not be trusted any more.
    bool take(const worker::Answer &answer);

    ExecutionTarget &m_starter;
    ExecutionRequest m_start;
    State m_state = State::Made;
    std::unique_ptr<Execution> m_process;
    std::optional<worker::Channel> m_channel;
    std::unique_ptr<QSocketNotifier> m_notifier;
    quint32 m_request = 0; ///< id of the last one
    qint64 m_processId = 0;
    int m_answers = 0;
    bool m_isStopped = false;
};

} // namespace batchwright
