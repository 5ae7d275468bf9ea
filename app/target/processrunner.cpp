#include "app/target/processrunner.h"

#include "app/base/startproblem.h"
#include "app/target/processreaper.h"
#include "app/target/processtree.h"
#include "app/target/sandbox.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace batchwright {

namespace {

/// Between SIGKILL and giving up. A program that is killed is gone in milliseconds, unless it writes to a slow disk.
constexpr int hangMilliseconds = 5000;

/// Below what people use the machine for, above what only runs when it is idle.
constexpr int childNice = 10;

/// What the child needs to know, by value.
struct ChildSetup {
    pid_t parent;
    rlim_t addressSpace;                ///< bytes; 0: no limit
    rlim_t fileSize;                    ///< bytes; 0: no limit
    std::array<int, 2> keptDescriptors; ///< -1: none
    bool isSandbox;
    bool isIdle; ///< Priority::Idle
};

void limit(decltype(RLIMIT_AS) what, rlim_t value)
{
    const rlimit limits{value, value};
    ::setrlimit(what, &limits);
}

/// Runs in the child between fork and exec. On Qt 6.4 that is a vfork: the memory is ours and the stack is 4 KiB,
/// so raw system calls only, nothing is written or allocated.
void prepareChild(const ChildSetup &setup)
{
    ::setpgid(0, 0);
    // bwrap asks for it itself when its first process has got all that it waits for; ended before, it would leave that
    // one behind, waiting.
    if (!setup.isSandbox) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    if (::getppid() != setup.parent) {
        ::_exit(1); // the parent died before the line above counted
    }
    if (setup.isIdle) {
        lowerThread(0);
    } else {
        ::setpriority(PRIO_PROCESS, 0, childNice);
    }
    limit(RLIMIT_CORE, 0); // a crashing decoder would leave gigabytes in somebody's folder
    if (setup.addressSpace > 0) {
        limit(RLIMIT_AS, setup.addressSpace);
    }
    if (setup.fileSize > 0) {
        limit(RLIMIT_FSIZE, setup.fileSize);
    }
    // Files that we ourselves were started with: they are no business of a converter's, least of all in a sandbox.
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    for (const int kept : setup.keptDescriptors) {
        if (kept >= 0) {
            ::fcntl(kept, F_SETFD, 0); // in the child's own table of them
        }
    }
}

void appendTail(QByteArray &tail, const QByteArray &chunk, qint64 &dropped)
{
    tail.append(chunk);
    // Cut at twice the limit: each byte is then moved once on average.
    if (tail.size() > 2 * Execution::tailBytes) {
        dropped += tail.size() - Execution::tailBytes;
        tail = tail.right(Execution::tailBytes);
    }
}

} // namespace

ProcessRunner::ProcessRunner(const ExecutionRequest &request, ProcessReaper &reaper, QObject *parent)
    : Execution(parent),
      m_request(request),
      m_reaper(reaper),
      m_process(std::make_unique<QProcess>()),
      m_limits(request.limits)
{
    m_killTimer.setSingleShot(true);
    connect(&m_killTimer, &QTimer::timeout, this, [this] { m_wasKilled ? giveUp() : kill(); });

    m_process->setProgram(request.program);
    m_process->setArguments(request.arguments);
    m_process->setWorkingDirectory(request.workingFolder);
    m_process->setProcessEnvironment(request.environment);
    if (!request.sandbox) {
        m_process->setStandardInputFile(QProcess::nullDevice());
    }
    const ChildSetup setup{::getpid(),
                           static_cast<rlim_t>(request.limits.addressSpaceBytes),
                           static_cast<rlim_t>(request.limits.fileBytes),
                           {request.sandbox ? request.sandbox->inputDescriptor : -1,
                            request.inheritedDescriptor},
                           request.sandbox.has_value(),
                           request.priority == Priority::Idle};
    m_process->setChildProcessModifier([setup] { prepareChild(setup); });
    connect(&m_limits, &LimitTimers::passed, this, &ProcessRunner::endForTimeout);
    connect(m_process.get(), &QProcess::started, this, [this] {
        m_group = m_process->processId(); // it is 0 again by the time finished() comes
        m_limits.start();
        emit started(m_group);
        if (m_isFrozen) {
            freezeTree(m_group, true);
        }
        if (m_result.stopWasAsked) {
            askToEnd();
        }
    });
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &ProcessRunner::drain);
    connect(m_process.get(), &QProcess::readyReadStandardError, this, &ProcessRunner::drain);
    connect(m_process.get(), &QProcess::finished, this, &ProcessRunner::completeFinished);
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            completeFailedStart();
        }
    });
}

ProcessRunner::~ProcessRunner()
{
    if (!m_process) {
        return;
    }
    m_process->disconnect(this);
    if (m_process->state() != QProcess::NotRunning) {
        m_reaper.take(std::move(m_process), m_group);
    } else {
        // We may be inside one of its signals.
        m_process.release()->deleteLater();
    }
}

void ProcessRunner::start()
{
    m_process->start(m_request.sandbox ? QIODevice::ReadWrite : QIODevice::ReadOnly);
}

void ProcessRunner::stop()
{
    if (m_result.stopWasAsked || m_isDone) {
        return;
    }
    m_result.stopWasAsked = true;
    if (m_group > 0) {
        askToEnd();
    }
}

