// Session: planning. What costs a while for 100,000 files is done in slices, between which the window answers, or on a thread.
#include "app/session/sessionprivate.h"

#include "app/base/whendone.h"
#include "app/preset/commandtemplate.h"
#include "app/session/toolproblems.h"

#include <QtConcurrentRun>

#include <algorithm>

namespace batchwright {

namespace {

/// Some milliseconds each.
constexpr int jobsPerSlice = 2000;
constexpr qsizetype outputsPerSlice = 1000;

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

/// Calls `next` when everything that waits in the event loop had its turn.
template<typename Next>
void afterOthers(QObject *context, Next next)
{
    QTimer::singleShot(0, context, std::move(next));
}

} // namespace

void Session::Private::gather(std::function<void(PlanInput)> next)
{
    const auto mine = std::make_shared<Gathering>();
    mine->next = std::move(next);
    gathering = mine;
    gatherSlice(mine);
}

/// Files that are added meanwhile stand at the end and are met there.
void Session::Private::gatherAnew()
{
    if (gathering) {
        std::function<void(PlanInput)> next = std::move(gathering->next);
        *gathering = {};
        gathering->next = std::move(next);
    }
}

void Session::Private::gatherSlice(const std::shared_ptr<Gathering> &mine)
{
    if (mine != gathering) {
        return; // another one was asked for
    }
    const int end = std::min(q.m_jobs.size(), mine->place + jobsPerSlice);
    for (; mine->place < end; ++mine->place) {
        gatherJob(q.m_jobs.at(mine->place), *mine);
    }
    if (mine->place < q.m_jobs.size()) {
        afterOthers(&q, [this, mine] { gatherSlice(mine); });
        return;
    }
    gathering.reset();
    mine->next(std::move(mine->input));
}

void Session::Private::gatherJob(const Job &job, Gathering &into) const
{
    into.input.sources.append(job.source);
    if (!job.target.isEmpty() && (job.state == JobState::Queued || isActive(job.state))) {
        into.input.reserved.insert(job.target);
    }
    if (!job.settings) {
        return;
    }
    // Jobs that are done keep their number, so that those that join later go on from it.
    const int index = ++into.counts[job.settings->preset.get()];
    if (job.state != JobState::Ready || (startScope == StartScope::Adopted && !job.isPinned)) {
        return;
    }
    PlanRequest request{job.id, job.source, job.root, job.facts, job.settings, job.variables, index};
    if (job.isPinned) {
        request.index = indexById.value(job.id, index);
        request.output = job.output;
        request.target = pinnedTargets.value(job.id);
    }
    into.input.requests.append(request);
}

QVector<JobId> Session::Private::jobsThatNeedFacts(const QVector<PlanRequest> &requests) const
{
    QVector<JobId> ids;
    for (const PlanRequest &request : requests) {
        const bool isOpen =
            request.facts.probe == ProbeState::NotAsked || request.facts.probe == ProbeState::Busy;
        const Preset &preset = *request.settings->preset;
        const bool isWanted = nameNeedsFacts(preset, q.m_settings.output.nameTemplate)
                              || (preset.output && preset.output->isOfEachPicture);
        if (isOpen && isWanted && Prober::hasMoreFacts(request.facts.kind)) {
            ids.append(request.id);
        }
    }
    return ids;
}

void Session::Private::planOnPool(const PlanInput &input, Names names,
                                  const std::function<void(const Planned &)> &takeIt)
{
    const quint64 generation = ++planGeneration;
    const auto plan = [input = PlanInput(input), names, settings = q.m_settings.output, this]() mutable {
        Planned planned;
        if (names == Names::Reserve) {
            // Without the lock two instances may plan the same name; the rename then gives one of them a number.
            if (Result<FileLock> lock = FileLock::take(runFolder.planLockFile(), longestPlanLock)) {
                planned.lock = std::make_shared<FileLock>(std::move(*lock));
            }
            for (const QString &name : namesReservedByOthers(runFolder, services.runToken)) {
                input.reserved.insert(name);
            }
        }
        planned.plan = planOutputs(input.requests, settings, input.sources, input.reserved, files);
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
    gather([this](const PlanInput &input) {
        planOnPool(input, Names::Look, [this](const Planned &planned) { takePlan(planned.plan, [] {}); });
    });
}

void Session::Private::takePlan(const OutputPlan &outputPlan, const std::function<void()> &next,
                                qsizetype from)
{
    const QVector<PlannedOutput> &outputs = outputPlan.outputs;
    const qsizetype end = std::min(outputs.size(), from + outputsPerSlice);
    for (qsizetype place = from; place < end; ++place) {
        const PlannedOutput &output = outputs.at(place);
        const Job *job = q.m_jobs.find(output.id);
        if (job && job->state == JobState::Ready) {
            const bool runs = output.decision == PlannedOutput::Decision::Run;
            q.m_jobs.setTarget(output.id, runs ? output.target : QString(),
                               runs ? output.note : output.reason.sentence);
        }
    }
    if (end < outputs.size()) {
        afterOthers(&q, [this, outputPlan, next, end, generation = planGeneration] {
            if (generation == planGeneration) {
                takePlan(outputPlan, next, end);
            }
        });
        return;
    }
    q.m_plan = planSummary(outputPlan);
    emit q.planChanged();
    next();
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
    plan.problems += toolProblems(plan.groups, q.m_tools);
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

void Session::Private::probeThenPlan()
{
    if (!mayPlan()) {
        isWaiting = true;
        return;
    }
    gather([this](const PlanInput &input) {
        const QVector<JobId> unknown = jobsThatNeedFacts(input.requests);
        unknown.isEmpty() ? splitThenPlan(input) : probe(unknown);
    });
}

void Session::Private::planStart(const PlanInput &input)
{
    planOnPool(input, planOnly ? Names::Look : Names::Reserve,
               [this](const Planned &planned) { planOnly ? endPlanOnly(planned.plan) : runPlan(planned); });
}

void Session::Private::probe(const QVector<JobId> &unknown)
{
    auto left = std::make_shared<qsizetype>(unknown.size());
    for (const JobId id : unknown) {
        const Job &job = *q.m_jobs.find(id);
        whenDone(prober->probe(job.source, job.facts, Prober::Urgency::Needed), &q,
                 [this, id, left](const MediaInfo &facts) {
                     takeFacts(id, facts);
                     if (--*left == 0 && isStarting) {
                         gather([this](const PlanInput &input) { splitThenPlan(input); });
                     }
                 });
    }
}

void Session::Private::runPlan(const Planned &planned)
{
    const auto starting = std::make_shared<Starting>();
    starting->planned = planned;
    // The batch keeps the settings that it was planned with, whatever is chosen while it runs.
    starting->settings = std::make_shared<const OutputSettings>(q.m_settings.output);
    carriedOut = starting;
    acceptSlice(starting);
}

/// Nobody is to be asked whether these should be continued.
void Session::Private::giveUpStart()
{
    if (const std::shared_ptr<Starting> starting = std::exchange(carriedOut, nullptr)) {
        journal->neverQueued(starting->toRun.mid(starting->queued));
        journal->stopEarly();
    }
}

void Session::Private::acceptSlice(const std::shared_ptr<Starting> &starting)
{
    if (starting != carriedOut) {
        return;
    }
    const QVector<PlannedOutput> &outputs = starting->planned.plan.outputs;
    using Part = SessionJournal::Part;
    const Part part = starting->accepted == 0 ? Part::First : Part::Next;
    const qsizetype end = std::min(outputs.size(), starting->accepted + outputsPerSlice);
    QVector<JobId> noted;
    for (; starting->accepted < end; ++starting->accepted) {
        const PlannedOutput &output = outputs.at(starting->accepted);
        if (accept(output, *starting)) {
            noted.append(output.id);
        }
    }
    starting->slices.append(
        {journal->queue(noted, indexById, part, outputs.size() - end), starting->toRun.size()});
    if (end < outputs.size()) {
        afterOthers(&q, [this, starting] { acceptSlice(starting); });
        return;
    }
    q.m_plan = planSummary(starting->planned.plan);
    emit q.planChanged(); // now every job has its target
    queueWhenWritten(starting);
}

/// No job begins before it is written that it should. The first ones need not wait for the last, for which the journal
/// takes two seconds when there are 100,000.
void Session::Private::queueWhenWritten(const std::shared_ptr<Starting> &starting)
{
    whenDone(starting->slices.first().written, &q, [this, starting](const Done &) { queueSlice(starting); });
}

/// Gives a planned job its target, or ends it. True when that is to be written down.
bool Session::Private::accept(const PlannedOutput &output, Starting &starting)
{
    const Job *job = q.m_jobs.find(output.id);
    if (!job || job->state != JobState::Ready || !job->settings) {
        return job && isFinished(job->state);
    }
    if (!job->isPinned) {
        q.m_jobs.setOutput(output.id, starting.settings);
    }
    batch.add(output.id);
    if (output.decision == PlannedOutput::Decision::Run) {
        q.m_jobs.setTarget(output.id, output.target, output.note);
        indexById.insert(output.id, output.index);
        starting.toRun.append(output.id);
        return true;
    }
    JobResult result;
    result.error = output.reason;
    q.m_jobs.finish(output.id,
                    output.decision == PlannedOutput::Decision::Skip ? JobState::Skipped : JobState::Failed,
                    result);
    return true;
}

void Session::Private::queueSlice(const std::shared_ptr<Starting> &starting)
{
    if (starting != carriedOut) {
        return;
    }
    const qsizetype end = starting->slices.takeFirst().end;
    const QVector<JobId> slice = starting->toRun.mid(starting->queued, end - starting->queued);
    starting->queued = end;
    QVector<JobId> gone = slice; // removed since they were written down: nobody is to be asked for them later
    gone.removeIf([this](JobId id) { return q.m_jobs.find(id) != nullptr; });
    journal->neverQueued(gone);
    const bool isLast = starting->slices.isEmpty();
    std::optional<StartScope> again;
    if (isLast) {
        carriedOut.reset(); // and the lock with it: the names are in the journal
        isStarting = false;
        startScope = StartScope::All; // plans that are only shown are of all
        again = std::exchange(startAgain, std::nullopt);
    }
    scheduler->enqueue(slice);               // also when it is empty: it says "idle" then, and the batch ends
    scheduler->prefer(tried.results.keys()); // they take no time, and are out of the way
    if (again) {
        beginStart(*again);
    } else if (!isLast) {
        queueWhenWritten(starting);
    }
}

} // namespace batchwright
