#include "app/run/steprunner.h"

#include "app/base/humantext.h"
#include "app/base/whendone.h"
#include "app/run/executionlimits.h"
#include "app/run/resultjudge.h"
#include "app/run/workertask.h"

#include <QFileInfo>

#include <utility>

namespace batchwright {

namespace {

/// "Not for this worker": another converter may know the file.
bool isLeftToOthers(const Result<worker::DoneAnswer> &answer)
{
    return !answer && answer.error().kind == ErrorKind::NoPicture && answer.error().advice.isEmpty();
}

} // namespace

bool isWorkersTask(const StepVariant &variant, const ToolLibrary &tools)
{
    const Tool *tool = tools.find(variant.command.first().parts.first());
    return tool && tool->task != Tool::Task::None;
}

StepRunner::StepRunner(const Job &job, const JobWorkspace &workspace, const RunServices &services)
    : m_job(job), m_workspace(workspace), m_services(services)
{
}

StepRunner::~StepRunner() = default;

void StepRunner::run(const StepVariant &variant, const TemplateValues &values, const Step *step)
{
    m_values = values;
    m_step = step;
    m_outcome = {};
    tryVariant(variant);
}

void StepRunner::stop()
{
    m_isStopped = true;
    if (m_execution) {
        m_execution->stop();
    }
}

void StepRunner::setFrozen(bool frozen)
{
    m_isFrozen = frozen;
    if (m_execution) {
        m_execution->setFrozen(frozen);
    }
}

void StepRunner::tryVariant(const StepVariant &variant)
{
    m_variant = &variant;
    if (!variant.note.isEmpty()) {
        log(expandText(variant.note, m_values));
    }
    m_outcome.warnings = expandTexts(variant.warnings, m_values);
    if (m_services.sandboxIsRequired && !m_values.preset->sandbox) {
        fail({ErrorKind::SandboxFailed,
              QStringLiteral("The preset “%1” runs outside of the sandbox, and a sandbox is required.")
                  .arg(m_values.preset->name),
              QStringLiteral("Choose another preset, or do not require a sandbox for this one."), QString()});
        return;
    }
    const Result<Command> command = expandCommand(variant.command, m_values, m_services.tools);
    if (!command) {
        fail(command.error());
        return;
    }
    const Result<QString> program = m_services.tools.resolve(command->program);
    const bool isTask = isWorkersTask(variant, m_services.tools);
    if (!program) {
        if (!isTask || !tryNextVariant()) {
            fail(program.error());
        }
        return;
    }
    m_outcome.program = command->program;
    log(QStringLiteral("$ ") + commandText(*program, command->arguments));
    TemplateValues readable = m_values;
    readable.input = m_job.source;
    readable.output = m_job.target;
    if (const Result<Command> shown = expandCommand(variant.command, readable, m_services.tools)) {
        m_outcome.command = commandText(*program, shown->arguments);
    }
    for (std::unique_ptr<ProgressParser> *parser : {&m_parser, &m_errorParser}) {
        *parser = makeProgressParser(variant.progress, expectedMilliseconds(*m_job.settings, m_job.facts),
                                     m_job.facts.frameRate);
    }
    if (isTask) {
        runTask(m_services.tools.find(command->program)->task, *command, *program);
        return;
    }
    startExecution(
        stepRequest({m_job, m_workspace, m_services, variant.progress.kind}, *command, *program, m_values));
}

/// Because the worker is not there or leaves the file to others. False when there is no other way.
bool StepRunner::tryNextVariant()
{
    const StepVariant *variant = m_step ? chooseVariant(*m_step, m_values, m_variant) : nullptr;
    if (variant) {
        tryVariant(*variant);
    }
    return variant != nullptr;
}

void StepRunner::runTask(Tool::Task task, const Command &command, const QString &program)
{
    Result<worker::Request> request = workerRequest(task, command.arguments);
    if (!request) {
        fail(request.error());
        return;
    }
    const qint64 megapixels = mostMegapixels(*m_values.preset);
    request->mostPixels = megapixels > 0 ? megapixels * 1'000'000 : request->mostPixels * 100;
    request->threads = m_values.threads;
    const QString path = m_workspace.outputPath(QFileInfo(m_job.target).suffix());
    const TaskFile use = task == Tool::Task::CheckPicture ? TaskFile::Check : TaskFile::Write;
    const QString stamp = watermarkPicture(command.arguments);
    runOnPool(
        m_services.pool, this, [path, use, stamp] { return openTaskFiles(path, use, stamp); },
        [this, request = *request, command, program, use](const Result<TaskFiles> &files) {
            if (m_isStopped) {
                finish();
                return;
            }
            if (!files) {
                fail(files.error());
                return;
            }
            m_taskFiles = *files;
            ExecutionRequest execution =
                stepRequest({m_job, m_workspace, m_services, m_variant->progress.kind}, command, program,
                            m_values);
            const int own = m_taskFiles.result->number();
            const bool isCheck = use == TaskFile::Check;
            execution.task = {request, isCheck ? own : m_workspace.pinned->descriptor(), isCheck ? -1 : own,
                              m_taskFiles.stamp ? m_taskFiles.stamp->descriptor() : -1};
            startExecution(execution);
        });
}

void StepRunner::startExecution(const ExecutionRequest &request)
{
    m_execution = m_services.target.prepare(request);
    m_processId = 0;
    connect(m_execution.get(), &Execution::started, this, [this](qint64 processId) {
        m_processId = processId;
        if (m_services.journal) {
            m_services.journal->processStarted(m_job.id, processId);
        }
    });
    connect(m_execution.get(), &Execution::outputArrived, this, &StepRunner::takeOutput);
    connect(m_execution.get(), &Execution::fractionArrived, this, [this](double fraction) {
        Progress progress;
        progress.fraction = fraction;
        emit progressed(progress);
    });
    connect(m_execution.get(), &Execution::done, this, &StepRunner::takeEnd);
    m_execution->start();
    if (m_isFrozen) {
        m_execution->setFrozen(true);
    }
}

void StepRunner::takeOutput(const QByteArray &standardOutput, const QByteArray &standardError)
{
    // Tools disagree about which stream progress belongs to. Each has a parser, because a line may be cut anywhere.
    std::optional<Progress> newest = m_parser->feed(standardOutput);
    if (const std::optional<Progress> other = m_errorParser->feed(standardError)) {
        newest = other;
    }
    if (newest) {
        emit progressed(*newest);
    }
}

void StepRunner::takeEnd(const ExecutionResult &result)
{
    m_execution.release()->deleteLater(); // we are inside its signal
    m_taskFiles = {};
    log(withoutProgressLines(result.standardError, m_variant->progress));
    log(withoutProgressLines(result.standardOutput, m_variant->progress));
    if (!m_isStopped && result.answer && isLeftToOthers(*result.answer) && tryNextVariant()) {
        return;
    }
    m_outcome.result = result;
    m_outcome.totals = m_parser->totals();
    finish();
}

void StepRunner::finish()
{
    emit finished(std::exchange(m_outcome, {}));
}

void StepRunner::fail(const Error &problem)
{
    m_outcome.problem = problem;
    finish();
}

void StepRunner::log(const QString &text)
{
    if (const QString trimmed = text.trimmed(); !trimmed.isEmpty()) {
        m_outcome.log += trimmed + u'\n';
    }
}

} // namespace batchwright
