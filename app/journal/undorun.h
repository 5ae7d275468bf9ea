// Takes back what a whole batch did, and forgets what is too old to be taken back. Functions and values; they block on
// the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/journal/journaldatabase.h"
#include "app/journal/runfolder.h"

#include <QDateTime>

namespace batchwright {

/// How long what was replaced is kept aside, and of how many runs, before it is removed for good.
constexpr int undoDays = 7;
constexpr int undoRuns = 20;

/// Something that can be taken back.
struct UndoableRun {
    QString token;
    QDateTime finishedAt;
    qint64 results = 0;
    qint64 replaced = 0; ///< of them: replaced another file, which is kept aside
    qint64 moved = 0;    ///< of them: their original was moved
};

struct UndoReport {
    qint64 results = 0; ///< taken back
    qint64 replaced = 0;
    qint64 moved = 0;
    QVector<qint64> ids; ///< of the MadeResults that were taken back whole
    QVector<quint64> jobs;
    QVector<Error> problems; ///< what had to stay, one each

    /// "12 results were removed, 3 replaced files are back." A sentence also for nothing at all.
    QString sentence() const;
};

/// Finished runs, newest first.
QVector<UndoableRun> undoableRuns(const RunFolder &folder);
/// All of it, in the order given; what cannot be taken back stays and is in the problems.
UndoReport undoMade(const QVector<MadeResult> &made, const QString &runToken, FileOps &files);
/// A finished run. What could be taken back is forgotten at once, so that it can be cut off and called again.
UndoReport undoRun(const RunFolder &folder, const QString &token, FileOps &files);
/// A finished run is final: what it replaced is removed, and it cannot be undone any more.
Outcome closeRun(const RunFolder &folder, const QString &token, FileOps &files);
/// closeRun() for those that are older than undoDays, or more than undoRuns ago.
void closeOldRuns(const RunFolder &folder, const QDateTime &now, FileOps &files);

} // namespace batchwright
