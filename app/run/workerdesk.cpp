#include "app/run/workerdesk.h"

#include "app/base/whendone.h"
#include "app/run/executionlimits.h"
#include "app/run/toolenvironment.h"

#include <QFileInfo>
#include <QPromise>
#include <QtConcurrentRun>

namespace batchwright {

namespace {

constexpr int longestAnswer =
    60'000; // ms: a file that takes longer to look at is a trap or lies on a dead disk

/// The tool that is the worker; any of them names the same program.
const QString workerTool = QStringLiteral("photo");

using OpenedSource = Result<std::shared_ptr<PinnedFile>>;

OpenedSource openSource(const QString &path)
{
    Result<PinnedFile> file = PinnedFile::open(QFileInfo(path).canonicalFilePath());
    return file ? OpenedSource(std::make_shared<PinnedFile>(std::move(*file))) : OpenedSource(file.error());
}

} // namespace

struct WorkerDesk::Question {
    worker::Request request;
    std::shared_ptr<PinnedFile> source;
    std::shared_ptr<const worker::OpenFile> result;
    QPromise<WorkerReply> promise; ///< cancelled with the question, if it has no answer by then
    std::unique_ptr<Execution> execution;

    void answer(const WorkerReply &reply)
    {
        promise.addResult(reply);
        promise.finish();
    }
};

WorkerDesk::WorkerDesk(const RunServices &services, QObject *parent) : QObject(parent), m_services(services)
{
}

WorkerDesk::~WorkerDesk() = default;

QFuture<WorkerReply> WorkerDesk::ask(const QString &path, const worker::Request &request,
                                     const std::shared_ptr<const worker::OpenFile> &result)
{
    const auto question = std::make_shared<Question>();
    question->request = request;
    question->result = result;
    question->promise.start();
    const QFuture<WorkerReply> future = question->promise.future();
    const auto opening = QtConcurrent::run(&m_services.pool, [path] { return openSource(path); });
    whenDone(opening, this, [this, question](const OpenedSource &source) {
        if (source) {
            question->source = *source;
            put(question);
        } else {
            question->answer({source.error(), {}});
        }
    });
    return future;
}

void WorkerDesk::put(const std::shared_ptr<Question> &question)
{
    const Result<QString> program = m_services.tools.resolve(workerTool);
    if (!program) {
        question->answer({program.error(), {}});
        return;
    }
    const Tool *tool = m_services.tools.find(workerTool);
    const TemplateValues nothing; // the worker's environment has no placeholders
    ExecutionRequest request;
    request.program = *program;
    request.environment = toolEnvironment(tool, nothing, {});
    // The same sizes as for conversions without limits of their own, so that the same warm worker serves both.
    request.limits = executionLimits({}, ProgressKind::None, m_services.machineBytes);
    request.limits.wallMilliseconds = longestAnswer;
    request.sandbox.emplace();
    request.sandbox->environment = sandboxEnvironment(tool, nothing);
    request.task = {question->request, question->source->descriptor(),
                    question->result ? question->result->number() : -1};
    question->execution = m_services.target.prepare(request);
    Execution *execution = question->execution.get();
    m_open.emplace(execution, question);
    connect(execution, &Execution::done, this, [this, execution](const ExecutionResult &result) {
        const auto found = m_open.extract(execution);
        execution->deleteLater(); // we are inside its signal
        static_cast<void>(found.mapped()->execution.release());
        found.mapped()->answer({std::nullopt, result});
    });
    execution->start();
}

} // namespace batchwright
