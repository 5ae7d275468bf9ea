// SandboxProbe: finds out, once and without blocking, whether programs can run in a sandbox here: it runs one. Owned by
// Session; the event loop's thread.
#pragma once

#include "app/target/sandbox.h"

#include <QObject>

namespace batchwright {

class ProcessReaper;

struct SandboxState {
    enum class Kind {
        Unknown, ///< not found out yet
        Available,
        NotInstalled,
        Refused, ///< by the system
    };
    Kind kind = Kind::Unknown;
    QString message; ///< Refused: what bwrap said
};

class SandboxProbe final : public QObject
{
    Q_OBJECT

public:
    /// `reaper` outlives it.
    explicit SandboxProbe(ProcessReaper &reaper, QObject *parent = nullptr);
    ~SandboxProbe() override;

    /// Once. `host` as lookAtHost() gives it; tests give others.
    void start(const SandboxHost &host);

signals:
    /// Once after start(), from the event loop. `host` is what sandboxes are to be made with.
    void finished(const batchwright::SandboxState &state, const batchwright::SandboxHost &host);

private:
    void ask();
    void take(const ExecutionResult &result);
    void end(SandboxState::Kind kind, const QString &message = {});

    ProcessReaper &m_reaper;
    SandboxHost m_host;
    std::unique_ptr<Execution> m_execution;
    int m_descriptor = -1; ///< of a file to show, because a sandbox needs that to work too
};

} // namespace batchwright
