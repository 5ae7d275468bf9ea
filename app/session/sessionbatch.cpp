// Session: planning and running.
#include "app/session/sessionprivate.h"

#include "app/base/whendone.h"
#include "app/preset/commandtemplate.h"

#include <QFileInfo>
#include <QtConcurrentRun>

#include <algorithm>

namespace batchwright {

namespace {

/// Another instance plans 100,000 files in less.
constexpr int longestPlanLock = 5000; // ms

/// True when a result's name can only be known after a probe.
bool nameNeedsFacts(const Preset &preset, const QString &nameTemplate)
{
    if (!preset.output) {
        return false;
    }
    if (!preset.output->suffixFact.isEmpty() && !isSniffedFact(preset.output->suffixFact)) {
        return true;
    }
    static const QStringList plain{QStringLiteral("stem"), QStringLiteral("index"), QStringLiteral("name"),
                                   QStringLiteral("date"), QStringLiteral("preset")};
    const QStringList names =
        placeholderNames(nameTemplate.isEmpty() ? preset.output->nameTemplate : nameTemplate);
    return std::any_of(names.cbegin(), names.cend(), [&](const QString &name) {
        return !plain.contains(name.section(u':', 0, 0)) && !preset.option(name);
    });
}

} // namespace

QVector<PlanRequest> Session::Private::planRequests() const
{
    QVector<PlanRequest> requests;
    QHash<const Preset *, int> counts;
    for (int place = 0; place < q.m_jobs.size(); ++place) {
        const Job &job = q.m_jobs.at(place);
        if (!job.settings) {
            continue;
        }
        // Jobs that are done keep their number, so that those that join later go on from it.
        const int index = ++counts[job.settings->preset.get()];
        if (job.state != JobState::Ready || (startScope == StartScope::Adopted && !job.isPinned)) {
            continue;
        }
        PlanRequest request{job.id, job.source, job.root, job.facts, job.settings, job.variables, index};
        if (job.isPinned) {
            request.index = indexById.value(job.id, index);
            request.output = job.output;
            request.target = pinnedTargets.value(job.id);
        }
        requests.append(request);
    }
    return requests;
}

QVector<JobId> Session::Private::jobsThatNeedFacts(const QVector<PlanRequest> &requests) const
{
    QVector<JobId> ids;
    for (const PlanRequest &request : requests) {
        const bool isOpen =
            request.facts.probe == ProbeState::NotAsked || request.facts.probe == ProbeState::Busy;
        if (isOpen && Prober::hasMoreFacts(request.facts.kind)
            && nameNeedsFacts(*request.settings->preset, q.m_settings.output.nameTemplate)) {
            ids.append(request.id);
        }
    }
    return ids;
}

template<typename TakePlan>
void Session::Private::planOnPool(const QVector<PlanRequest> &requests, Names names, TakePlan takeIt)
{
    QStringList sources;
    QSet<QString> reserved;
    for (int place = 0; place < q.m_jobs.size(); ++place) {
        const Job &job = q.m_jobs.at(place);
        sources.append(job.source);
        if (!job.target.isEmpty() && (job.state == JobState::Queued || isActive(job.state))) {
            reserved.insert(job.target);
        }
    }
    const quint64 generation = ++planGeneration;
    const auto plan = [requests, names, settings = q.m_settings.output, sources, reserved, this]() mutable {
        Planned planned;
        if (names == Names::Reserve) {
            // Without the lock two instances may plan the same name; the rename then gives one of them a number.
            if (Result<FileLock> lock = FileLock::take(runFolder.planLockFile(), longestPlanLock)) {
                planned.lock = std::make_shared<FileLock>(std::move(*lock));
            }
            for (const QString &name : namesReservedByOthers(runFolder, services.runToken)) {
                reserved.insert(name);
            }
        }
        planned.plan = planOutputs(requests, settings, sources, reserved, files);
        return planned;
    };
    whenDone(QtConcurrent::run(&planPool, plan), &q, [this, generation, takeIt](const Planned &planned) {
        if (generation == planGeneration) {
            takeIt(planned);
        }
    });
}

void Session::Private::refreshPlan()
{
    if (isStarting) {
        return; // the start makes its own, and names from here would come too late
    }
    planOnPool(planRequests(), Names::Look, [this](const Planned &planned) { takePlan(planned.plan); });
}

void Session::Private::takePlan(const OutputPlan &outputPlan)
{
    for (const PlannedOutput &output : outputPlan.outputs) {
        const Job *job = q.m_jobs.find(output.id);
        if (job && job->state == JobState::Ready) {
            const bool runs = output.decision == PlannedOutput::Decision::Run;
            q.m_jobs.setTarget(output.id, runs ? output.target : QString(),
                               runs ? output.note : output.reason.sentence);
        }
    }
    q.m_plan = planSummary(outputPlan);
    emit q.planChanged();
}

BatchPlan Session::Private::planSummary(const OutputPlan &outputPlan) const
{
    BatchPlan plan;
    plan.output = q.m_settings.output;
    plan.problems = outputPlan.problems;
    plan.renamed = outputPlan.renamed;
    plan.replaced = outputPlan.replaced;
    plan.skippedExisting = outputPlan.skippedExisting;
    plan.willRun = std::count_if(outputPlan.outputs.cbegin(), outputPlan.outputs.cend(),
                                 [](const PlannedOutput &output) {
                                     return output.decision == PlannedOutput::Decision::Run;
                                 });
    QHash<QString, qint64> missingTools;
    QHash<QString, Error> missingErrors;
    for (int place = 0; place < q.m_jobs.size(); ++place) {
        const Job &job = q.m_jobs.at(place);
        const bool isRefused = job.state == JobState::Skipped && !job.settings;
        if (job.state != JobState::Ready && !isRefused) {
            continue;
        }
        const PresetPointer preset = job.settings ? job.settings->preset : nullptr;
        const auto group = std::find_if(plan.groups.begin(), plan.groups.end(), [&](const PlanGroup &other) {
            return other.kind == job.facts.kind && other.preset == preset;
        });
        if (group == plan.groups.end()) {
            plan.groups.append({job.facts.kind, preset, 1});
        } else {
            ++group->jobs;
        }
    }
    for (const PlanGroup &group : plan.groups) {
        QSet<QString> programs;
        for (const Step &step : group.preset ? group.preset->steps : QVector<Step>{}) {
            // The first variant is the usual way; the others may never be needed.
            programs.insert(step.variants.first().command.first().parts.first());
        }
        for (const QString &program : programs) {
            if (const Result<QString> path = q.m_tools.resolve(program); !path) {
                missingTools[program] += group.jobs;
                missingErrors.insert(program, path.error());
            }
        }
    }
    for (auto missing = missingTools.cbegin(); missing != missingTools.cend(); ++missing) {
        plan.problems.append({missingErrors.value(missing.key()), missing.value()});
    }
    addSandboxProblems(plan);
    return plan;
}

void Session::Private::addSandboxProblems(BatchPlan &plan) const
{
    qint64 jobs = 0;
    for (const PlanGroup &group : plan.groups) {
        jobs += group.preset ? group.jobs : 0;
        if (group.preset && !group.preset->sandbox && sandbox->isUsed()) {
            plan.problems.append({{ErrorKind::SandboxFailed,
                                   QStringLiteral("The preset “%1” runs its converters without a sandbox.")
                                       .arg(group.preset->name),
                                   QStringLiteral("Use it only for files that you trust."), QString()},
                                  group.jobs});
        }
    }
    // Who switched it off knows.
    const std::optional<Error> warning = sandbox->warning();
    if (jobs > 0 && warning && sandbox->rule() != SandboxRule::Off) {
        plan.problems.append({*warning, jobs});
    }
}

// -- Running

void Session::start(Start what)
{
    d->planOnly = what == Start::PlanOnly;
    m_tools.forgetPaths(); // somebody may just have installed what was missing
    d->beginStart();
}

void Session::Private::beginStart(StartScope wanted)
{
    if (isStarting) {
        startAgain = std::max(startAgain.value_or(wanted), wanted);
        return;
    }
    isStarting = true;
    startScope = wanted;
    if (scheduler->isIdle()) {
        batch.clear();
        batchStartedAt = clock.steadyMilliseconds();
    }
    updateRunning();
    probeThenPlan();
}

void Session::Private::planIfWaiting()
{
    if (mayPlan() && std::exchange(isWaiting, false) && isStarting) {
        probeThenPlan();
    }
}

void Session::Private::probeThenPlan()
{
    if (!mayPlan()) {
        isWaiting = true;
        return;
    }
    const QVector<JobId> unknown = jobsThatNeedFacts(planRequests());
    const auto planIt = [this] {
        planOnPool(planRequests(), planOnly ? Names::Look : Names::Reserve, [this](const Planned &planned) {
            planOnly ? endPlanOnly(planned.plan) : runPlan(planned);
        });
    };
    if (unknown.isEmpty()) {
        planIt();
        return;
    }
    auto left = std::make_shared<qsizetype>(unknown.size());
    for (const JobId id : unknown) {
        const Job &job = *q.m_jobs.find(id);
        whenDone(prober->probe(job.source, job.facts, Prober::Urgency::Needed), &q,
                 [this, id, left, planIt](const MediaInfo &facts) {
                     takeFacts(id, facts);
                     if (--*left == 0 && isStarting) {
                         planIt();
                     }
                 });
    }
}

void Session::Private::endPlanOnly(const OutputPlan &outputPlan)
{
    takePlan(outputPlan);
    isStarting = false;
    updateRunning();
}

void Session::Private::runPlan(const Planned &planned)
{
    const QVector<JobId> toRun = acceptPlan(planned.plan);
    emit q.planChanged(); // now every job has its target
    QVector<JobId> noted = toRun;
    for (const PlannedOutput &output : planned.plan.outputs) {
        const Job *job = q.m_jobs.find(output.id);
        if (job && isFinished(job->state)) {
            noted.append(output.id);
        }
    }
    // Nothing begins before it is written that it should; and the lock goes when the names are.
    whenDone(journal->queue(noted, indexById), &q,
             [this, toRun, generation = planGeneration, lock = planned.lock](const Done &) {
                 if (generation == planGeneration) {
                     queuePlanned(toRun);
                 } else {
                     journal->givenUp(toRun);
                 }
             });
}

QVector<JobId> Session::Private::acceptPlan(const OutputPlan &outputPlan)
{
    QVector<JobId> toRun;
    QHash<JobId, int> numbers;
    for (const PlanRequest &request : planRequests()) {
        numbers.insert(request.id, request.index);
    }
    q.m_plan = planSummary(outputPlan);
    // The batch keeps the settings that it was planned with, whatever is chosen while it runs.
    const auto settings = std::make_shared<const OutputSettings>(q.m_settings.output);
    for (const PlannedOutput &output : outputPlan.outputs) {
        const Job *job = q.m_jobs.find(output.id);
        if (!job || job->state != JobState::Ready || !job->settings) {
            continue;
        }
        if (!job->isPinned) {
            q.m_jobs.setOutput(output.id, settings);
        }
        batch.insert(output.id);
        if (output.decision == PlannedOutput::Decision::Run) {
            q.m_jobs.setTarget(output.id, output.target, output.note);
            indexById.insert(output.id, numbers.value(output.id));
            toRun.append(output.id);
            continue;
        }
        JobResult result;
        result.error = output.reason;
        q.m_jobs.finish(output.id,
                        output.decision == PlannedOutput::Decision::Skip ? JobState::Skipped
                                                                         : JobState::Failed,
                        result);
    }
    return toRun;
}

void Session::Private::queuePlanned(const QVector<JobId> &toRun)
{
    isStarting = false;
    startScope = StartScope::All; // plans that are only shown are of all
    const std::optional<StartScope> again = std::exchange(startAgain, std::nullopt);
    scheduler->enqueue(toRun); // also when it is empty: it says "idle" then, and the batch ends
    if (again) {
        beginStart(*again);
    }
}

std::unique_ptr<JobRun> Session::Private::makeRun(const Job &job, int threads)
{
    if (!job.target.isEmpty()) {
        holds.watch(QFileInfo(job.target).path());
    }
    return std::make_unique<JobRunner>(job, threads, indexById.value(job.id), services);
}

void Session::Private::updateRunning()
{
    const bool running = isStarting || !scheduler->isIdle();
    if (running == wasRunning) {
        return;
    }
    wasRunning = running;
    prober->setBackgroundPaused(running);
    thumbnails->setModest(running);
    running ? holds.begin() : holds.end();
    batchEndedAt = clock.steadyMilliseconds();
    q.m_jobs.flush();
    emit q.runningChanged(running);
    if (!running) {
        schedulePlan();
        emit q.batchFinished();
    }
}

bool Session::isRunning() const
{
    return d->isStarting || !d->scheduler->isIdle();
}

void Session::stopAll(Stop why)
{
    ++d->planGeneration; // a plan that is on its way must not start anything
    if (why == Stop::Interrupt) {
        d->journal->keepUnfinished();
    }
    QVector<JobId> waiting;
    for (int index = 0; index < m_jobs.size(); ++index) {
        if (m_jobs.at(index).state == JobState::Queued) {
            waiting.append(m_jobs.at(index).id);
        }
    }
    d->journal->givenUp(waiting);
    d->isStarting = false;
    d->startScope = Private::StartScope::All;
    d->startAgain.reset();
    d->scheduler->cancelAll();
    d->updateRunning();
    d->schedulePlan();
}

void Session::stopJobs(const QVector<JobId> &ids)
{
    d->journal->givenUp(ids);
    d->scheduler->cancel(ids);
}

void Session::retry(const QVector<JobId> &ids, AfterRetry after)
{
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (job && isFinished(job->state)) {
            m_jobs.setTarget(id, {}, {});
            m_jobs.reset(id);
            d->assign(id);
        }
    }
    d->schedulePlan();
    if (after == AfterRetry::Start) {
        start();
    }
}

