#include "app/target/localtarget.h"

#include "app/target/processrunner.h"

#include <QFileInfo>

namespace batchwright {

namespace {

/// Ends at once, because what it needs is not there.
class RefusedExecution final : public Execution
{
public:
    explicit RefusedExecution(const QString &problem) { m_result.startProblem = problem; }

    void start() override
    {
        m_result.end = ExecutionResult::End::SandboxFailed;
        QMetaObject::invokeMethod(
            this, [this] { emit done(m_result); }, Qt::QueuedConnection);
    }
    void stop() override { m_result.stopWasAsked = true; }
    void setFrozen(bool /*frozen*/) override {}

private:
    ExecutionResult m_result;
};

} // namespace

void LocalTarget::setSandbox(SandboxUse use, const SandboxHost &host, const QString &problem)
{
    m_use = use;
    m_host = host;
    m_problem = problem;
    m_workers.retireAll();
}

void LocalTarget::setPriority(Priority priority)
{
    if (m_priority != priority) {
        m_priority = priority;
        m_workers.retireAll();
    }
}

std::unique_ptr<Execution> LocalTarget::prepare(const ExecutionRequest &asked)
{
    if (asked.task) {
        return m_workers.prepare(asked);
    }
    ExecutionRequest request = asked;
    request.priority = m_priority;
    if (!request.sandbox) {
        return std::make_unique<ProcessRunner>(request, m_reaper);
    }
    if (m_use == SandboxUse::Refuse) {
        return std::make_unique<RefusedExecution>(m_problem);
    }
    if (m_use == SandboxUse::Within) {
        const QString canonical = QFileInfo(request.program).canonicalFilePath();
        return std::make_unique<ProcessRunner>(sandboxedRequest(request, m_host, canonical), m_reaper);
    }
    request.sandbox.reset();
    return std::make_unique<ProcessRunner>(request, m_reaper);
}

} // namespace batchwright
