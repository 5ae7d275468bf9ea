// SessionJournal: joins what happens in a session with the journal: runs tell it what they begin and publish, the session
// what it queues, gives up and sees ending. Owned by Session; its thread except where noted.
#pragma once

#include "app/job/joblist.h"
#include "app/journal/journal.h"
#include "app/run/runjournal.h"

#include <QSet>

namespace batchwright {

class SessionJournal final : public RunJournal
{
public:
    SessionJournal(const RunFolder &folder, const QString &token, const QStringList &temporaryPrefixes,
                   const JobList &jobs);

    Journal &journal() { return m_journal; }

    /// One batch is undone together; it may be written in several parts.
    enum class Part { First, Next };
    /// Ready when the jobs, and all before them, are written. Of jobs that have ended the result is written as well.
    /// `unwritten`: how many of the batch are still to come; stopEarly() if they do not.
    QFuture<Done> queue(const QVector<JobId> &ids, const QHash<JobId, int> &numbers, Part part,
                        qint64 unwritten);
    /// What dead runs had left to do goes on here.
    QFuture<Done> adopt(const QVector<JobId> &ids, const QHash<JobId, int> &numbers,
                        const QStringList &tokens);
    void stopEarly() { m_journal.endList(); }
    /// They were written, and the batch was stopped before they came into the queue.
    void neverQueued(const QVector<JobId> &ids);
    /// A job ended; its result is in the list. Jobs that were never queued are not noted.
    void ended(JobId id);
    /// The user does not want these any more, of those that wait.
    void givenUp(const QVector<JobId> &ids);
    /// From now on jobs that are stopped are not given up: the program ends, and the next start may go on with them.
    void keepUnfinished() { m_keepsUnfinished = true; }
    /// The batch that queue() wrote last; 0 before the first.
    int lastBatch() const { return m_batch; }

    void started(JobId id, int attempt, const JobWorkspace &workspace) override;
    void processStarted(JobId id, qint64 processId) override;
    /// Pool threads.
    Outcome publishing(JobId id, const Publishing &publishing) override;

private:
    QVector<JournalRow> rowsOf(const QVector<JobId> &ids, const QHash<JobId, int> &numbers);

    const JobList &m_jobs;
    Journal m_journal;
    QSet<JobId> m_known; ///< written, with the present settings
    int m_batch = 0;
    bool m_keepsUnfinished = false;
};

} // namespace batchwright