void ProcessRunner::setFrozen(bool frozen)
{
    if (m_isFrozen == frozen || m_isDone) {
        return;
    }
    m_isFrozen = frozen;
    frozen ? m_limits.pause() : m_limits.resume();
    if (m_group > 0 && !m_result.stopWasAsked) {
        freezeTree(m_group, frozen);
    }
}

void ProcessRunner::endForTimeout(ExecutionResult::Timeout timeout)
{
    if (m_isDone || m_result.stopWasAsked || m_result.timeout != ExecutionResult::Timeout::None) {
        return;
    }
    m_result.timeout = timeout;
    askToEnd();
}

/// Kills the first process inside, and so, by the kernel, every other, whatever session or group it is in; bwrap then
/// reports its end. A signal to bwrap itself would have done() come before the last of them is gone, while it may still
/// write. False when bwrap has not come so far.
bool ProcessRunner::endSandbox() const
{
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(m_group));
    if (!children.open(QIODevice::ReadOnly)) {
        return false;
    }
    const qint64 first = children.readAll().simplified().split(' ').first().toLongLong();
    return first > 1 && ::kill(static_cast<pid_t>(first), SIGKILL) == 0;
}

void ProcessRunner::askToEnd()
{
    if (m_request.sandbox && endSandbox()) {
        if (m_isFrozen) {
            freezeTree(m_group, false); // bwrap itself, which is to report the end
        }
        m_killTimer.start(m_request.stopGraceMilliseconds); // should bwrap itself hang
        return;
    }
    if (m_isFrozen) {
        freezeTree(m_group, false);
    }
    // A stopped process does not act on TERM. TERM is sent once: ffmpeg takes repeated ones for impatience.
    signalGroup(m_group, SIGCONT);
    signalGroup(m_group, SIGTERM);
    m_killTimer.start(m_request.stopGraceMilliseconds);
}

void ProcessRunner::kill()
{
    m_wasKilled = true;
    signalGroup(m_group, SIGKILL);
    m_killTimer.start(hangMilliseconds);
}

/// It hangs in the kernel, which waits for a disk that does not answer: nothing ends it before that does. Neither the
/// batch nor its cores wait for it.
void ProcessRunner::giveUp()
{
    drain();
    m_process->disconnect(this);
    m_reaper.take(std::move(m_process), m_group);
    m_result.end = ExecutionResult::End::Crashed;
    m_result.signal = SIGKILL;
    complete();
}

/// Answers the shell in the sandbox when it is ready, and drops its word. What comes before is bwrap's.
QByteArray ProcessRunner::withoutGreeting(const QByteArray &errors)
{
    if (!m_request.sandbox || m_isSandboxReady) {
        return errors;
    }
    m_greeting += errors;
    const qsizetype at = m_greeting.indexOf(sandboxReadyLine);
    // Without it nothing is to come but bwrap's complaint, which is kept for the end.
    if (at < 0 && m_process->state() == QProcess::Running) {
        return {};
    }
    m_isSandboxReady = true;
    if (at >= 0) {
        m_greeting.remove(at, sandboxReadyLine.size());
    }
    if (m_process->state() == QProcess::Running) {
        m_process->write(sandboxStartLine);
        m_process->closeWriteChannel();
    }
    return std::exchange(m_greeting, {});
}

void ProcessRunner::drain()
{
    const QByteArray output = m_process->readAllStandardOutput();
    const QByteArray errors = withoutGreeting(m_process->readAllStandardError());
    if (output.isEmpty() && errors.isEmpty()) {
        return;
    }
    appendTail(m_result.standardOutput, output, m_result.droppedBytes);
    appendTail(m_result.standardError, errors, m_result.droppedBytes);
    m_limits.restartSilence();
    emit outputArrived(output, errors);
}

void ProcessRunner::completeFinished(int exitCode, QProcess::ExitStatus status)
{
    drain();
    m_result.end =
        status == QProcess::CrashExit ? ExecutionResult::End::Crashed : ExecutionResult::End::Exited;
    // For a crash QProcess gives the signal's number as exit code.
    (status == QProcess::CrashExit ? m_result.signal : m_result.exitCode) = exitCode;
    complete();
}

void ProcessRunner::completeFailedStart()
{
    m_result.end = ExecutionResult::End::FailedToStart;
    m_result.startProblem = m_process->errorString();
    m_result.startErrno = startErrno(m_result.startProblem);
    complete();
}

void ProcessRunner::complete()
{
    if (m_isDone) {
        return;
    }
    m_isDone = true;
    m_killTimer.stop();
    m_limits.stop();
    for (QByteArray *tail : {&m_result.standardOutput, &m_result.standardError}) {
        m_result.droppedBytes += std::max<qint64>(0, tail->size() - tailBytes);
        *tail = tail->right(tailBytes);
    }
    if (m_request.sandbox) {
        m_result = withoutSandbox(std::move(m_result));
    }
    // Children of the program that outlived it: nothing may outlive its job.
    signalGroup(m_group, SIGKILL);
    m_group = 0;
    // Queued, because a failed start is told from inside QProcess::start(): starting the next of 10,000 jobs from
    // there would recurse, and Qt has not cleaned up yet.
    QMetaObject::invokeMethod(
        this, [this] { emit done(m_result); }, Qt::QueuedConnection);
}

} // namespace batchwright
