#include "app/target/workerexecution.h"

#include <unistd.h>

namespace batchwright {

WorkerExecution::WorkerExecution(WorkerPool &pool, const ExecutionRequest &request)
    : m_pool(pool), m_request(request), m_limits(request.limits)
{
    connect(&m_limits, &LimitTimers::passed, this, &WorkerExecution::endForTimeout);
}

WorkerExecution::~WorkerExecution() = default;

void WorkerExecution::start()
{
    if (m_stopWasAsked) {
        ExecutionResult result;
        result.end = ExecutionResult::End::Crashed;
        complete(std::move(result));
        return;
    }
    std::unique_ptr<WorkerProcess> idle = m_pool.takeIdle(m_request);
    useWorker(idle ? std::move(idle) : m_pool.make(m_request));
}

void WorkerExecution::useWorker(std::unique_ptr<WorkerProcess> process)
{
    m_worker = std::move(process);
    m_generation = m_pool.generation();
    connect(m_worker.get(), &WorkerProcess::progressed, this, [this](double fraction) {
        m_limits.restartSilence();
        emit fractionArrived(fraction);
    });
    connect(m_worker.get(), &WorkerProcess::answered, this, &WorkerExecution::take);
    connect(m_worker.get(), &WorkerProcess::ended, this, &WorkerExecution::takeEnd);
    if (m_worker->isReady()) {
        sendTask();
    } else {
        connect(m_worker.get(), &WorkerProcess::ready, this, &WorkerExecution::sendTask);
        if (m_worker->isMade()) {
            m_worker->start();
        }
    }
    if (m_isFrozen) {
        m_worker->setFrozen(true);
    }
}

void WorkerExecution::sendTask()
{
    if (m_stopWasAsked) {
        return; // it is on its way out
    }
    m_limits.start();
    m_worker->send(*m_request.task);
    if (!m_isSecondTry) {
        // Not from inside start(); and also when the answer is quicker.
        QMetaObject::invokeMethod(
            this, [this] { emit started(m_worker ? m_worker->processId() : m_processId); },
            Qt::QueuedConnection);
    }
}

void WorkerExecution::stop()
{
    if (m_stopWasAsked) {
        return;
    }
    m_stopWasAsked = true;
    if (m_worker) {
        m_worker->stop();
    }
}

void WorkerExecution::setFrozen(bool frozen)
{
    if (m_isFrozen == frozen) {
        return;
    }
    m_isFrozen = frozen;
    frozen ? m_limits.pause() : m_limits.resume();
    if (m_worker) {
        m_worker->setFrozen(frozen);
    }
}

void WorkerExecution::endForTimeout(ExecutionResult::Timeout timeout)
{
    if (m_worker && !m_stopWasAsked && m_timeout == ExecutionResult::Timeout::None) {
        m_timeout = timeout;
        m_worker->stop();
    }
}

void WorkerExecution::take(const Result<worker::DoneAnswer> &answer)
{
    m_worker->disconnect(this);
    m_processId = m_worker->processId();
    if (m_isFrozen) {
        m_worker->setFrozen(false); // it had answered before
    }
    m_pool.giveBack(std::move(m_worker), m_generation);
    ExecutionResult result;
    result.end = ExecutionResult::End::Answered;
    result.answer = answer;
    complete(std::move(result));
}

void WorkerExecution::takeEnd(const ExecutionResult &end)
{
    const bool hadOthers = m_worker->answers() > 0;
    m_processId = m_worker->processId();
    m_worker.release()->deleteLater(); // we are inside its signal
    const bool isOurDoing = m_stopWasAsked || m_timeout != ExecutionResult::Timeout::None;
    if (hadOthers && !isOurDoing && !m_isSecondTry) {
        m_isSecondTry = true;
        // What the dead one wrote goes, and so does the place where it stopped: both sides share it.
        const int result = m_request.task->result;
        if (result < 0 || (::ftruncate(result, 0) == 0 && ::lseek(result, 0, SEEK_SET) == 0)) {
            useWorker(m_pool.make(m_request));
            return;
        }
    }
    ExecutionResult result = end;
    if (end.end == ExecutionResult::End::Exited) {
        result.end = ExecutionResult::End::Crashed; // whatever it says: there is no answer
        result.signal = 0;
    }
    complete(std::move(result));
}

void WorkerExecution::complete(ExecutionResult result)
{
    m_limits.stop();
    result.stopWasAsked = m_stopWasAsked;
    result.timeout = m_timeout;
    QMetaObject::invokeMethod(
        this, [this, result] { emit done(result); }, Qt::QueuedConnection);
}

} // namespace batchwright
