// Session: trying a few files first.
#include "app/session/sessionprivate.h"

#include <QDir>

#include <utility>

namespace batchwright {

/// The system's temporary folder may be small, or in memory: only where the cache cannot be written.
QStringList Session::Private::trialParents() const
{
    return {paths.cacheFolder + QStringLiteral("/trials"), QDir::tempPath()};
}

void Session::Private::makeTrial()
{
    trial = std::make_unique<Trial>(Trial::Engine{services, recoveryPool, trialParents()});
    trial->hold(); // until it is known whether there is a sandbox
    connect(trial.get(), &Trial::factsFound, &q,
            [this](JobId id, const MediaInfo &facts) { q.m_jobs.setFacts(id, facts); });
    connect(trial.get(), &Trial::changed, &q, [this] { updateTrying(); });
    connect(trial.get(), &Trial::ended, &q, [this] {
        scheduler->workModel() =
            trial->speeds(); // a batch waits until now, and nothing else is learnt meanwhile
        planIfWaiting();
    });
}

/// Looking at files is for later while converters run, in a batch or in a try.
void Session::Private::updateTrying()
{
    const bool isBusy = wasRunning || trial->isBusy();
    prober->setBackgroundPaused(isBusy);
    thumbnails->setModest(isBusy);
    updateSleepGuard();
}

/// On a thread: the disk takes its time for large files.
void Session::Private::forgetTried()
{
    if (tried.folder) {
        recoveryPool.start([gone = std::exchange(tried, {})] {});
    }
}

QVector<Trial::Candidate> Session::Private::trialCandidates() const
{
    QVector<Trial::Candidate> candidates;
    QHash<const Preset *, int> counts;
    for (int place = 0; place < q.m_jobs.size(); ++place) {
        const Job &job = q.m_jobs.at(place);
        if (!job.settings) {
            continue;
        }
        const int index = ++counts[job.settings->preset.get()];
        // Without a target the plan leaves the file out, or it is measured.
        if (job.state == JobState::Ready && !job.target.isEmpty()) {
            candidates.append({job, index});
        }
    }
    return candidates;
}

Outcome Session::tryFirst()
{
    if (isRunning() || d->trial->isBusy()) {
        return Error{ErrorKind::SystemBusy, QStringLiteral("Files are being converted already."),
                     QStringLiteral("Wait until they are done, or stop them, then try again."), QString()};
    }
    const QVector<Trial::Candidate> candidates = d->trialCandidates();
    if (candidates.isEmpty()) {
        return Error{ErrorKind::NoPicture,
                     QStringLiteral("There is no file to try: none is ready whose preset writes a result."),
                     QStringLiteral("Add files, or choose a preset that takes them."), QString()};
    }
    m_tools.forgetPaths(); // somebody may just have installed what was missing
    d->trial->begin(candidates,
                    {m_settings.output, d->coreLimit(), d->memoryLimit(), d->scheduler->workModel()});
    return Done{};
}

Trial &Session::trial()
{
    return *d->trial;
}

} // namespace batchwright
