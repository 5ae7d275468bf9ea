// JobList: owns every job, in the order of the list, and is the only one that changes them. Owned by
// Session; one thread. Changes are gathered: jobsChanged() comes at most every 100 ms, so that 10,000
// short jobs cost a view a hundred updates, not thirty thousand. Adding and removing is told at once.
#pragma once

#include "app/job/job.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <QVector>

namespace batchwright {

struct JobCounts {
    int byState[8] = {}; ///< indexed by JobState
    /// Of the jobs that are done and made a file.
    qint64 inputBytes = 0;
    qint64 outputBytes = 0;
    int of(JobState state) const { return byState[static_cast<int>(state)]; }
    int total() const;
    int finished() const;
};

class JobList final : public QObject
{
    Q_OBJECT

public:
    static constexpr int changeInterval = 100; ///< ms; ten updates a second read as live

    explicit JobList(QObject *parent = nullptr);

    int size() const { return static_cast<int>(m_jobs.size()); }
    bool isEmpty() const { return m_jobs.isEmpty(); }
    /// By place; 0 <= index < size(). The reference lasts until the list changes.
    const Job &at(int index) const { return m_jobs.at(index); }
    /// Null when the id is not in the list (any more).
    const Job *find(JobId id) const;
    /// -1 when not there.
    int indexOf(JobId id) const;
    const JobCounts &counts() const { return m_counts; }

    /// Appends; ids are given here and returned in order.
    QVector<JobId> add(QVector<Job> jobs);
    /// Removes those that are in the list and not active; ids of active jobs are ignored.
    void remove(const QVector<JobId> &ids);

    /// Those that are in the list, in its order, go before the one that is at `before` now; size(): to the end. False when
    /// that changes nothing.
    bool move(const QVector<JobId> &ids, int before);

    // Mutators: the id must be in the list, else nothing happens. A move that canMove() forbids is
    // refused with a debug assertion.
    void setState(JobId id, JobState state);
    /// Sets state and result in one change.
    void finish(JobId id, JobState state, JobResult result);
    /// Back to Ready, its result forgotten, for another attempt.
    void reset(JobId id);
    /// From active back to Queued, because another attempt follows by itself; `note` says why it waits.
    void requeue(JobId id, const QString &note);
    void setProgress(JobId id, const Progress &progress);
    void setFacts(JobId id, const MediaInfo &facts);
    void setSettings(JobId id, const JobSettingsPointer &settings);
    void setVariables(JobId id, const Variables &variables);
    void setTarget(JobId id, const QString &target, const QString &note);
    void setOutput(JobId id, const OutputSettingsPointer &output);
    void setAttempt(JobId id, int attempt);

    /// Emits what is gathered now; the timer does it otherwise.
    void flush();

signals:
    void jobsAboutToBeAdded(int first, int last);
    void jobsAdded(int first, int last);
    void jobsAboutToBeRemoved(int first, int last);
    void jobsRemoved(int first, int last);
    /// Instead of the four above when many scattered jobs go at once: told run by run, that would be quadratic.
    void jobsAboutToBeReset();
    void jobsReset();
    /// The same jobs in another order.
    void jobsAboutToBeMoved();
    void jobsMoved();
    /// Ids without repetition, in no order.
    void jobsChanged(const QVector<batchwright::JobId> &ids);
    /// Direct, in the mutator, right after a job reached a finished state. Not for views.
    void jobFinished(batchwright::JobId id);

private:
    Job *mutableJob(JobId id);
    void noteChange(JobId id);
    /// `sign`: 1 or -1. Whatever changes a job's state, facts or result takes it out before, and puts it in again.
    void count(const Job &job, int sign);
    template<typename Change>
    void changeCounted(Job &job, const Change &change)
    {
        count(job, -1);
        change();
        count(job, 1);
    }
    void forget(const Job &job);
    void destroyLater(QVector<Job> jobs);
    void destroySome();
    void removeScattered(const QVector<int> &places);
    void reindex(int from);

    QVector<Job> m_jobs;
    QVector<Job> m_gone; ///< removed, and not destroyed yet
    QTimer m_destroyTimer;
    QHash<JobId, int> m_indexById;
    QSet<JobId> m_changed;
    QTimer m_timer;
    JobCounts m_counts;
    quint64 m_lastId = 0;
};

} // namespace batchwright
