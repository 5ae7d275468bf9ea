// WorkerExecution: one task, done by a warm worker. To its owner it is an execution like any other. A worker that dies in a
// task is replaced, and the task tried once more alone if the worker had others before it, whose fault that may have been.
// Made by WorkerPool; the event loop's thread.
#pragma once

#include "app/target/limittimers.h"
#include "app/target/workerpool.h"

namespace batchwright {

class WorkerExecution final : public Execution
{
    Q_OBJECT

public:
    /// `pool` outlives it, or it is destroyed with it.
    WorkerExecution(WorkerPool &pool, const ExecutionRequest &request);
    ~WorkerExecution() override;

    void start() override;
    void stop() override;
    void setFrozen(bool frozen) override;

private:
    void useWorker(std::unique_ptr<WorkerProcess> process);
    void sendTask();
    void take(const Result<worker::DoneAnswer> &answer);
    void takeEnd(const ExecutionResult &end);
    void endForTimeout(ExecutionResult::Timeout timeout);
    void complete(ExecutionResult result);

    WorkerPool &m_pool;
    ExecutionRequest m_request;
    std::unique_ptr<WorkerProcess> m_worker;
    qint64 m_processId = 0; ///< of the worker that it had
    int m_generation = 0;
    LimitTimers m_limits;
    ExecutionResult::Timeout m_timeout = ExecutionResult::Timeout::None;
    bool m_stopWasAsked = false;
    bool m_isFrozen = false;
    bool m_isSecondTry = false;
};

} // namespace batchwright
