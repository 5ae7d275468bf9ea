// Session: the figures of the list and of the batch.
#include "app/session/sessionprivate.h"

#include <algorithm>

namespace batchwright {

/// By work and not by files, because a film in a list of photos would else be one of many until the very end.
void Session::Private::addOutlook(BatchTotals &totals)
{
    const Scheduler::Outlook outlook = scheduler->outlook();
    const double whole = outlook.doneSeconds + outlook.leftSeconds;
    // Nothing is known before the plan, and too little while only a part of its jobs is queued.
    if (isStarting && (scheduler->isIdle() || carriedOut)) {
        totals.fraction = batchSizeShown == batch.size() ? fractionShown : 0;
        return;
    }
    // What is learnt may make the rest larger; what was shown as done stays done, until files are added.
    if (std::exchange(batchSizeShown, batch.size()) != batch.size()) {
        fractionShown = 0;
    }
    fractionShown = std::max(fractionShown, whole > 0 ? outlook.doneSeconds / whole : 0);
    totals.fraction = fractionShown;
    // Before a few jobs have shown how fast this machine is, a time would be a guess.
    constexpr double leastFraction = 0.02;
    constexpr double leastLearnt = 0.5;
    constexpr qint64 leastMilliseconds = 2000;
    if (totals.fraction < leastFraction || outlook.learntShare < leastLearnt
        || totals.elapsedMilliseconds < leastMilliseconds) {
        return;
    }
    totals.remainingMilliseconds = static_cast<qint64>(outlook.untilEnd * 1000);
    totals.leastRemaining = static_cast<qint64>(outlook.least * 1000);
    totals.mostRemaining = static_cast<qint64>(outlook.most * 1000);
}

BatchTotals Session::totals() const
{
    BatchTotals totals;
    totals.counts = m_jobs.counts();
    totals.batchJobs = d->batch.size();
    totals.batchFinished = d->batch.ended();
    totals.heldJobs = d->scheduler->heldJobCount();
    totals.coresUsed = d->scheduler->usedTokens();
    totals.coreLimit = d->scheduler->limit();
    const qint64 end = isRunning() ? d->clock.steadyMilliseconds() : d->batchEndedAt;
    totals.elapsedMilliseconds = d->batch.isEmpty() ? 0 : end - d->batchStartedAt;
    if (!isRunning()) {
        totals.fraction = d->batch.isEmpty() ? 0 : 1;
    } else {
        d->addOutlook(totals);
    }
    // Before that, a figure would only jump about.
    constexpr qint64 leastMilliseconds = 2000;
    if (totals.elapsedMilliseconds >= leastMilliseconds) {
        totals.filesPerMinute = static_cast<double>(totals.batchFinished) * 60000
                                / static_cast<double>(totals.elapsedMilliseconds);
    }
    return totals;
}

} // namespace batchwright
