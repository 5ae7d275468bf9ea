#include "app/target/processrunner.h"

#include "app/base/startproblem.h"
#include "app/target/processreaper.h"

#include <algorithm>
#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace batchwright {

namespace {

/// Between SIGKILL and giving up. A program that is killed is gone in milliseconds, unless it writes to a slow disk.
constexpr int hangMilliseconds = 5000;

/// Below what people use the machine for, above what only runs when it is idle.
constexpr int childNice = 10;

/// Runs in the child between fork and exec. On Qt 6.4 that is a vfork: the memory is ours and the stack is 4 KiB,
/// so raw system calls only, nothing is written or allocated.
void prepareChild(pid_t parent)
{
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(1); // the parent died before the line above counted
    }
    ::setpriority(PRIO_PROCESS, 0, childNice);
    // A dump of a crashed converter is of no use to who converts holiday photos, and may be gigabytes.
    const rlimit noCore{0, 0};
    ::setrlimit(RLIMIT_CORE, &noCore);
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
    : Execution(parent), m_request(request), m_reaper(reaper), m_process(std::make_unique<QProcess>())
{
    m_killTimer.setSingleShot(true);
    connect(&m_killTimer, &QTimer::timeout, this, [this] { m_wasKilled ? giveUp() : kill(); });

    m_process->setProgram(request.program);
    m_process->setArguments(request.arguments);
    m_process->setWorkingDirectory(request.workingFolder);
    m_process->setProcessEnvironment(request.environment);
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setChildProcessModifier([parent = ::getpid()] { prepareChild(parent); });

    connect(m_process.get(), &QProcess::started, this, [this] {
        m_group = m_process->processId(); // it is 0 again by the time finished() comes
        emit started(m_group);
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
    m_process->start(QIODevice::ReadOnly);
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

void ProcessRunner::askToEnd()
{
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

void ProcessRunner::drain()
{
    const QByteArray output = m_process->readAllStandardOutput();
    const QByteArray errors = m_process->readAllStandardError();
    if (output.isEmpty() && errors.isEmpty()) {
        return;
    }
    appendTail(m_result.standardOutput, output, m_result.droppedBytes);
    appendTail(m_result.standardError, errors, m_result.droppedBytes);
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
    for (QByteArray *tail : {&m_result.standardOutput, &m_result.standardError}) {
        m_result.droppedBytes += std::max<qint64>(0, tail->size() - tailBytes);
        *tail = tail->right(tailBytes);
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
