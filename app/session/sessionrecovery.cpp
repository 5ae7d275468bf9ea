// Session: what dead runs of the program left, and going on with it.
#include "app/session/sessionprivate.h"

#include "app/base/whendone.h"

#include <QtConcurrentRun>

#include <algorithm>

namespace batchwright {

void Session::recover()
{
    const QFuture<RecoveryReport> recovering =
        QtConcurrent::run(&d->recoveryPool, [this] { return recoverDeadRuns(d->runFolder, d->files); });
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
        job.result.error = {ErrorKind::BadPreset,
                            QStringLiteral(
                                "The preset that this file was converted with cannot be read any more."),
                            QStringLiteral("Remove the file from the list and add it again."), QString()};
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
    // First into our journal, then out of the old one: killed in between, the next start finds both and knows which counts.
    whenDone(journal->queue(ids, indexById, {run->token}), &q, [this, run](const Done &) {
        whenDone(QtConcurrent::run(&recoveryPool,
                                   [run, this] {
                                       removeDeadRun(runFolder, run);
                                       return Done{};
                                   }),
                 &q, [this](const Done &) {
                     onlyPinned = !q.isRunning();
                     beginStart();
                 });
    });
}

} // namespace batchwright
