#include "tests/fake/faketarget.h"

#include <csignal>

namespace batchwright {

void FakeExecution::start()
{
    Q_ASSERT(!m_isStarted);
    m_isStarted = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_isDone) {
                return;
            }
            // Larger than any process id, so that a signal sent to it by mistake reaches nobody.
            emit started(0x7fffffff);
            if (m_onStart) {
                m_onStart(*this);
            }
        },
        Qt::QueuedConnection);
}

void FakeExecution::stop()
{
    ++m_stopCount;
    m_stopWasAsked = true;
    if (!m_isStarted || m_isDone || m_stopCount > 1) {
        return;
    }
    if (m_onStop) {
        m_onStop(*this);
    } else {
        crash(SIGTERM);
    }
}

void FakeExecution::print(const QByteArray &standardOutput, const QByteArray &standardError)
{
    Q_ASSERT(m_isStarted && !m_isDone);
    m_standardOutput += standardOutput;
    m_standardError += standardError;
    emit outputArrived(standardOutput, standardError);
}

void FakeExecution::finish(ExecutionResult result)
{
    Q_ASSERT(m_isStarted && !m_isDone);
    m_isDone = true;
    if (result.standardOutput.isEmpty()) {
        result.standardOutput = m_standardOutput.right(tailBytes);
    }
    if (result.standardError.isEmpty()) {
        result.standardError = m_standardError.right(tailBytes);
    }
    result.stopWasAsked = m_stopWasAsked;
    QMetaObject::invokeMethod(
        this, [this, result] { emit done(result); }, Qt::QueuedConnection);
}

void FakeExecution::exit(int code)
{
    ExecutionResult result;
    result.end = ExecutionResult::End::Exited;
    result.exitCode = code;
    finish(std::move(result));
}

void FakeExecution::crash(int signal)
{
    ExecutionResult result;
    result.end = ExecutionResult::End::Crashed;
    result.signal = signal;
    finish(std::move(result));
}

void FakeExecution::failToStart(const QString &problem)
{
    ExecutionResult result;
    result.end = ExecutionResult::End::FailedToStart;
    result.startProblem = problem;
    finish(std::move(result));
}

std::unique_ptr<Execution> FakeTarget::prepare(const ExecutionRequest &request)
{
    auto execution = std::make_unique<FakeExecution>(request);
    execution->m_onStart = [this](FakeExecution &started) {
        if (m_onStart) {
            m_onStart(started);
        }
    };
    m_requests.append(request);
    m_executions.append(execution.get());
    QObject::connect(execution.get(), &Execution::started, execution.get(),
                     [count = m_started] { ++*count; });
    return execution;
}

int FakeTarget::startedCount() const
{
    return *m_started;
}

int FakeTarget::runningCount() const
{
    return static_cast<int>(running().size());
}

QVector<FakeExecution *> FakeTarget::running() const
{
    QVector<FakeExecution *> found;
    for (const QPointer<FakeExecution> &execution : m_executions) {
        if (execution && execution->isStarted() && !execution->isDone()) {
            found.append(execution);
        }
    }
    return found;
}

} // namespace batchwright
