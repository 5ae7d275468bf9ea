#include "app/session/convertersandbox.h"

#include <QFileInfo>

namespace batchwright {

using Kind = SandboxState::Kind;
using Use = LocalTarget::SandboxUse;

ConverterSandbox::ConverterSandbox(LocalTarget &target, Prober &prober, QObject *parent)
    : QObject(parent), m_target(target), m_prober(prober)
{
    // Should anything start before the answer is there, it fails rather than runs unguarded.
    m_target.setSandbox(Use::Refuse, {}, QStringLiteral("it is not known yet whether there is one"));
    m_prober.hold();
}

void ConverterSandbox::setRule(SandboxRule rule)
{
    m_rule = rule;
    if (m_rule != SandboxRule::Off && !m_probe) {
        m_probe = std::make_unique<SandboxProbe>(m_target.reaper());
        connect(m_probe.get(), &SandboxProbe::finished, this,
                [this](const SandboxState &state, const SandboxHost &host) {
                    m_state = state;
                    m_host = host;
                    apply();
                });
        m_probe->start(lookAtHost());
    }
    apply();
}

bool ConverterSandbox::isSettled() const
{
    return m_rule == SandboxRule::Off || m_state.kind != Kind::Unknown;
}

bool ConverterSandbox::isUsed() const
{
    return m_rule != SandboxRule::Off && m_state.kind == Kind::Available;
}

QString ConverterSandbox::reason() const
{
    return m_state.kind == Kind::NotInstalled
               ? QStringLiteral("bubblewrap is not installed")
               : QStringLiteral("the system refuses to make one (%1)").arg(m_state.message);
}

std::optional<Error> ConverterSandbox::warning() const
{
    if (isUsed() || !isSettled()) {
        return std::nullopt;
    }
    if (m_rule == SandboxRule::Off) {
        return Error{ErrorKind::SandboxFailed,
                     QStringLiteral("Converters run without a sandbox, because it is switched off."),
                     QStringLiteral("Convert only files that you trust."), QString()};
    }
    const QString advice =
        m_state.kind == Kind::NotInstalled ? QStringLiteral(
            "Install it (on Debian and Ubuntu: sudo apt install bubblewrap) and start again.")
                                           : QStringLiteral("Convert only files that you trust.");
    return Error{ErrorKind::SandboxFailed,
                 m_rule == SandboxRule::Require
                     ? QStringLiteral("Nothing can run, because a sandbox is required and %1.").arg(reason())
                     : QStringLiteral("Converters run without a sandbox, because %1.").arg(reason()),
                 advice, m_state.message};
}

void ConverterSandbox::apply()
{
    if (isSettled()) {
        const Use use = isUsed() ? Use::Within : m_rule == SandboxRule::Require ? Use::Refuse : Use::Without;
        m_target.setSandbox(use, m_host, use == Use::Refuse ? reason() : QString());
        m_prober.release();
    }
    emit changed();
}

} // namespace batchwright
