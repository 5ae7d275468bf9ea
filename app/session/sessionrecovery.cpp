// Session: what dead runs of the program left, and going on with it.
#include "app/session/sessionprivate.h"

#include "app/base/whendone.h"

#include <QtConcurrentRun>

#include <algorithm>

namespace batchwright {

void Session::recover()
{
    const QFuture<RecoveryReport> recovering = QtConcurrent::run(&d->recoveryPool, [this] {
        closeOldRuns(d->runFolder, d->clock.now(), d->files);
        return recoverDeadRuns(d->runFolder, d->files);
    });
    whenDone(recovering, this, [this](const RecoveryReport &report) {
        d->interrupted = report.interrupted;
        for (const Error &problem : report.problems) {
            emit recoveryProblem(problem);
        }
        emit recoveryFinished();
    });
}

const QVector<DeadRunPointer> &Session::interruptedRuns() const
{
    return d->interrupted;
}

void Session::leaveInterruptedRuns()
{
    d->interrupted.clear();
}

DeadRunPointer Session::Private::takeInterrupted(const QString &token)
{
    const auto wanted = std::find_if(interrupted.begin(), interrupted.end(),
                                     [&](const DeadRunPointer &run) { return run->token == token; });
    if (wanted == interrupted.end()) {
        return nullptr;
    }
    const DeadRunPointer run = *wanted;
    interrupted.erase(wanted);
    return run;
}

void Session::continueRun(const QString &token)
{
    const DeadRunPointer run = d->takeInterrupted(token);
    if (!run) {
        return;
    }
    const auto reading = QtConcurrent::run(&d->recoveryPool, [run] { return readDeadRun(*run); });
    whenDone(reading, this, [this, run](const Result<QVector<JournalRow>> &rows) {
        if (rows) {
            d->adopt(run, *rows);
        } else {
            emit recoveryProblem(rows.error());
        }
        emit interruptedRunsChanged();
    });
}

void Session::discardRun(const QString &token)
{
    const DeadRunPointer run = d->takeInterrupted(token);
    if (!run) {
        return;
    }
    const auto discarding =
        QtConcurrent::run(&d->recoveryPool, [run, this] { return discardDeadRun(d->runFolder, run); });
    whenDone(discarding, this, [this](const Outcome &discarded) {
        if (!discarded) {
            emit recoveryProblem(discarded.error());
        }
        emit interruptedRunsChanged();
    });
}

namespace {

/// Finished jobs come back as they ended, so that the table and its CSV file are whole.
Job recoveredJob(const JournalRow &row)
{
    Job job = row.job;
    job.isPinned = true;
    if (job.state == JobState::Ready && !job.settings) {
        job.state = JobState::Failed;
        JobResult result;
        result.error = {ErrorKind::BadPreset,
                        QStringLiteral(
                            "The preset that this file was converted with cannot be read any more."),
                        QStringLiteral("Remove the file from the list and add it again."), QString()};
        job.setResult(result);
    }
    return job;
}

} // namespace

void Session::Private::adopt(const DeadRunPointer &run, const QVector<JournalRow> &rows)
{
    QVector<Job> jobs;
    jobs.reserve(rows.size());
    for (const JournalRow &row : rows) {
        jobs.append(recoveredJob(row));
        importer.remember(row.job.source);
    }
    const QVector<JobId> ids = q.m_jobs.add(jobs);
    for (qsizetype index = 0; index < ids.size(); ++index) {
        indexById.insert(ids.at(index), rows.at(index).number);
        if (!rows.at(index).job.target.isEmpty()) {
            pinnedTargets.insert(ids.at(index), rows.at(index).job.target);
        }
    }
    emit q.choicesChanged();
    ++adoptions;
    // First into our journal, then out of the old one: killed in between, the next start finds both and knows which counts.
    whenDone(journal->adopt(ids, indexById, {run->token}), &q, [this, run](const Done &) {
        whenDone(QtConcurrent::run(&recoveryPool,
                                   [run, this] {
                                       removeDeadRun(runFolder, run);
                                       return Done{};
                                   }),
                 &q, [this](const Done &) {
                     --adoptions;
                     beginStart(StartScope::Adopted);
                     planIfWaiting();
                 });
    });
}

// -- Taking back

void Session::undoLast()
{
    // What was made is in the journal only when all that was said to it is written.
    whenDone(d->journal->journal().flush(), this, [this](const Done &) {
        whenDone(QtConcurrent::run(&d->recoveryPool, [this] { return d->undoOnPool(); }), this,
                 [this](const UndoReport &report) { d->takeUndone(report); });
    });
}

void Session::undoFinishedRun(const QString &token)
{
    const auto undoing =
        QtConcurrent::run(&d->recoveryPool, [token, this] { return undoRun(d->runFolder, token, d->files); });
    whenDone(undoing, this, [this](const UndoReport &report) { emit undoFinished(report); });
}

/// The last batch of this session that made something; else the newest finished run.
UndoReport Session::Private::undoOnPool() const
{
    RealFileOps real;
    QVector<MadeResult> last;
    if (const auto database =
            JournalDatabase::open(journal->journal().file(), JournalDatabase::Access::Read)) {
        const Result<QVector<MadeResult>> made = (*database)->made();
        for (const MadeResult &result : made ? *made : QVector<MadeResult>{}) {
            if (result.batch == made->first().batch) {
                last.append(result);
            }
        }
    }
    if (!last.isEmpty()) {
        return undoMade(last, journal->journal().token(), real);
    }
    const QVector<UndoableRun> runs = undoableRuns(runFolder);
    UndoReport report = runs.isEmpty() ? UndoReport{} : undoRun(runFolder, runs.first().token, real);
    report.ids.clear(); // they are another journal's
    report.jobs.clear();
    return report;
}

void Session::Private::takeUndone(const UndoReport &report)
{
    const auto tell = [this, report](const Done &) {
        QVector<JobId> ids;
        for (const quint64 job : report.jobs) {
            const Job *known = q.m_jobs.find(JobId{job});
            if (known && known->state == JobState::Done) {
                ids.append(JobId{job});
            }
        }
        q.retry(ids, AfterRetry::Wait);
        emit q.undoFinished(report);
    };
    report.ids.isEmpty() ? tell(Done{}) : whenDone(journal->journal().forgetMade(report.ids), &q, tell);
}

} // namespace batchwright
