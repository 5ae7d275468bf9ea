// ExecutionTarget: where and how a program runs. Plain values in and out; what decides (Scheduler,
// JobRunner) sees only this interface, and its tests use a fake. One thread: the one of the event loop.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QProcessEnvironment>
#include <QStringList>

#include <memory>

namespace batchwright {

struct ExecutionRequest {
    QString program; ///< absolute path
    QStringList arguments;
    QString workingFolder;
    QProcessEnvironment environment;
    int stopGraceMilliseconds = 3000; ///< between asking a program to end and killing it
};

struct ExecutionResult {
    enum class End {
        FailedToStart,
        Exited,  ///< exitCode counts
        Crashed, ///< signal counts
    };
    End end = End::Exited;
    int exitCode = 0;
    int signal = 0;
    QString startProblem;      ///< FailedToStart: what the system said
    int startErrno = 0;        ///< FailedToStart: the same as a number (ENOENT …); 0: not known
    QByteArray standardOutput; ///< the last tailBytes of it
    QByteArray standardError;
    qint64 droppedBytes = 0; ///< printed, but not kept
    bool stopWasAsked = false;
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

signals:
    void started(qint64 processId);
    /// Standard output and standard error as they come; for progress.
    void outputArrived(const QByteArray &standardOutput, const QByteArray &standardError);
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
