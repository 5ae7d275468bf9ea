#include "app/job/joblist.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace batchwright {

int JobCounts::total() const
{
    int sum = 0;
    for (const int count : byState) {
        sum += count;
    }
    return sum;
}

int JobCounts::finished() const
{
    return of(JobState::Done) + of(JobState::Skipped) + of(JobState::Failed) + of(JobState::Cancelled);
}

JobList::JobList(QObject *parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(changeInterval);
    connect(&m_timer, &QTimer::timeout, this, &JobList::flush);
    connect(&m_destroyTimer, &QTimer::timeout, this, &JobList::destroySome);
}

const Job *JobList::find(JobId id) const
{
    const int index = indexOf(id);
    return index < 0 ? nullptr : &m_jobs.at(index);
}

int JobList::indexOf(JobId id) const
{
    return m_indexById.value(id, -1);
}

QVector<JobId> JobList::add(QVector<Job> jobs)
{
    QVector<JobId> ids;
    if (jobs.isEmpty()) {
        return ids;
    }
    const int first = size();
    const int last = first + static_cast<int>(jobs.size()) - 1;
    emit jobsAboutToBeAdded(first, last);
    ids.reserve(jobs.size());
    for (Job &job : jobs) {
        job.id = JobId{++m_lastId};
        ids.append(job.id);
        m_indexById.insert(job.id, size());
        count(job, 1);
        m_jobs.append(std::move(job));
    }
    emit jobsAdded(first, last);
    return ids;
}

void JobList::remove(const QVector<JobId> &ids)
{
    QVector<int> places;
    for (const JobId id : ids) {
        const int index = indexOf(id);
        if (index >= 0 && !isActive(m_jobs.at(index).state)) {
            places.append(index);
        }
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    qsizetype runs = 0;
    for (qsizetype index = 0; index < places.size(); ++index) {
        runs += index == 0 || places.at(index) != places.at(index - 1) + 1 ? 1 : 0;
    }
    constexpr qsizetype mostRuns = 64; // each costs a walk over what is behind it
    if (runs > mostRuns) {
        removeScattered(places);
        return;
    }
    // From the end, in runs: a view is told once per run, and earlier places stay valid.
    while (!places.isEmpty()) {
        const int last = places.takeLast();
        int first = last;
        while (!places.isEmpty() && places.last() == first - 1) {
            first = places.takeLast();
        }
        emit jobsAboutToBeRemoved(first, last);
        if (first == 0 && last == size() - 1) {
            m_indexById.clear();
            m_changed.clear();
            m_counts = {};
            destroyLater(std::exchange(m_jobs, {}));
        } else {
            for (int index = first; index <= last; ++index) {
                forget(m_jobs.at(index));
            }
            const auto begin = m_jobs.begin() + first;
            const auto end = m_jobs.begin() + last + 1;
            destroyLater({std::make_move_iterator(begin), std::make_move_iterator(end)});
            m_jobs.erase(begin, end);
        }
        reindex(first);
        emit jobsRemoved(first, last);
    }
}

void JobList::destroyLater(QVector<Job> jobs)
{
    if (m_gone.isEmpty()) {
        m_gone = std::move(jobs); // and not append(), which moves each
    } else {
        m_gone.append(std::move(jobs));
    }
    m_destroyTimer.start();
}

/// Some milliseconds each time: 100,000 at once would keep the window from answering for a tenth of a second.
void JobList::destroySome()
{
    constexpr qsizetype jobsPerTurn = 2000;
    m_gone.resize(std::max<qsizetype>(0, m_gone.size() - jobsPerTurn));
    if (m_gone.isEmpty()) {
        m_gone = {};
        m_destroyTimer.stop();
    }
}

void JobList::forget(const Job &job)
{
    m_indexById.remove(job.id);
    m_changed.remove(job.id);
    count(job, -1);
}

void JobList::count(const Job &job, int sign)
{
    m_counts.byState[static_cast<int>(job.state)] += sign;
    if (job.state == JobState::Done && job.result().outputBytes > 0) {
        m_counts.inputBytes += sign * job.facts.bytes;
        m_counts.outputBytes += sign * job.result().outputBytes;
    }
}

void JobList::removeScattered(const QVector<int> &places)
{
    emit jobsAboutToBeReset();
    QVector<Job> kept;
    QVector<Job> gone;
    kept.reserve(m_jobs.size() - places.size());
    gone.reserve(places.size());
    qsizetype next = 0;
    for (int index = 0; index < size(); ++index) {
        if (next < places.size() && places.at(next) == index) {
            forget(m_jobs.at(index));
            gone.append(std::move(m_jobs[index]));
            ++next;
        } else {
            kept.append(std::move(m_jobs[index]));
        }
    }
    m_jobs = std::move(kept);
    destroyLater(std::move(gone));
    reindex(0);
    emit jobsReset();
}

bool JobList::move(const QVector<JobId> &ids, int before)
{
    const QSet<JobId> moved(ids.cbegin(), ids.cend());
    // By what follows them: those in front of the place, those that move, those behind it.
    const auto part = [&](int place) {
        return moved.contains(m_jobs.at(place).id) ? 1 : place < before ? 0 : 2;
    };
    QVector<int> order(size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int one, int other) { return part(one) < part(other); });
    if (std::is_sorted(order.cbegin(), order.cend())) {
        return false;
    }
    emit jobsAboutToBeMoved();
    QVector<Job> jobs;
    jobs.reserve(size());
    for (const int place : order) {
        jobs.append(std::move(m_jobs[place]));
    }
    m_jobs = std::move(jobs);
    reindex(0);
    emit jobsMoved();
    return true;
}

