// ExecutionTarget: where and how a program runs. Plain values in and out; what decides (Scheduler,
// JobRunner) sees only this interface, and its tests use a fake. One thread: the one of the event loop.
#pragma once

#include "app/worker/message.h"

#include <QByteArray>
#include <QObject>
#include <QProcessEnvironment>
#include <QStringList>
#include <QVector>

#include <memory>
#include <optional>

namespace batchwright {

/// Something of this computer that a program may read in its sandbox.
struct SandboxMount {
    QString hostPath;
    QString insidePath;

    bool operator==(const SandboxMount &) const = default;
};

/// What a program sees when it runs in a sandbox: the system's programs and libraries, one source, one folder for
/// results. Names are relative to its working folder, the same ones as in the folder that it sees without a sandbox.
struct SandboxView {
    QString inputPath; ///< the source's canonical path; empty: no source
    /// The source, open for reading, when it is to be pinned: this file is shown, whatever has the path by then. Stays
    /// open while the program runs. -1: the path is used.
    int inputDescriptor = -1;
    QString input;        ///< its name there: "in.jpg"
    QString outputFolder; ///< may be written; empty: nothing may
    QString output;       ///< its name there: "out"
    QVector<SandboxMount> readOnly;
    QProcessEnvironment environment; ///< in place of the request's; nothing of the user's own
    /// Programs may look at /proc. An open file that a program is given could be opened there once more, for writing.
    bool hasProcesses = true;
};

/// What a worker does instead of a program of its own.
struct WorkerTask {
    worker::Request request; ///< its id is the pool's to choose
    /// Open files, which are the caller's and stay open until done().
    int source = -1;
    int result = -1; ///< -1: the task has none
    int stamp = -1;  ///< the picture of a watermark; -1: none
};

/// 0 is no limit.
struct ExecutionLimits {
    qint64 addressSpaceBytes = 0; ///< of each process
    qint64 fileBytes = 0;         ///< of each file that it writes
    qint64 wallMilliseconds = 0;
    qint64 silenceMilliseconds = 0; ///< without a byte on either stream

    bool operator==(const ExecutionLimits &) const = default;
};

enum class Priority {
    BelowNormal, ///< the standard: the machine stays usable
    Idle,        ///< only what nobody else wants, of the cores and of the disk
};

struct ExecutionRequest {
    QString program; ///< absolute path
    QStringList arguments;
    QString workingFolder;
    QProcessEnvironment environment;
    int stopGraceMilliseconds = 3000; ///< between asking a program to end and killing it
    ExecutionLimits limits;
    std::optional<SandboxView> sandbox; ///< nothing: it must not run in one
    /// Something: `program` is the worker that is to do it, which mostly runs already. The folder and the names in `sandbox`
    /// are not used: a worker sees no name.
    std::optional<WorkerTask> task = {};
    int inheritedDescriptor = -1; ///< an open file that the program keeps; -1: none
    Priority priority = Priority::BelowNormal;
};

struct ExecutionResult {
    enum class End {
        FailedToStart,
        SandboxFailed, ///< nothing ran, because its sandbox could not be made
        Exited,        ///< exitCode counts
        Crashed,       ///< signal counts
        Answered,      ///< by a worker: `answer` counts
    };
    /// The limit in time that it ran into; it was ended for it, whatever `end` says.
    enum class Timeout { None, Wall, Silence };
    End end = End::Exited;
    int exitCode = 0;
    int signal = 0; ///< 0: not known
    std::optional<Result<worker::DoneAnswer>> answer = {};
    QString startProblem;      ///< FailedToStart, SandboxFailed: what the system said
    int startErrno = 0;        ///< FailedToStart: the same as a number (ENOENT …); 0: not known
    QByteArray standardOutput; ///< the last tailBytes of it
    QByteArray standardError;
    qint64 droppedBytes = 0; ///< printed, but not kept
    bool stopWasAsked = false;
    Timeout timeout = Timeout::None;
};

/// One run of one program. States: made -> start() -> running -> done.
class Execution : public QObject
{
    Q_OBJECT

public:
    /// Kept of each stream: enough to see why a tool failed, little enough for 10,000 rows.
    static constexpr qint64 tailBytes = 64 * 1024;

    using QObject::QObject;

    /// Once, in state made. Returns at once; never emits done() from inside.
    virtual void start() = 0;
    /// In any state, any number of times. Asks, waits, kills, each for the whole process group; done()
    /// still comes.
    virtual void stop() = 0;
    /// In any state, any number of times. Frozen, its processes stand still (SIGSTOP), and so do its limits in time; stop()
    /// works all the same.
    virtual void setFrozen(bool frozen) = 0;

signals:
    void started(qint64 processId);
    /// Standard output and standard error as they come; for progress.
    void outputArrived(const QByteArray &standardOutput, const QByteArray &standardError);
    /// How far a worker is, 0 to 1.
    void fractionArrived(double fraction);
    /// Exactly once after start(), from the event loop. Deleting the object in the slot is allowed (deleteLater).
    void done(const batchwright::ExecutionResult &result);
};

class ExecutionTarget
{
public:
    virtual ~ExecutionTarget() = default;
    /// The caller owns it. Destroying one that runs kills it without blocking.
    virtual std::unique_ptr<Execution> prepare(const ExecutionRequest &request) = 0;
};

} // namespace batchwright
