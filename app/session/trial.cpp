#include "app/session/trial.h"

#include "app/base/humantext.h"
#include "app/base/whendone.h"
#include "app/output/expectedsize.h"
#include "app/run/jobrunner.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace batchwright {

namespace {

/// What must stay free beside the results.
constexpr qint64 roomBeside = 100'000'000; // bytes

Error noRoom(qint64 free, qint64 needed, const QString &folder)
{
    return {ErrorKind::DiskFull,
            QStringLiteral(
                "There is no room to try files first: only %1 are free on the disk of %2, and about %3 "
                "are needed.")
                .arg(sizeText(free), folder, sizeText(needed)),
            QStringLiteral("Free some space there, or convert without trying first."), QString()};
}

Error notWritable(const QString &folder)
{
    return {
        ErrorKind::NotWritable,
        QStringLiteral("Files cannot be tried first, because nothing can be written into %1.").arg(folder),
        QStringLiteral("Check the permissions of that folder, or convert without trying first."), QString()};
}

/// Blocks on the disk: a pool thread.
Result<std::shared_ptr<TrialFolder>> makeFolder(const QStringList &parents, const QString &token,
                                                qint64 bytes, FileOps &files)
{
    std::optional<Error> problem;
    for (const QString &parent : parents) {
        const Outcome made = files.makeFolders(parent);
        const Result<QString> path =
            made ? files.makePrivateFolder(parent, QStringLiteral("batchwright-%1-").arg(token))
                 : Result<QString>(made.error());
        if (!path) {
            problem = problem.value_or(path.error().kind == ErrorKind::DiskFull ? path.error()
                                                                                : notWritable(parent));
            continue;
        }
        auto folder = std::make_shared<TrialFolder>(*path, files);
        const qint64 free = files.freeBytes(*path);
        if (free >= 0 && free < bytes + roomBeside) {
            problem = noRoom(free, bytes + roomBeside, parent);
            continue; // and this folder goes
        }
        return folder;
    }
    return *problem;
}

/// One that is not there is no file's: what becomes of it is not taken over.
QVector<FileStatus> statusOf(const QStringList &paths, const FileOps &files)
{
    QVector<FileStatus> all;
    for (const QString &path : paths) {
        const Result<FileStatus> status = files.status(path);
        all.append(status ? *status : FileStatus{});
    }
    return all;
}

/// A source with several pictures that the batch will split: it was tried with the first of them.
qint64 resultsOf(const Job &job)
{
    const std::optional<OutputRule> &output = job.settings->preset->output;
    const bool isSplit = output && output->isOfEachPicture && job.picture() == 0;
    return isSplit ? std::max(1, job.facts.pages) : 1;
}

} // namespace

Trial::Trial(const Engine &engine, QObject *parent) : QObject(parent), m_engine(engine)
{
    connect(&m_jobs, &JobList::jobsChanged, this, &Trial::changed);
}

Trial::~Trial() = default;

void Trial::begin(const QVector<Candidate> &batch, const Conditions &conditions)
{
    Q_ASSERT(!isBusy());
    discard();
    m_problem.reset();
    m_isStopped = false;
    m_isDiscarded = false;
    OutputSettings own = conditions.output;
    own.exists = ExistsRule::Rename;
    own.sourceRule = SourceRule::Keep;
    own.keepAttributes = false; // nobody looks at the dates of a try
    m_output = std::make_shared<const OutputSettings>(own);
    m_services.emplace(m_engine.services);
    m_services->journal = nullptr;
    m_services->factsFound = [this](JobId id, const MediaInfo &facts) {
        m_jobs.setFacts(id, facts);
        emit factsFound(m_chosen.at(m_places.value(id)).job.id, facts);
    };
    m_scheduler = std::make_unique<Scheduler>(
        m_jobs,
        [this](const Job &job, int threads) {
            return std::make_unique<JobRunner>(job, threads, m_chosen.at(m_places.value(job.id)).index,
                                               *m_services);
        },
        conditions.cores, m_services->clock);
    m_scheduler->setMemoryLimit(conditions.memoryBytes);
    m_scheduler->workModel() = conditions.speeds;
    connect(m_scheduler.get(), &Scheduler::becameIdle, this, [this] {
        if (m_state == State::Running) { // before it was given anything it is idle as well
            end();
        }
    });
    m_cores = conditions.cores;
    choose(batch);
    m_state = State::Preparing;
    qint64 bytes = 0;
    QStringList sources;
    for (const Candidate &chosen : std::as_const(m_chosen)) {
        bytes += expectedBytes(chosen.job.facts, chosen.job.target);
        sources.append(chosen.job.source);
    }
    const auto prepare = [sources, parents = m_engine.parents, token = m_services->runToken, bytes,
                          &files = m_services->files] {
        return Prepared{makeFolder(parents, token, bytes, files), statusOf(sources, files)};
    };
    runOnPool(m_engine.pool, this, prepare, [this](const Prepared &prepared) { takePrepared(prepared); });
    emit changed();
}

