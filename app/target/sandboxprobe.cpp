#include "app/target/sandboxprobe.h"

#include "app/target/processrunner.h"

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

namespace batchwright {

namespace {

/// A healthy one takes 10 ms; a machine that is very busy, a second.
constexpr qint64 longestWait = 20'000; // ms
const QString probeProgram = QStringLiteral("/usr/bin/true");

} // namespace

SandboxProbe::SandboxProbe(ProcessReaper &reaper, QObject *parent) : QObject(parent), m_reaper(reaper) {}

SandboxProbe::~SandboxProbe()
{
    m_execution.reset();
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

void SandboxProbe::start(const SandboxHost &host)
{
    m_host = host;
    if (m_host.program.isEmpty()) {
        QMetaObject::invokeMethod(
            this, [this] { end(SandboxState::Kind::NotInstalled); }, Qt::QueuedConnection);
        return;
    }
    m_descriptor = ::open(QFile::encodeName(probeProgram).constData(), O_RDONLY | O_CLOEXEC);
    ask();
}

void SandboxProbe::ask()
{
    ExecutionRequest request;
    request.program = probeProgram;
    request.limits.wallMilliseconds = longestWait;
    SandboxView view;
    view.inputPath = probeProgram;
    view.inputDescriptor = m_descriptor;
    view.input = QStringLiteral("in");
    request.sandbox = view;
    m_execution = std::make_unique<ProcessRunner>(sandboxedRequest(request, m_host, probeProgram), m_reaper);
    connect(m_execution.get(), &Execution::done, this, &SandboxProbe::take);
    m_execution->start();
}

void SandboxProbe::take(const ExecutionResult &result)
{
    m_execution.release()->deleteLater(); // we are inside its signal
    using End = ExecutionResult::End;
    if (result.end == End::Exited && result.exitCode == 0) {
        end(SandboxState::Kind::Available);
    } else if (m_host.canDisableUserNamespaces
               && result.startProblem.contains(QLatin1String("--disable-userns"))) {
        m_host.canDisableUserNamespaces = false; // older than 0.8.0
        ask();
    } else {
        const QString said = result.startProblem.isEmpty() ? QString::fromUtf8(result.standardError).trimmed()
                                                           : result.startProblem;
        end(SandboxState::Kind::Refused, said.isEmpty() ? QStringLiteral("it gave no reason") : said);
    }
}

void SandboxProbe::end(SandboxState::Kind kind, const QString &message)
{
    emit finished({kind, message}, m_host);
}

} // namespace batchwright
