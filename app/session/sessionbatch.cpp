// Session: running.
#include "app/session/sessionprivate.h"

#include <QFileInfo>

namespace batchwright {

void Session::start(Start what)
{
    d->planOnly = what == Start::PlanOnly;
    m_tools.forgetPaths(); // somebody may just have installed what was missing
    // The start waits until its converters are gone.
    if (what == Start::PlanOnly) {
        d->trial->discard();
    } else if (Trial::HandedOver handed = d->trial->handOver(); handed.folder) {
        d->tried = std::move(handed);
    }
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
        wasStopped = false;
        finisher.batchBegan();
        batch.clear();
        fractionShown = 0;
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

void Session::Private::endPlanOnly(const OutputPlan &outputPlan)
{
    takePlan(outputPlan, [this] {
        isStarting = false;
        updateRunning();
    });
}

std::unique_ptr<JobRun> Session::Private::makeRun(const Job &job, int threads)
{
    if (!job.target.isEmpty()) {
        holds.watch(QFileInfo(job.target).path());
    }
    const int index = indexById.value(job.id);
    auto run = std::make_unique<JobRunner>(job, threads, index, services);
    // Once: who retries the file wants it converted.
    if (const TriedResult made = tried.results.take(job.id); made.isOf(job, index)) {
        run->takeOver(made);
    }
    return run;
}

void Session::Private::updateRunning()
{
    const bool running = isStarting || !scheduler->isIdle();
    if (running == wasRunning) {
        return;
    }
    wasRunning = running;
    updateTrying();
    running ? holds.begin() : holds.end();
    running ? machineWatch->begin() : machineWatch->end();
    updatePower();
    batchEndedAt = clock.steadyMilliseconds();
    q.m_jobs.flush();
    emit q.runningChanged(running);
    if (!running) {
        keepSpeeds();
        forgetTried();
        isFrozen = false; // there is nothing left that could stand still; the next batch is to run
        updateFrozen();
        if (std::exchange(listOrderOnce, false)) {
            updateOrder();
        }
        schedulePlan();
        finish();
        emit q.batchFinished();
    }
}

bool Session::isRunning() const
{
    return d->isStarting || !d->scheduler->isIdle();
}

void Session::stopAll(Stop why)
{
    d->wasStopped = true;
    d->finisher.callOff();
    d->gathering.reset();
    ++d->planGeneration; // a plan that is on its way must not start anything
    if (why == Stop::Interrupt) {
        d->journal->keepUnfinished();
    }
    d->giveUpStart();
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

} // namespace batchwright
