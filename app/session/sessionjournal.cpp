#include "app/session/sessionjournal.h"

namespace batchwright {

SessionJournal::SessionJournal(const RunFolder &folder, const QString &token,
                               const QStringList &temporaryPrefixes, const JobList &jobs)
    : m_jobs(jobs), m_journal(folder, token, temporaryPrefixes)
{
}

QFuture<Done> SessionJournal::queue(const QVector<JobId> &ids, const QHash<JobId, int> &numbers, Part part,
                                    qint64 unwritten)
{
    m_batch += part == Part::First ? 1 : 0;
    return m_journal.queue(rowsOf(ids, numbers), {}, unwritten);
}

QFuture<Done> SessionJournal::adopt(const QVector<JobId> &ids, const QHash<JobId, int> &numbers,
                                    const QStringList &tokens)
{
    ++m_batch;
    return m_journal.queue(rowsOf(ids, numbers), tokens);
}

QVector<JournalRow> SessionJournal::rowsOf(const QVector<JobId> &ids, const QHash<JobId, int> &numbers)
{
    QVector<JournalRow> rows;
    rows.reserve(ids.size());
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (!job) {
            continue;
        }
        JournalRow row;
        row.job = *job;
        row.number = numbers.value(id);
        row.batch = m_batch;
        row.state = journalStateOf(job->state);
        rows.append(row);
        m_known.insert(id);
    }
    return rows;
}

void SessionJournal::ended(JobId id)
{
    const Job *job = m_jobs.find(id);
    if (!job || !m_known.contains(id) || (m_keepsUnfinished && job->state == JobState::Cancelled)) {
        return;
    }
    JournalUpdate update;
    update.state = journalStateOf(job->state);
    update.result = job->result();
    update.result->log.clear();
    m_journal.update(id, update);
}

void SessionJournal::neverQueued(const QVector<JobId> &ids)
{
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id); // null: it was removed
        if (!m_keepsUnfinished && (!job || job->state == JobState::Ready) && m_known.contains(id)) {
            JournalUpdate update;
            update.state = JournalState::Cancelled;
            m_journal.update(id, update);
        }
    }
}

void SessionJournal::givenUp(const QVector<JobId> &ids)
{
    for (const JobId id : ids) {
        const Job *job = m_jobs.find(id);
        if (m_keepsUnfinished || !job || job->state != JobState::Queued || !m_known.contains(id)) {
            continue;
        }
        JournalUpdate update;
        update.state = JournalState::Cancelled;
        m_journal.update(id, update);
    }
}

void SessionJournal::started(JobId id, int attempt, const JobWorkspace &workspace)
{
    JournalUpdate update;
    update.state = JournalState::Started;
    update.attempt = attempt;
    update.privateFolder = workspace.privateFolder;
    m_journal.update(id, update);
}

void SessionJournal::processStarted(JobId id, qint64 processId)
{
    JournalUpdate update;
    update.state = JournalState::Started;
    update.processId = processId;
    m_journal.update(id, update);
}

Outcome SessionJournal::publishing(JobId id, const Publishing &publishing)
{
    JournalUpdate update;
    update.state = JournalState::Publishing;
    update.publishing = publishing;
    m_journal.updateDurably(id, update);
    return Done{};
}

} // namespace batchwright
