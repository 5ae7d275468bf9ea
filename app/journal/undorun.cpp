#include "app/journal/undorun.h"

#include "app/base/humantext.h"
#include "app/journal/leftovers.h"
#include "app/output/undo.h"

#include <QFileInfo>

#include <algorithm>

namespace batchwright {

namespace {

UndoItem itemOf(const MadeResult &made, const QString &runToken)
{
    return {made.source,        made.result.sourceMovedTo, made.result.outputPath,
            made.result.output, made.result.keptPath,      runToken};
}

Error notThere(const QString &token)
{
    return {ErrorKind::JournalFailed, QStringLiteral("There is nothing to undo under “%1”.").arg(token),
            QStringLiteral("“batchwright-cli undo --list” shows what there is."), QString()};
}

} // namespace

QString UndoReport::sentence() const
{
    QStringList parts;
    const auto add = [&parts](qint64 count, const QString &one, const QString &many) {
        if (count > 0) {
            parts.append(count == 1 ? one : many.arg(count));
        }
    };
    add(results - replaced, QStringLiteral("one result was removed"),
        QStringLiteral("%1 results were removed"));
    add(replaced, QStringLiteral("one replaced file is back"), QStringLiteral("%1 replaced files are back"));
    add(moved, QStringLiteral("one original is back in its place"),
        QStringLiteral("%1 originals are back in their places"));
    add(problems.size(), QStringLiteral("one file had to stay as it is"),
        QStringLiteral("%1 files had to stay as they are"));
    if (parts.isEmpty()) {
        return QStringLiteral("There was nothing to undo.");
    }
    QString text = parts.join(QStringLiteral(", ")) + u'.';
    text[0] = text.at(0).toUpper();
    return text;
}

QVector<UndoableRun> undoableRuns(const RunFolder &folder)
{
    QVector<UndoableRun> runs;
    for (const QString &token : folder.finishedRuns()) {
        const QString file = folder.finishedFile(token);
        const auto database = JournalDatabase::open(file, JournalDatabase::Access::Read);
        const Result<QVector<MadeResult>> made =
            database ? (*database)->made() : Result<QVector<MadeResult>>(database.error());
        if (!made || made->isEmpty()) {
            continue;
        }
        UndoableRun run;
        run.token = token;
        run.finishedAt = QFileInfo(file).lastModified();
        run.results = made->size();
        for (const MadeResult &result : *made) {
            run.replaced += result.result.keptPath.isEmpty() ? 0 : 1;
            run.moved += result.result.sourceMovedTo.isEmpty() ? 0 : 1;
        }
        runs.prepend(run);
    }
    return runs;
}

UndoReport undoMade(const QVector<MadeResult> &made, const QString &runToken, FileOps &files)
{
    UndoReport report;
    for (const MadeResult &result : made) {
        if (const Result<QString> undone = undoItem(itemOf(result, runToken), files); !undone) {
            report.problems.append(undone.error());
            continue;
        }
        ++report.results;
        report.replaced += result.result.keptPath.isEmpty() ? 0 : 1;
        report.moved += result.result.sourceMovedTo.isEmpty() ? 0 : 1;
        report.ids.append(result.id);
        report.jobs.append(result.job);
    }
    return report;
}

UndoReport undoRun(const RunFolder &folder, const QString &token, FileOps &files)
{
    UndoReport whole;
    Result<FileLock> lock = FileLock::tryTake(folder.lockFile(token));
    if (!lock) {
        whole.problems.append(lock.error());
        return whole;
    }
    const QString file = folder.finishedFile(token);
    Result<std::unique_ptr<JournalDatabase>> opened =
        QFileInfo::exists(file) ? JournalDatabase::open(file, JournalDatabase::Access::Change)
                                : Result<std::unique_ptr<JournalDatabase>>(notThere(token));
    const Result<QVector<MadeResult>> made =
        opened ? (*opened)->made() : Result<QVector<MadeResult>>(opened.error());
    if (!made) {
        whole.problems.append(made.error());
        lock->remove();
        return whole;
    }
    // What an undo of this run left that was cut off.
    whole.problems += removePrivateFolders(token, foldersOfMovedSources(*made), files);
    for (const MadeResult &result : *made) {
        const UndoReport one = undoMade({result}, token, files);
        whole.results += one.results;
        whole.replaced += one.replaced;
        whole.moved += one.moved;
        whole.ids += one.ids;
        whole.jobs += one.jobs;
        whole.problems += one.problems;
        static_cast<void>((*opened)->forgetMade(one.ids));
    }
    opened->reset();
    if (whole.problems.isEmpty()) {
        RunFolder::removeDatabase(file);
    }
    lock->remove();
    return whole;
}

Outcome closeRun(const RunFolder &folder, const QString &token, FileOps &files)
{
    const QString file = folder.finishedFile(token);
    Result<std::unique_ptr<JournalDatabase>> opened =
        JournalDatabase::open(file, JournalDatabase::Access::Read);
    if (!opened) {
        return opened.error();
    }
    QStringList kept;
    if (const Result<QVector<MadeResult>> made = (*opened)->made()) {
        for (const MadeResult &result : *made) {
            if (!result.result.keptPath.isEmpty()) {
                kept.append(result.result.keptPath);
            }
        }
    }
    opened->reset();
    const Outcome closed = closeKept(kept, files);
    if (closed) {
        RunFolder::removeDatabase(file);
    }
    return closed;
}

void closeOldRuns(const RunFolder &folder, const QDateTime &now, FileOps &files)
{
    const QStringList runs = folder.finishedRuns();
    for (qsizetype index = 0; index < runs.size(); ++index) {
        const QDateTime finished = QFileInfo(folder.finishedFile(runs.at(index))).lastModified();
        if (runs.size() - index > undoRuns || finished.addDays(undoDays) < now) {
            static_cast<void>(closeRun(folder, runs.at(index), files));
        }
    }
}

} // namespace batchwright
