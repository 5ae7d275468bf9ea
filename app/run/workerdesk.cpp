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
    const QString canonical = QFileInfo(path).canonicalFilePath();
    Result<PinnedFile> file =
        PinnedFile::open(canonical.isEmpty() ? path : canonical); // of what is gone, for the sentence
    return file ? OpenedSource(std::make_shared<PinnedFile>(std::move(*file))) : OpenedSource(file.error());
}

} // namespace

struct WorkerDesk::Question {
    QString path;
    worker::Request request;
    std::shared_ptr<PinnedFile> source;
    std::shared_ptr<const worker::OpenFile> result;
    QPromise<WorkerReply> promise; ///< cancelled with the question, if it has no answer by then
    std::unique_ptr<Execution> execution;
};

WorkerDesk::WorkerDesk(const RunServices &services, int most, QObject *parent)
    : QObject(parent), m_services(services), m_most(most)
{
}

WorkerDesk::~WorkerDesk() = default;

QFuture<WorkerReply> WorkerDesk::ask(const QString &path, const worker::Request &request,
                                     const std::shared_ptr<const worker::OpenFile> &result, Urgency urgency)
{
    const auto question = std::make_shared<Question>();
    question->path = path;
    question->request = request;
    question->result = result;
    question->promise.start();
    (urgency == Urgency::Now ? m_now : m_later).waiting.push_back(question);
    pump();
    return question->promise.future();
}

void WorkerDesk::pump()
{
    while (!(m_now.opened.empty() && m_later.opened.empty())) {
        // One that somebody looks for is not overtaken while it is opened; a dead disk may take for ever to do that.
        const int kept = m_now.opened.empty() && m_now.opening > 0 ? 1 : 0;
        if (m_asked + kept >= m_most) {
            break;
        }
        std::deque<QuestionPointer> &from = m_now.opened.empty() ? m_later.opened : m_now.opened;
        const QuestionPointer question = from.front();
        from.pop_front();
        ++m_asked;
        put(question);
    }
    for (Line *line : {&m_now, &m_later}) {
        while (line->opening + static_cast<int>(line->opened.size()) < m_most && !line->waiting.empty()) {
            const QuestionPointer question = line->waiting.front();
            line->waiting.pop_front();
            ++line->opening;
            open(question, *line);
        }
    }
}

void WorkerDesk::open(const QuestionPointer &question, Line &line)
{
    const auto opening =
        QtConcurrent::run(&m_services.pool, [path = question->path] { return openSource(path); });
    whenDone(opening, this, [this, question, &line](const OpenedSource &source) {
        --line.opening;
        if (source) {
            question->source = *source;
            line.opened.push_back(question);
        } else {
            end(*question, {source.error(), {}});
        }
        pump();
    });
}

void WorkerDesk::end(Question &question, const WorkerReply &reply)
{
    question.promise.addResult(reply);
    question.promise.finish();
}

void WorkerDesk::expectQuestions(WorkerPool &workers) const
{
    if (const Result<QString> program = m_services.tools.resolve(workerTool)) {
        workers.warmUp(request(*program), m_most);
    }
}

ExecutionRequest WorkerDesk::request(const QString &program) const
{
    const Tool *tool = m_services.tools.find(workerTool);
    const TemplateValues nothing; // the worker's environment has no placeholders
    ExecutionRequest request;
    request.program = program;
    request.environment = toolEnvironment(tool, nothing, {});
    // The same sizes as for conversions without limits of their own, so that the same warm worker serves both.
    request.limits = executionLimits({}, ProgressKind::None, m_services.machineBytes);
    request.limits.wallMilliseconds = longestAnswer;
    request.sandbox.emplace();
    request.sandbox->environment = sandboxEnvironment(tool, nothing);
    return request;
}

void WorkerDesk::put(const QuestionPointer &question)
{
    const Result<QString> program = m_services.tools.resolve(workerTool);
    if (!program) {
        --m_asked;
        end(*question, {program.error(), {}});
        return;
    }
    ExecutionRequest asked = request(*program);
    asked.task = {question->request, question->source->descriptor(),
                  question->result ? question->result->number() : -1};
    question->execution = m_services.target.prepare(asked);
    Execution *execution = question->execution.get();
    m_open.emplace(execution, question);
    connect(execution, &Execution::done, this, [this, execution](const ExecutionResult &result) {
        const auto found = m_open.extract(execution);
        execution->deleteLater(); // we are inside its signal
        static_cast<void>(found.mapped()->execution.release());
        --m_asked;
        pump(); // before anybody looks at this answer
        end(*found.mapped(), {std::nullopt, result});
    });
    execution->start();
}

} // namespace batchwright