void JobList::reindex(int from)
{
    for (int index = from; index < size(); ++index) {
        m_indexById[m_jobs.at(index).id] = index;
    }
}

Job *JobList::mutableJob(JobId id)
{
    const int index = indexOf(id);
    if (index < 0) {
        return nullptr;
    }
    noteChange(id);
    return &m_jobs[index];
}

void JobList::noteChange(JobId id)
{
    m_changed.insert(id);
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void JobList::setState(JobId id, JobState state)
{
    Job *job = mutableJob(id);
    if (!job || job->state == state) {
        return;
    }
    Q_ASSERT_X(canMove(job->state, state), "JobList::setState",
               qPrintable(jobStateId(job->state) + QStringLiteral(" to ") + jobStateId(state)));
    if (!canMove(job->state, state)) {
        return;
    }
    changeCounted(*job, [&] { job->state = state; });
    if (isFinished(state)) {
        emit jobFinished(id);
    }
}

void JobList::finish(JobId id, JobState state, JobResult result)
{
    if (Job *job = mutableJob(id)) {
        changeCounted(*job, [&] { job->setResult(std::move(result)); });
        job->progress.fraction = state == JobState::Done ? 1 : job->progress.fraction;
        job->progress.finishing = false;
        setState(id, state);
    }
}

void JobList::reset(JobId id)
{
    if (Job *job = mutableJob(id)) {
        changeCounted(*job, [&] { job->forgetResult(); });
        job->progress = {};
        setState(id, JobState::Ready);
    }
}

void JobList::requeue(JobId id, const QString &note)
{
    if (Job *job = mutableJob(id)) {
        job->progress = {};
        job->planNote = note;
        setState(id, JobState::Queued);
    }
}

void JobList::setProgress(JobId id, const Progress &progress)
{
    if (Job *job = mutableJob(id)) {
        job->progress = progress;
        if (isActive(job->state)) {
            setState(id, progress.finishing ? JobState::Finishing : JobState::Running);
        }
    }
}

void JobList::setFacts(JobId id, const MediaInfo &facts)
{
    if (Job *job = mutableJob(id)) {
        changeCounted(*job, [&] { job->facts = facts; });
    }
}

void JobList::setSettings(JobId id, const JobSettingsPointer &settings)
{
    if (Job *job = mutableJob(id)) {
        job->settings = settings;
    }
}

void JobList::setVariables(JobId id, const Variables &variables)
{
    if (Job *job = mutableJob(id)) {
        job->variables = variables;
    }
}

void JobList::setTarget(JobId id, const QString &target, const QString &note)
{
    const Job *known = find(id);
    if (!known || (known->target == target && known->planNote == note)) {
        return;
    }
    Job *job = mutableJob(id);
    job->target = target;
    job->planNote = note;
}

void JobList::setOutput(JobId id, const OutputSettingsPointer &output)
{
    if (Job *job = mutableJob(id)) {
        job->output = output;
    }
}

void JobList::setAttempt(JobId id, int attempt)
{
    if (Job *job = mutableJob(id)) {
        job->attempt = attempt;
    }
}

void JobList::flush()
{
    m_timer.stop();
    if (m_changed.isEmpty()) {
        return;
    }
    const QSet<JobId> changed = std::exchange(m_changed, {});
    emit jobsChanged(QVector<JobId>(changed.cbegin(), changed.cend()));
}

} // namespace batchwright
