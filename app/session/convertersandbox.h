// ConverterSandbox: whether converters and probes run in a sandbox: what the user wants, what this computer can, and
// what follows from both for the target and the prober, which outlive it. Owned by Session; the event loop's thread.
#pragma once

#include "app/base/error.h"
#include "app/probe/prober.h"
#include "app/settings/settings.h"
#include "app/target/localtarget.h"
#include "app/target/sandboxprobe.h"

#include <QObject>

#include <optional>

namespace batchwright {

class ConverterSandbox final : public QObject
{
    Q_OBJECT

public:
    ConverterSandbox(LocalTarget &target, Prober &prober, QObject *parent = nullptr);

    /// Applies the rule. Finds out what this computer can the first time that it matters.
    void setRule(SandboxRule rule);
    SandboxRule rule() const { return m_rule; }
    const SandboxState &state() const { return m_state; }
    /// False while that is being found out: nothing may start until changed().
    bool isSettled() const;
    bool isUsed() const;
    /// Why converters run without one, or will not run at all: a sentence and what to do. Nothing while one is used.
    std::optional<Error> warning() const;

signals:
    void changed();

private:
    void apply();
    QString reason() const;

    LocalTarget &m_target;
    Prober &m_prober;
    std::unique_ptr<SandboxProbe> m_probe;
    SandboxRule m_rule = SandboxRule::Auto;
    SandboxState m_state;
    SandboxHost m_host;
};

} // namespace batchwright
