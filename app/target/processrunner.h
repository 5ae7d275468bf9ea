// ProcessRunner: one QProcess, from start to its one done(). Standard input is the null device, output
// is always drained into bounded tails, the program leads its own process group and dies with us. With a sandbox in its
// request, the program is bwrap: its end is told as that of the program inside. States as in Execution. The event loop's thread.
#pragma once

#include "app/target/limittimers.h"

#include <QProcess>
#include <QTimer>

namespace batchwright {

class ProcessReaper;

class ProcessRunner final : public Execution
{
    Q_OBJECT

public:
    /// `reaper` outlives it and takes the process when this is destroyed while it runs.
    ProcessRunner(const ExecutionRequest &request, ProcessReaper &reaper, QObject *parent = nullptr);
    ~ProcessRunner() override;

    void start() override;
    void stop() override;
    void setFrozen(bool frozen) override;

private:
    void drain();
    QByteArray withoutGreeting(const QByteArray &errors);
    void completeFinished(int exitCode, QProcess::ExitStatus status);
    void completeFailedStart();
    void complete();
    void askToEnd();
    void kill();
    void giveUp();
    bool endSandbox() const;
    void endForTimeout(ExecutionResult::Timeout timeout);

    ExecutionRequest m_request;
    ProcessReaper &m_reaper;
    std::unique_ptr<QProcess> m_process; ///< null once it was given up
    QTimer m_killTimer; ///< to the end of the grace, then of the patience with what cannot be killed
    LimitTimers m_limits;
    ExecutionResult m_result;
    qint64 m_group = 0; ///< process id of the leader while it may live; 0 before it started
    bool m_wasKilled = false;
    bool m_isFrozen = false;
    QByteArray m_greeting; ///< on standard error, until the sandbox is ready
    bool m_isSandboxReady = false;
    bool m_isDone = false; ///< a completion is queued or was delivered
};

} // namespace batchwright
