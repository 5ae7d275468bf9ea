// Session: the files of the list, what is known of them, and the preset that each is given.
#include "app/session/sessionprivate.h"

#include "app/base/whendone.h"

#include <QFile>

#include <utility>

namespace batchwright {

namespace {

/// A scan must be read as a whole, even for one of its pictures.
bool isTooLargeScan(const Job &job)
{
    constexpr qint64 mostBytes = 256 * 1024 * 1024;
    const qint64 bytes = job.picture() > 0 ? job.facts.bytes * job.facts.pages : job.facts.bytes;
    return job.facts.kind == MediaKind::Dicom && bytes > mostBytes;
}

} // namespace

void Session::addFiles(const QStringList &paths)
{
    QVector<QByteArray> raw;
    for (const QString &path : paths) {
        raw.append(QFile::encodeName(path));
    }
    addRawPaths(raw);
}

void Session::addRawPaths(const QVector<QByteArray> &paths)
{
    d->importer.import(paths);
}

void Session::expectFiles()
{
    d->expectsFirstScreen = m_jobs.isEmpty();
    // How workers are run is not known before; and while a batch runs the cores are its own.
    if (d->sandbox->isSettled() && !isRunning()) {
        d->desk->expectQuestions(d->target->workers());
    }
}

void Session::stopImport()
{
    d->importer.stop();
}

bool Session::isImporting() const
{
    return d->importer.isBusy();
}

void Session::Private::takeFiles(const QVector<ImportedFile> &imported)
{
    QVector<Job> jobs;
    jobs.reserve(imported.size());
    const QSet<MediaKind> before = toldKinds;
    for (const ImportedFile &file : imported) {
        Job job;
        job.source = file.path;
        job.canonicalSource = file.canonicalPath;
        job.root = file.root;
        job.facts = file.facts;
        toldKinds.insert(job.facts.kind);
        jobs.append(job);
    }
    const QVector<JobId> ids = q.m_jobs.add(jobs);
    if (std::exchange(expectsFirstScreen, false)) {
        // Ten milliseconds before the table has found out which rows it shows; then it says so.
        constexpr qsizetype certainlyShown = 16;
        q.wantPictures(ids.mid(0, certainlyShown));
    }
    for (const JobId id : ids) {
        assign(id);
    }
    found += imported.size();
    emit q.importProgressed(found);
    if (toldKinds != before) {
        emit q.choicesChanged(); // who hears it looks through the whole list
    }
    schedulePlan();
    if (q.isRunning()) {
        beginStart(); // files that are added while a batch runs join it
    }
}

void Session::removeJobs(const QVector<JobId> &ids)
{
    QVector<JobId> idle;
    for (const JobId id : ids) {
        if (const Job *job = m_jobs.find(id); job && !isActive(job->state)) {
            idle.append(id);
        }
    }
    d->forgetSources(idle);
    d->journal->givenUp(idle);
    d->scheduler->cancel(idle); // those that wait go back to Ready first
    m_jobs.remove(idle);
    d->toldKinds.clear();
    emit choicesChanged();
    d->schedulePlan();
}

/// They may be added again.
void Session::Private::forgetSources(const QVector<JobId> &ids)
{
    if (ids.size() == q.m_jobs.size()) {
        importer.forgetAll();
        return;
    }
    for (const JobId id : ids) {
        const Job &job = *q.m_jobs.find(id);
        if (job.picture() <= 1) { // the others of its source were never imported
            importer.forget(job.source);
        }
    }
}

void Session::removeFinished()
{
    QVector<JobId> ids;
    for (int index = 0; index < m_jobs.size(); ++index) {
        const Job &job = m_jobs.at(index);
        if (job.state == JobState::Done || job.state == JobState::Skipped) {
            ids.append(job.id);
        }
    }
    removeJobs(ids);
}

void Session::wantFacts(const QVector<JobId> &ids)
{
    d->prober->dropVisible();
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        const bool isOpen =
            job && (job->facts.probe == ProbeState::NotAsked || job->facts.probe == ProbeState::Busy);
        if (isOpen && Prober::hasMoreFacts(job->facts.kind)) {
            whenDone(d->prober->probe(job->source, job->facts, Prober::Urgency::Visible), this,
                     [this, id](const MediaInfo &facts) { d->takeFacts(id, facts); });
        }
    }
}

void Session::wantPictures(const QVector<JobId> &ids)
{
    QVector<Thumbnails::Wish> wishes;
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (job && Thumbnails::mayHavePicture(job->facts.kind) && !isTooLargeScan(*job)) {
            wishes.append({id, shownSource(*job)});
        }
    }
    d->thumbnails->want(wishes);
}

Previews &Session::previews()
{
    return *d->previews;
}

void Session::Private::takeFacts(JobId id, const MediaInfo &facts)
{
    const Job *job = q.m_jobs.find(id);
    if (!job) {
        return;
    }
    const bool isOtherKind = job->facts.kind != facts.kind;
    q.m_jobs.setFacts(id, facts);
    if (isOtherKind) {
        assign(id);
        emit q.choicesChanged();
    }
    schedulePlan();
}

void Session::Private::assignAll()
{
    for (int index = 0; index < q.m_jobs.size(); ++index) {
        assign(q.m_jobs.at(index).id);
    }
}

void Session::Private::assign(JobId id)
{
    const Job &job = *q.m_jobs.find(id);
    // A row that was skipped because no preset took it gets another chance with each new choice.
    const bool wasRefused = job.state == JobState::Skipped && !job.settings;
    if (job.isPinned || (job.state != JobState::Ready && !wasRefused)) {
        return;
    }
    const PresetPointer preset = choices.presetFor(job.facts.kind);
    const Error none{
        ErrorKind::WrongKind,
        QStringLiteral("No preset is chosen for %1 (%2).").arg(job.fileName(), job.facts.formatText),
        QStringLiteral("Choose a preset that takes it, or remove it."), QString()};
    const std::optional<Error> refusal = preset ? preset->refusal(job.fileName(), job.facts) : none;
    if (refusal) {
        q.m_jobs.setSettings(id, nullptr);
        q.m_jobs.setTarget(id, {}, {});
        JobResult result;
        result.error = *refusal;
        q.m_jobs.finish(id, JobState::Skipped, result);
        return;
    }
    if (wasRefused) {
        q.m_jobs.reset(id);
    }
    q.m_jobs.setSettings(id, choices.settingsFor(preset));
    Variables variables = job.variables;
    for (auto common = commonVariables.cbegin(); common != commonVariables.cend(); ++common) {
        if (!variables.contains(common.key())) {
            variables.insert(common.key(), common.value());
        }
    }
    if (variables.size() != job.variables.size()) {
        q.m_jobs.setVariables(id, variables);
    }
}

} // namespace batchwright