void Session::retryFailed()
{
    QVector<JobId> ids;
    for (int index = 0; index < m_jobs.size(); ++index) {
        if (m_jobs.at(index).state == JobState::Failed) {
            ids.append(m_jobs.at(index).id);
        }
    }
    retry(ids);
}

void Session::setHeld(bool held)
{
    d->isHeldByUser = held;
    if (!held) {
        d->holds.release();
    }
    d->updateHeld();
}

bool Session::isHeld() const
{
    return d->scheduler->isHeld();
}

const std::optional<Error> &Session::holdReason() const
{
    return d->holds.reason();
}

void Session::setFullDiskRule(FullDiskRule rule)
{
    d->holds.setFullDiskRule(rule);
}

void Session::Private::updateHeld()
{
    scheduler->setHeld(isHeldByUser || holds.isHolding());
}

BatchTotals Session::totals() const
{
    BatchTotals totals;
    totals.counts = m_jobs.counts();
    totals.batchJobs = d->batch.size();
    totals.coresUsed = d->scheduler->usedTokens();
    totals.coreLimit = d->scheduler->limit();
    // By size, because a film in a list of photos would else be one file of many until the very end.
    double done = 0;
    double whole = 0;
    for (int index = 0; index < m_jobs.size(); ++index) {
        const Job &job = m_jobs.at(index);
        if (job.state == JobState::Done && job.result.outputBytes > 0) {
            totals.inputBytes += job.facts.bytes;
            totals.outputBytes += job.result.outputBytes;
        }
        if (d->batch.contains(job.id)) {
            totals.batchFinished += isFinished(job.state) ? 1 : 0;
            const double weight = static_cast<double>(std::max<qint64>(1, job.facts.bytes));
            whole += weight;
            done += isFinished(job.state) ? weight
                    : isActive(job.state) ? weight * std::max(0.0, job.progress.fraction)
                                          : 0;
        }
    }
    const qint64 end = isRunning() ? d->clock.steadyMilliseconds() : d->batchEndedAt;
    totals.elapsedMilliseconds = d->batch.isEmpty() ? 0 : end - d->batchStartedAt;
    totals.fraction = d->batch.isEmpty() ? 0 : std::min(1.0, done / std::max(1.0, whole));
    // Before that, a figure would only jump about.
    constexpr double leastFraction = 0.02;
    constexpr qint64 leastMilliseconds = 2000;
    if (totals.elapsedMilliseconds >= leastMilliseconds) {
        totals.filesPerMinute = static_cast<double>(totals.batchFinished) * 60000
                                / static_cast<double>(totals.elapsedMilliseconds);
        if (isRunning() && totals.fraction >= leastFraction) {
            totals.remainingMilliseconds = static_cast<qint64>(static_cast<double>(totals.elapsedMilliseconds)
                                                               * (1 - totals.fraction) / totals.fraction);
        }
    }
    return totals;
}

} // namespace batchwright
