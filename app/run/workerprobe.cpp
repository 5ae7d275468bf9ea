#include "app/run/workerprobe.h"

#include "app/base/startproblem.h"
#include "app/base/whendone.h"
#include "app/run/executionlimits.h"
#include "app/run/toolenvironment.h"

#include <QFileInfo>
#include <QPromise>
#include <QtConcurrentRun>

namespace batchwright {

namespace {

constexpr int longestProbe = 60'000; // ms: a header that takes longer to read is a trap or a dead disk

/// The tool that is the worker; any of them names the same program.
const QString workerTool = QStringLiteral("photo");

} // namespace

struct WorkerProbe::Question {
    QString path;
    MediaInfo info; ///< as it was sniffed, then the answer
    QPromise<MediaInfo> promise;
    PinnedFile file;
    std::unique_ptr<Execution> execution;

    void answer()
    {
        promise.addResult(info);
        promise.finish();
    }
};

WorkerProbe::WorkerProbe(const RunServices &services, QObject *parent) : QObject(parent), m_services(services)
{
}

WorkerProbe::~WorkerProbe()
{
    for (const auto &[execution, question] : m_open) {
        question->answer();
    }
}

QFuture<MediaInfo> WorkerProbe::ask(const QString &path, const MediaInfo &sniffed)
{
    const auto question = std::make_shared<Question>();
    question->path = path;
    question->info = sniffed;
    question->promise.start();
    const QFuture<MediaInfo> future = question->promise.future();
    const auto opening = QtConcurrent::run(&m_services.pool, [path] {
        Result<PinnedFile> file = PinnedFile::open(QFileInfo(path).canonicalFilePath());
        return file ? Result<std::shared_ptr<PinnedFile>>(std::make_shared<PinnedFile>(std::move(*file)))
                    : Result<std::shared_ptr<PinnedFile>>(file.error());
    });
    whenDone(opening, this, [this, question](const Result<std::shared_ptr<PinnedFile>> &file) {
        if (file) {
            question->file = std::move(**file);
            put(question);
            return;
        }
        const bool isBusy = file.error().kind == ErrorKind::SystemBusy;
        question->info.probe = isBusy ? ProbeState::Busy : ProbeState::Damaged;
        question->info.problem = isBusy ? QString() : file.error().sentence;
        question->answer();
    });
    return future;
}

void WorkerProbe::put(const std::shared_ptr<Question> &question)
{
    const Result<QString> program = m_services.tools.resolve(workerTool);
    if (!program) {
        question->info.problem = program.error().sentence;
        question->answer();
        return;
    }
    const Tool *tool = m_services.tools.find(workerTool);
    TemplateValues nothing; // the worker's environment has no placeholders
    ExecutionRequest request;
    request.program = *program;
    request.environment = toolEnvironment(tool, nothing, {});
    // The same sizes as for conversions without limits of their own, so that the same warm worker serves both.
    request.limits = executionLimits({}, ProgressKind::None, m_services.machineBytes);
    request.limits.wallMilliseconds = longestProbe;
    request.sandbox.emplace();
    request.sandbox->environment = sandboxEnvironment(tool, nothing);
    request.task.emplace();
    request.task->request.task = worker::ProbeTask{QFileInfo(question->path).fileName()};
    request.task->source = question->file.descriptor();
    question->execution = m_services.target.prepare(request);
    Execution *execution = question->execution.get();
    m_open.emplace(execution, question);
    connect(execution, &Execution::done, this, [this, execution](const ExecutionResult &result) {
        const auto found = m_open.extract(execution);
        execution->deleteLater(); // we are inside its signal
        static_cast<void>(found.mapped()->execution.release());
        finish(found.mapped(), result);
    });
    execution->start();
}

void WorkerProbe::finish(const std::shared_ptr<Question> &question, const ExecutionResult &result)
{
    MediaInfo &info = question->info;
    using End = ExecutionResult::End;
    if (result.answer && *result.answer) {
        const MediaInfo sniffed = info;
        info = (**result.answer).facts;
        info.bytes = sniffed.bytes;
        info.modifiedNanoseconds = sniffed.modifiedNanoseconds;
    } else if (result.answer) {
        info.probe = ProbeState::Damaged;
        info.problem = result.answer->error().sentence;
    } else if (result.end == End::FailedToStart || result.end == End::SandboxFailed) {
        info.probe = meansBusySystem(result.startErrno) ? ProbeState::Busy : ProbeState::NotAsked;
        info.problem = QStringLiteral("It could not be looked at: %1.").arg(result.startProblem);
    } else {
        info.probe = ProbeState::Damaged;
        info.problem = result.timeout == ExecutionResult::Timeout::None
                           ? QStringLiteral("It cannot be read: a decoder crashed over it.")
                           : QStringLiteral("It cannot be read in any sensible time.");
    }
    question->answer();
}

} // namespace batchwright