void Trial::choose(const QVector<Candidate> &batch)
{
    QHash<QPair<const Preset *, int>, int> groups;
    QHash<JobId, qsizetype> byId;
    m_files.clear();
    m_chosen.clear();
    m_groups.clear();
    m_batch = {};
    for (const Candidate &candidate : batch) {
        const Job &job = candidate.job;
        const QPair<const Preset *, int> key{job.settings->preset.get(), static_cast<int>(job.facts.kind)};
        if (!groups.contains(key)) {
            groups.insert(key, static_cast<int>(groups.size()));
        }
        byId.insert(job.id, m_files.size());
        m_batch.add(job.id, m_scheduler->workModel().measure(job));
        m_files.append({job.id, groups.value(key), job.facts.bytes});
    }
    for (const JobId id : chooseForTrial(m_files, mostFiles)) {
        m_chosen.append(batch.at(byId.value(id)));
        m_groups.insert(id, m_files.at(byId.value(id)).group);
    }
}

void Trial::takePrepared(const Prepared &prepared)
{
    if (!prepared.folder) {
        m_problem = prepared.folder.error();
        end();
        return;
    }
    m_folder = *prepared.folder;
    m_sources = prepared.sources;
    QVector<Job> jobs;
    for (const Candidate &chosen : std::as_const(m_chosen)) {
        Job job = chosen.job;
        job.output = m_output;
        // A folder for each: two planned names may differ only in their folders.
        job.target = QStringLiteral("%1/%2/%3")
                         .arg(m_folder->path())
                         .arg(jobs.size() + 1)
                         .arg(QFileInfo(job.target).fileName());
        job.planNote.clear();
        jobs.append(job);
    }
    const QVector<JobId> ids = m_jobs.add(jobs);
    for (qsizetype place = 0; place < ids.size(); ++place) {
        m_places.insert(ids.at(place), place);
    }
    if (!m_isHeld || m_isStopped) {
        run();
    }
}

void Trial::release()
{
    m_isHeld = false;
    if (m_state == State::Preparing && m_folder) {
        run();
    }
}

void Trial::run()
{
    if (m_isStopped) {
        end();
        return;
    }
    m_state = State::Running;
    QVector<JobId> ids;
    for (int place = 0; place < m_jobs.size(); ++place) {
        ids.append(m_jobs.at(place).id);
    }
    m_scheduler->enqueue(ids);
    emit changed();
}

void Trial::end()
{
    if (!isBusy()) {
        return;
    }
    m_state = State::Ended;
    m_jobs.flush();
    if (m_isDiscarded) {
        discard();
    }
    emit changed();
    emit ended();
}

void Trial::stop()
{
    m_isStopped = true;
    if (m_state == State::Running) {
        m_scheduler->cancelAll();
    } else if (m_state == State::Preparing && m_folder) {
        end();
    }
}

void Trial::setFrozen(bool frozen)
{
    if (m_state == State::Running) {
        m_scheduler->setHeld(frozen);
        m_scheduler->setFrozen(m_scheduler->runningIds(), frozen);
    }
}

void Trial::discard()
{
    if (isBusy()) {
        m_isDiscarded = true;
        stop();
        return;
    }
    QVector<JobId> ids;
    for (int place = 0; place < m_jobs.size(); ++place) {
        ids.append(m_jobs.at(place).id);
    }
    m_jobs.remove(ids);
    m_places.clear();
    m_state = State::None;
    if (m_folder) {
        m_engine.pool.start([folder = std::exchange(m_folder, nullptr)] {});
    }
}

Trial::HandedOver Trial::handOver()
{
    HandedOver handed;
    for (int place = 0; place < m_jobs.size(); ++place) {
        const Job &job = m_jobs.at(place);
        if (job.state == JobState::Done) {
            const qsizetype at = m_places.value(job.id);
            const Candidate &chosen = m_chosen.at(at);
            handed.results.insert(chosen.job.id, {job.settings, job.variables, chosen.index, m_sources.at(at),
                                                  job.result()});
            handed.folder = m_folder;
        }
    }
    discard();
    return handed;
}

TrialForecast Trial::forecast() const
{
    QVector<TriedSize> tried;
    for (int place = 0; place < m_jobs.size(); ++place) {
        const Job &job = m_jobs.at(place);
        if (job.state == JobState::Done && job.result().outputBytes > 0) {
            const JobId original = m_chosen.at(m_places.value(job.id)).job.id;
            tried.append(
                {m_groups.value(original), job.facts.bytes, job.result().outputBytes * resultsOf(job)});
        }
    }
    TrialForecast forecast = forecastFrom(m_files, tried);
    if (m_state == State::Ended && forecast.unknown == 0) {
        foretellTime(forecast);
    }
    return forecast;
}

/// As the scheduler foretells the end of a batch, with a wider range: three files say less than a tenth of all.
void Trial::foretellTime(TrialForecast &forecast) const
{
    constexpr double sooner = 0.3;
    constexpr double later = 0.5;
    const JobQueue::Entry *longest = m_batch.first(speeds());
    if (!longest) {
        return;
    }
    const double seconds =
        std::max(m_batch.expectedSeconds(speeds()) / m_cores, speeds().seconds(longest->work, m_cores));
    forecast.leastMilliseconds = std::llround(seconds * 1000 * (1 - sooner));
    forecast.mostMilliseconds = std::llround(seconds * 1000 * (1 + later));
}

} // namespace batchwright
