// Recovery: what dead runs of the program left, put in order: their converters are ended, their temporary folders
// removed, and for every job that was about to get its name the disk decides whether it did. What is left to do can
// then be continued by this run or given up. Functions and values; they block on the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/journal/journaldatabase.h"
#include "app/journal/runfolder.h"

#include <QDateTime>

#include <memory>

namespace batchwright {

/// A dead run with jobs that are left to do. Whoever has this has its lock: nobody else is offered it.
struct DeadRun {
    QString token;
    QDateTime startedAt;  ///< UTC
    JournalCounts counts; ///< as it was found, before anything was put in order
    qint64 unwritten =
        0; ///< files of its last batch that it had no time to write down; nothing of them began
    std::shared_ptr<FileLock> lock;
    QString file;                 ///< its journal; empty when it was damaged and set aside
    QVector<JournalRow> salvaged; ///< of a damaged one: what could be read
};
using DeadRunPointer = std::shared_ptr<DeadRun>;

/// "312 done, 4 were in progress, 84 left".
QString interruptedText(const JournalCounts &counts);

struct RecoveryReport {
    QVector<DeadRunPointer> interrupted; ///< oldest first
    QVector<Error> problems;             ///< damaged journals, folders that could not be removed
};

/// Puts everything in order that dead runs left. Runs that are alive are not touched.
RecoveryReport recoverDeadRuns(const RunFolder &folder, FileOps &files);

/// All jobs of a dead run, finished ones included.
Result<QVector<JournalRow>> readDeadRun(const DeadRun &run);
/// Another run has its jobs now, and has that on the disk.
void removeDeadRun(const RunFolder &folder, const DeadRunPointer &run);
/// What is left of it is not wanted. Its results stay and can still be undone.
Outcome discardDeadRun(const RunFolder &folder, const DeadRunPointer &run);

/// Final paths that other living runs have reserved.
QStringList namesReservedByOthers(const RunFolder &folder, const QString &ownToken);

} // namespace batchwright
