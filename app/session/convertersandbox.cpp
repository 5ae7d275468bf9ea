#include "app/session/convertersandbox.h"

#include <QFileInfo>

namespace batchwright {

using Kind = SandboxState::Kind;
using Use = LocalTarget::SandboxUse;

ConverterSandbox::ConverterSandbox(LocalTarget &target, Prober &prober, const QString &policyFolder,
                                   QObject *parent)
    : QObject(parent), m_target(target), m_prober(prober), m_policyFolder(policyFolder)
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
        m_prober.setGuard(guard());
    }
    emit changed();
}

Prober::Guard ConverterSandbox::guard() const
{
    if (m_rule == SandboxRule::Off || (m_rule == SandboxRule::Auto && !isUsed())) {
        return {};
    }
    if (!isUsed()) {
        return [](const Prober::Command &, const QString &, int) { return Prober::Command{}; };
    }
    // Values only: it is called on the prober's threads.
    return [host = m_host, policyFolder = m_policyFolder](const Prober::Command &command,
                                                          const QString &input, int descriptor) {
        ExecutionRequest request;
        request.program = command.program;
        request.arguments = command.arguments;
        SandboxView view;
        view.inputDescriptor = descriptor;
        view.input = input;
        view.environment = command.environment;
        if (!policyFolder.isEmpty()) {
            const QString inside = QStringLiteral("/policy");
            view.readOnly.append({policyFolder, inside});
            view.environment.insert(QStringLiteral("MAGICK_CONFIGURE_PATH"), inside);
        }
        request.sandbox = view;
        const ExecutionRequest wrapped =
            sandboxedRequest(request, host, QFileInfo(command.program).canonicalFilePath());
        return Prober::Command{wrapped.program, wrapped.arguments, wrapped.environment, sandboxStartLine,
                               sandboxReadyLine};
    };
}

} // namespace batchwright
