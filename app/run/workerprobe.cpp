#include "app/run/workerprobe.h"

#include "app/base/startproblem.h"
#include "app/base/whendone.h"

#include <QFileInfo>
#include <QPromise>

namespace batchwright {

namespace {

void setProblem(MediaInfo &info, ProbeState state, const QString &problem)
{
    info.probe = state;
    info.problem = problem;
}

} // namespace

MediaInfo factsFrom(const MediaInfo &sniffed, const WorkerReply &reply)
{
    using End = ExecutionResult::End;
    const ExecutionResult &result = reply.result;
    MediaInfo info = sniffed;
    if (reply.problem) {
        const ErrorKind kind = reply.problem->kind;
        setProblem(info,
                   kind == ErrorKind::SystemBusy    ? ProbeState::Busy
                   : kind == ErrorKind::ToolMissing ? ProbeState::NotAsked
                                                    : ProbeState::Damaged,
                   reply.problem->sentence);
    } else if (result.answer && *result.answer) {
        info = (**result.answer).facts;
        info.bytes = sniffed.bytes;
        info.modifiedNanoseconds = sniffed.modifiedNanoseconds;
    } else if (result.answer) {
        setProblem(info, ProbeState::Damaged, result.answer->error().sentence);
    } else if (result.end == End::FailedToStart || result.end == End::SandboxFailed) {
        setProblem(info, meansBusySystem(result.startErrno) ? ProbeState::Busy : ProbeState::NotAsked,
                   QStringLiteral("It could not be looked at: %1.").arg(result.startProblem));
    } else {
        setProblem(info, ProbeState::Damaged,
                   result.timeout == ExecutionResult::Timeout::None
                       ? QStringLiteral("It cannot be read: a decoder crashed over it.")
                       : QStringLiteral("It cannot be read in any sensible time."));
    }
    return info;
}

QFuture<MediaInfo> askForFacts(WorkerDesk &desk, const QString &path, const MediaInfo &sniffed,
                               WorkerDesk::Urgency urgency)
{
    worker::Request request;
    request.task = worker::ProbeTask{QFileInfo(path).fileName()};
    const auto promise = std::make_shared<QPromise<MediaInfo>>();
    promise->start();
    whenDone(desk.ask(path, request, nullptr, urgency), &desk, [promise, sniffed](const WorkerReply &reply) {
        promise->addResult(factsFrom(sniffed, reply));
        promise->finish();
    });
    return promise->future();
}

} // namespace batchwright
