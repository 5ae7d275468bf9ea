// LocalTarget: runs programs on this computer, in a sandbox or without. Both ways are one target, because a process
// group, its limits, its output and its end are the same; only the command line differs. Owned by Session; the event
// loop's thread.
#pragma once

#include "app/target/executiontarget.h"
#include "app/target/processreaper.h"
#include "app/target/sandbox.h"
#include "app/target/workerpool.h"

namespace batchwright {

class LocalTarget final : public ExecutionTarget
{
public:
    /// What is done with requests that describe a sandbox.
    enum class SandboxUse {
        Without, ///< they run without
        Within,
        Refuse, ///< they fail, because there is none and one is required
    };

    LocalTarget() : LocalTarget(nullptr) {}
    /// `clock`: by which workers are idle; it outlives this. Null: the system's.
    explicit LocalTarget(const Clock *clock) : m_workers(*this, clock ? *clock : m_systemClock) {}

    std::unique_ptr<Execution> prepare(const ExecutionRequest &asked) override;

    /// From the next prepare() on. `problem`: why there is none, for Refuse.
    void setSandbox(SandboxUse use, const SandboxHost &host = {}, const QString &problem = {});
    SandboxUse sandboxUse() const { return m_use; }
    /// From the next prepare() on; workers that run end when they have done what they do.
    void setPriority(Priority priority);
    ProcessReaper &reaper() { return m_reaper; }
    WorkerPool &workers() { return m_workers; }

private:
    SystemClock m_systemClock;
    ProcessReaper m_reaper;
    SandboxUse m_use = SandboxUse::Without;
    SandboxHost m_host;
    QString m_problem;
    Priority m_priority = Priority::BelowNormal;
    WorkerPool m_workers; ///< after the reaper, which takes its processes
};

} // namespace batchwright
