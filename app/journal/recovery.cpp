#include "app/journal/recovery.h"

#include "app/base/humantext.h"
#include "app/journal/halfpublished.h"
#include "app/journal/leftovers.h"

#include <QFileInfo>
#include <QSet>

#include <csignal>

namespace batchwright {

namespace {

/// Converters end with their program; one that did not is ended here. The start time tells it from another process
/// that has the same id by now.
void endConverters(const QVector<JournalRow> &rows, const QString &boot)
{
    if (boot.isEmpty() || boot != currentBoot()) {
        return;
    }
    for (const JournalRow &row : rows) {
        if (row.processId > 1 && row.processStart > 0
            && processStartTicks(row.processId) == row.processStart) {
            ::kill(static_cast<pid_t>(-row.processId), SIGKILL);
        }
    }
}

/// Decides every unfinished job and removes what belongs to none. The rows that are still left to do stay.
Outcome putInOrder(JournalDatabase &database, const QString &token, FileOps &files, QVector<Error> &problems)
{
    const JournalDatabase::Rows unfinished = database.readRows(JournalDatabase::Which::Unfinished);
    if (unfinished.damage) {
        return *unfinished.damage;
    }
    endConverters(unfinished.rows, database.meta(bootKey));
    QHash<quint64, JournalUpdate> decided;
    QSet<JobId> published;
    for (const JournalRow &row : unfinished.rows) {
        if (row.state == JournalState::Queued) {
            continue;
        }
        const bool isNamed = row.state == JournalState::Publishing && row.publishing;
        const JournalUpdate update = isNamed ? decidePublishing(row, files) : JournalUpdate{};
        if (update.state == JournalState::Done) {
            published.insert(row.job.id);
        }
        decided.insert(static_cast<quint64>(row.job.id), update);
    }
    removeForgottenCopies(token, unfinished.rows, published, files);
    // Before it is written that these jobs are decided: the folders of decided jobs are not looked for again.
    problems += removePrivateFolders(token, foldersOfUnfinished(unfinished.rows), files);
    if (const Result<QVector<MadeResult>> made = database.made()) {
        problems += removePrivateFolders(token, foldersOfMovedSources(*made), files);
    }
    if (const Outcome begun = database.begin(JournalDatabase::Durability::Power); !begun) {
        return begun;
    }
    for (auto update = decided.cbegin(); update != decided.cend(); ++update) {
        if (const Outcome written = database.update(update.key(), *update); !written) {
            database.rollback();
            return written;
        }
    }
    return database.commit();
}

Error setAside(const RunFolder &folder, const QString &token, qint64 saved)
{
    const Outcome renamed = RunFolder::renameDatabase(folder.journalFile(token), folder.damagedFile(token));
    const QString what = renamed ? QStringLiteral("and was set aside as %1").arg(folder.damagedFile(token))
                                 : QStringLiteral("and could not be set aside");
    return {ErrorKind::JournalFailed,
            saved > 0 ? QStringLiteral(
                            "The journal of an interrupted batch is damaged %1. %2 of its files could be "
                            "read and can be continued.")
                            .arg(what)
                            .arg(saved)
                      : QStringLiteral("The journal of an interrupted batch is damaged %1.").arg(what),
            QStringLiteral("No file was lost. Add the originals again to convert what is missing."),
            QString()};
}

/// A damaged journal: what can be read of it is put in order in memory.
DeadRunPointer salvage(const RunFolder &folder, const QString &token, FileOps &files,
                       QVector<Error> &problems)
{
    auto run = std::make_shared<DeadRun>();
    run->token = token;
    if (const auto database =
            JournalDatabase::open(folder.journalFile(token), JournalDatabase::Access::Salvage)) {
        run->salvaged = (*database)->readRows(JournalDatabase::Which::All).rows;
        run->startedAt = QDateTime::fromString((*database)->meta(startedKey), Qt::ISODate);
        endConverters(run->salvaged, (*database)->meta(bootKey));
    }
    for (JournalRow &row : run->salvaged) {
        if (row.state == JournalState::Publishing && row.publishing) {
            const JournalUpdate update = decidePublishing(row, files);
            row.state = update.state;
            row.job.setResult(update.result.value_or(JobResult{}));
        } else if (row.state == JournalState::Started) {
            row.state = JournalState::Queued;
        }
        row.job.state = jobStateOf(row.state);
        (row.state == JournalState::Queued ? run->counts.left : run->counts.done) += 1;
    }
    problems += removePrivateFolders(token, foldersOfUnfinished(run->salvaged), files);
    problems.append(setAside(folder, token, run->salvaged.size()));
    return run->counts.left > 0 ? run : nullptr;
}

/// Nothing is left to do in it: it stays for undo, or goes.
void closeJournal(const RunFolder &folder, const QString &token, std::unique_ptr<JournalDatabase> database)
{
    const Result<QVector<MadeResult>> made = database->made();
    database->settle();
    database.reset(); // SQLite tidies up beside the file under its present name
    if (made && made->isEmpty()) {
        RunFolder::removeDatabase(folder.journalFile(token));
    } else {
        static_cast<void>(RunFolder::renameDatabase(folder.journalFile(token), folder.finishedFile(token)));
    }
}

/// The program was killed before it had written the whole list down.
Error listIsCut(qint64 unwritten)
{
    return {ErrorKind::JournalFailed,
            QStringLiteral("The interrupted batch had %1, which had no time to be written down.")
                .arg(countText(unwritten, QStringLiteral("more file"), QStringLiteral("more files"))),
            QStringLiteral(
                "Add the originals again to convert these, too; results that are there can be skipped."),
            QString()};
}

/// A dead run whose lock we have. Null when nothing is left to do in it.
DeadRunPointer recoverOne(const RunFolder &folder, const QString &token, FileOps &files,
                          RecoveryReport &report)
{
    const QString file = folder.journalFile(token);
    if (!QFileInfo::exists(file)) {
        // Killed while it was removed, or while what it had made was taken back: SQLite's files beside it are left.
        RunFolder::removeDatabase(file);
        if (!QFileInfo::exists(folder.finishedFile(token))) {
            RunFolder::removeDatabase(folder.finishedFile(token));
        }
        return nullptr;
    }
    Result<std::unique_ptr<JournalDatabase>> opened =
        JournalDatabase::open(file, JournalDatabase::Access::Change);
    if (!opened) {
        if (opened.error().detail == emptyJournalDetail) {
            RunFolder::removeDatabase(file);
            return nullptr;
        }
        return salvage(folder, token, files, report.problems);
    }
    JournalDatabase &database = **opened;
    const Result<JournalCounts> found = database.counts();
    const Outcome ordered =
        found ? putInOrder(database, token, files, report.problems) : Outcome(found.error());
    const Result<JournalCounts> left = ordered ? database.counts() : Result<JournalCounts>(ordered.error());
    if (!left) {
        opened->reset();
        return salvage(folder, token, files, report.problems);
    }
    const qint64 unwritten = database.meta(unwrittenKey).toLongLong();
    if (unwritten > 0) {
        report.problems.append(listIsCut(unwritten));
    }
    if (left->unfinished() == 0) {
        closeJournal(folder, token, std::move(*opened));
        return nullptr;
    }
    auto run = std::make_shared<DeadRun>();
    run->token = token;
    run->file = file;
    run->counts = *found;
    run->unwritten = unwritten;
    run->startedAt = QDateTime::fromString(database.meta(startedKey), Qt::ISODate);
    return run;
}

/// A run that took over another one may have been killed before it removed the other's journal.
QSet<QString> adoptedRuns(const RunFolder &folder)
{
    QSet<QString> adopted;
    for (const QString &token : folder.unfinishedRuns()) {
        const QString file = folder.journalFile(token);
        if (!QFileInfo::exists(file)) {
            continue;
        }
        if (const auto database = JournalDatabase::open(file, JournalDatabase::Access::Read)) {
            for (const QString &key : (*database)->metaKeys(adoptedPrefix)) {
                adopted.insert(key.mid(adoptedPrefix.size()));
            }
        }
    }
    return adopted;
}

} // namespace

QString interruptedText(const JournalCounts &counts)
{
    QStringList parts;
    const auto add = [&parts](qint64 count, const QString &text) {
        if (count > 0) {
            parts.append(text.arg(count));
        }
    };
    add(counts.done, QStringLiteral("%1 done"));
    add(counts.skipped, QStringLiteral("%1 skipped"));
    add(counts.failed, QStringLiteral("%1 failed"));
    add(counts.cancelled, QStringLiteral("%1 stopped"));
    add(counts.inProgress, counts.inProgress == 1 ? QStringLiteral("%1 was in progress")
                                                  : QStringLiteral("%1 were in progress"));
    parts.append(QStringLiteral("%1 left").arg(counts.left));
    return parts.join(QStringLiteral(", "));
}

RecoveryReport recoverDeadRuns(const RunFolder &folder, FileOps &files)
{
    RecoveryReport report;
    const QStringList tokens = folder.unfinishedRuns();
    if (tokens.isEmpty()) {
        return report;
    }
    const QSet<QString> adopted = adoptedRuns(folder);
    for (const QString &token : tokens) {
        Result<FileLock> lock = FileLock::tryTake(folder.lockFile(token));
        if (!lock) {
            continue; // it lives, or another instance is at it
        }
        for (const QByteArray &prefix : lock->content().split('\0')) {
            report.problems += removeTemporaryFolders(QString::fromUtf8(prefix), files);
        }
        if (adopted.contains(token)) {
            RunFolder::removeDatabase(folder.journalFile(token));
        }
        const DeadRunPointer run = recoverOne(folder, token, files, report);
        if (run) {
            run->lock = std::make_shared<FileLock>(std::move(*lock));
            report.interrupted.append(run);
        } else {
            lock->remove();
        }
    }
    return report;
}

Result<QVector<JournalRow>> readDeadRun(const DeadRun &run)
{
    if (run.file.isEmpty()) {
        return run.salvaged;
    }
    const Result<std::unique_ptr<JournalDatabase>> database =
        JournalDatabase::open(run.file, JournalDatabase::Access::Read);
    if (!database) {
        return database.error();
    }
    const JournalDatabase::Rows all = (*database)->readRows(JournalDatabase::Which::All);
    if (all.damage) {
        return *all.damage;
    }
    return all.rows;
}

void removeDeadRun(const RunFolder &folder, const DeadRunPointer &run)
{
    RunFolder::removeDatabase(folder.journalFile(run->token));
    if (run->lock) {
        run->lock->remove();
    }
}

Outcome discardDeadRun(const RunFolder &folder, const DeadRunPointer &run)
{
    if (!run->file.isEmpty()) {
        Result<std::unique_ptr<JournalDatabase>> opened =
            JournalDatabase::open(run->file, JournalDatabase::Access::Change);
        if (!opened) {
            return opened.error();
        }
        JournalDatabase &database = **opened;
        JournalUpdate givenUp;
        givenUp.state = JournalState::Cancelled;
        const JournalDatabase::Rows unfinished = database.readRows(JournalDatabase::Which::Unfinished);
        if (const Outcome begun = database.begin(JournalDatabase::Durability::Power); !begun) {
            return begun;
        }
        for (const JournalRow &row : unfinished.rows) {
            if (const Outcome written = database.update(static_cast<quint64>(row.job.id), givenUp);
                !written) {
                database.rollback();
                return written;
            }
        }
        if (const Outcome committed = database.commit(); !committed) {
            return committed;
        }
        closeJournal(folder, run->token, std::move(*opened));
    }
    if (run->lock) {
        run->lock->remove();
    }
    return Done{};
}

QStringList namesReservedByOthers(const RunFolder &folder, const QString &ownToken)
{
    QStringList names;
    for (const QString &token : folder.unfinishedRuns()) {
        const QString file = folder.journalFile(token);
        if (token == ownToken || !QFileInfo::exists(file)) {
            continue;
        }
        if (const auto database = JournalDatabase::open(file, JournalDatabase::Access::Read)) {
            if (const Result<QStringList> targets = (*database)->unfinishedTargets()) {
                names += *targets;
            }
        }
    }
    return names;
}

} // namespace batchwright
