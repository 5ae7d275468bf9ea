#include "app/run/jobrunner.h"

#include "app/base/humantext.h"
#include "app/run/executionlimits.h"
#include "app/run/sourcejudge.h"

#include <QFileInfo>

#include <utility>

namespace batchwright {

namespace {

/// Characters kept per job; 10,000 failures are then 320 MB at worst.
constexpr qsizetype longestLog = 16 * 1024;

} // namespace

JobRunner::JobRunner(const Job &job, int threads, int index, const RunServices &services, QObject *parent)
    : JobRun(parent),
      m_job(job),
      m_threads(threads),
      m_index(index),
      m_output(job.output ? *job.output : OutputSettings{}),
      m_services(services),
      m_checker(m_job, services.tools),
      m_steps(std::make_unique<StepRunner>(m_job, m_workspace, services))
{
    connect(m_steps.get(), &StepRunner::progressed, this, &JobRunner::takeProgress);
    connect(m_steps.get(), &StepRunner::finished, this, [this](const StepOutcome &outcome) {
        appendLog(outcome.log);
        if (endIfCancelled()) {
            return;
        }
        if (outcome.problem) {
            end(JobState::Failed, *outcome.problem);
            return;
        }
        m_phase == Phase::Step ? finishStep(outcome) : finishCheck(outcome);
    });
}

JobRunner::~JobRunner()
{
    // Only when the program ends with runs alive. This kills the converter, but that takes a moment, in which it may still
    // write: whoever waits for that removes the folders.
    m_steps.reset();
    if (m_held && !m_hasEnded && m_services.abandon) {
        m_services.abandon(std::move(m_held));
    }
}

void JobRunner::start()
{
    m_startedAt = m_services.clock.steadyMilliseconds();
    // The probe, the pool and the target all answer from the event loop, so finished() never comes from in here.
    onPool([job = m_job, places = WorkspacePlaces{m_services.temporaryFolder, m_services.runToken},
            &files = m_services.files] { return holdWorkspace(job, places, files); },
           [this](const Result<std::shared_ptr<HeldWorkspace>> &held) {
               if (!held) {
                   end(JobState::Failed, held.error());
                   return;
               }
               m_held = *held;
               m_workspace = m_held->workspace();
               if (m_services.journal) {
                   m_services.journal->started(m_job.id, m_job.attempt, m_workspace);
               }
               prepare();
           });
}

void JobRunner::cancel()
{
    m_isCancelled = true;
    m_steps->stop();
}

bool JobRunner::endIfCancelled()
{
    if (m_isCancelled) {
        end(JobState::Cancelled, {ErrorKind::Cancelled, QStringLiteral("Stopped."),
                                  QStringLiteral("Retry to convert it."), QString()});
    }
    return m_isCancelled;
}

void JobRunner::prepare()
{
    if (endIfCancelled()) {
        return;
    }
    const ProbeState known = m_job.facts.probe;
    const Preset &preset = *m_job.settings->preset;
    // Formats whose header only a decoder reads could claim any number of pixels.
    const StepVariant *first = chooseVariant(preset.steps.first(), templateValues());
    const bool mayBeTooLarge = m_job.facts.kind == MediaKind::Photo && m_workspace.pixels.isEmpty()
                               && mostMegapixels(preset) > 0
                               && !(first && isWorkersTask(*first, m_services.tools));
    const bool mustAsk = preset.needsProbe(m_job.facts) || mayBeTooLarge;
    if (!mustAsk || known == ProbeState::Known || known == ProbeState::Damaged) {
        takeFacts(m_job.facts);
        return;
    }
    whenDone(m_services.probe(m_job.source, m_job.facts), this, [this](const MediaInfo &facts) {
        if (m_services.factsFound) {
            m_services.factsFound(m_job.id, facts);
        }
        if (facts.probe == ProbeState::Busy && !m_isCancelled) {
            end(JobState::Failed,
                {ErrorKind::SystemBusy,
                 QStringLiteral("%1 could not be looked at because the system is too busy.")
                     .arg(m_job.source),
                 QStringLiteral("Close other programs or run fewer jobs at a time, then retry."), QString()});
            return;
        }
        takeFacts(facts);
    });
}

void JobRunner::takeFacts(const MediaInfo &facts)
{
    m_job.facts = facts;
    if (endIfCancelled()) {
        return;
    }
    if (const std::optional<SourceRefusal> refusal = judgeSource(m_job)) {
        end(refusal->state, refusal->error);
        return;
    }
    if (const QString warning = facts.more.value(QStringLiteral("warning")); !warning.isEmpty()) {
        addWarnings({warning});
    }
    m_tried ? takeOverTried() : runStep();
}

TemplateValues JobRunner::templateValues() const
{
    TemplateValues values;
    values.preset = m_job.settings->preset.get();
    values.options = &m_job.settings->options;
    values.variables = &m_job.variables;
    values.facts = &m_job.facts;
    values.input = m_workspace.input;
    values.work = m_workspace.work;
    values.output = m_workspace.outputForTools(QFileInfo(m_job.target).suffix());
    values.stem = QFileInfo(m_job.source).completeBaseName();
    values.index = m_index;
    values.threads = m_threads;
    return values;
}

void JobRunner::runStep()
{
    const QVector<Step> &steps = m_job.settings->preset->steps;
    if (endIfCancelled()) {
        return;
    }
    if (m_step == steps.size()) {
        checkResult();
        return;
    }
    const TemplateValues values = templateValues();
    const StepVariant *variant = chooseVariant(steps.at(m_step), values);
    if (!variant && steps.at(m_step).isOptional) {
        ++m_step;
        runStep();
        return;
    }
    if (!variant) {
        end(JobState::Failed,
            {ErrorKind::WrongKind,
             QStringLiteral("The preset “%1” has no way to read this file.").arg(values.preset->name),
             QStringLiteral("Choose another preset for it."), QString()});
        return;
    }
    m_phase = Phase::Step;
    m_steps->run(*variant, values, &steps.at(m_step));
}

/// `ofStep`: of the command that runs; what is shown is of all steps.
void JobRunner::takeProgress(const Progress &ofStep)
{
    if (m_phase == Phase::Check) {
        return;
    }
    const QVector<Step> &steps = m_job.settings->preset->steps;
    double before = 0;
    double whole = 0;
    for (int index = 0; index < steps.size(); ++index) {
        before += index < m_step ? steps.at(index).weight : 0;
        whole += steps.at(index).weight;
    }
    m_progress.speed = ofStep.speed;
    if (ofStep.fraction >= 0) {
        m_progress.fraction =
            std::max(m_progress.fraction, (before + ofStep.fraction * steps.at(m_step).weight) / whole);
    }
    emit progressed(m_progress);
}

void JobRunner::finishStep(const StepOutcome &outcome)
{
    const ExecutionResult &result = outcome.result;
    const Tool *tool = m_services.tools.find(outcome.program);
    m_result.commands.append(outcome.command);
    m_result.exitCode = result.exitCode;
    m_result.signal = result.signal;
    if (result.end == ExecutionResult::End::SandboxFailed && m_workspace.pinned->isDeleted()) {
        end(JobState::Failed,
            sourceChanged(m_job.source)); // a file without a name cannot be shown in a sandbox
        return;
    }
    if (std::optional<Error> error = judgeExit(result, outcome.program, tool)) {
        const bool isEmptyScan = m_job.facts.kind == MediaKind::Dicom && error->kind == ErrorKind::NoPicture
                                 && !error->advice.isEmpty();
        if (error->advice.isEmpty()) {
            error->advice = QStringLiteral("Try another preset.");
        }
        end(isEmptyScan ? JobState::Skipped : JobState::Failed, *error);
        return;
    }
    addWarnings(outcome.warnings);
    if (result.answer) {
        takeAnswer(**result.answer);
    } else {
        addWarnings(warningLines(result, tool));
        m_totals = outcome.totals;
    }
    ++m_step;
    if (m_step == m_job.settings->preset->steps.size() && m_job.settings->preset->isMeasuring()) {
        takeMeasure(result);
        return;
    }
    runStep();
}

void JobRunner::takeAnswer(const worker::DoneAnswer &answer)
{
    if (m_job.facts.probe == ProbeState::NotAsked && answer.facts.kind == m_job.facts.kind) {
        const qint64 bytes = m_job.facts.bytes;
        const qint64 modified = m_job.facts.modifiedNanoseconds;
        m_job.facts = answer.facts;
        m_job.facts.bytes = bytes;
        m_job.facts.modifiedNanoseconds = modified;
        if (m_services.factsFound) {
            m_services.factsFound(m_job.id, m_job.facts);
        }
    }
    appendLog(answer.facts.more.value(QStringLiteral("dicom.window")));
    addWarnings(answer.warnings);
    m_totals = {};
    m_totals.outputBytes = answer.bytes;
}

void JobRunner::takeMeasure(const ExecutionResult &result)
{
    const Result<QVector<QVariant>> values =
        measuredValues(*m_job.settings->preset->measure, result.standardOutput);
    if (!values) {
        end(JobState::Failed, values.error());
        return;
    }
    m_result.values = *values;
    end(JobState::Done);
}

void JobRunner::releaseCores()
{
    if (!std::exchange(m_hasReleasedCores, true)) {
        emit coresReleased();
    }
}

void JobRunner::end(JobState state, const Error &error)
{
    m_result.error = error;
    if (state != JobState::Done) {
        m_result.outputBytes = 0;
    }
    releaseCores(); // the next converter need not wait until our folders are removed
    onPool([held = m_held] { return !held || held->remove(); },
           [this, state](bool isRemoved) {
               m_hasEnded = true;
               if (!isRemoved && m_services.abandon) {
                   m_services.abandon(std::move(m_held)); // it is removed with the session at the latest
               }
               m_result.milliseconds = m_services.clock.steadyMilliseconds() - m_startedAt;
               emit finished(state, m_result);
           });
}

/// The probe, the converter and a try before may all say the same.
void JobRunner::addWarnings(const QStringList &warnings)
{
    for (const QString &warning : warnings) {
        if (!m_result.warnings.contains(warning)) {
            m_result.warnings.append(warning);
        }
    }
}

void JobRunner::appendLog(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty()) {
        return;
    }
    m_result.log += trimmed.right(longestLog) + u'\n';
    if (m_result.log.size() > longestLog) {
        m_result.log = QChar(0x2026) + m_result.log.right(longestLog);
    }
}

} // namespace batchwright
