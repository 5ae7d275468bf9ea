// Takes back what a job did: the original comes back, the file that was replaced comes back, the result goes. Blocks on
// the disk: pool threads only. Every step can be cut off (kill, power) and the whole be called again: it ends the same.
#pragma once

#include "app/base/fileops.h"

#include <QStringList>

namespace batchwright {

/// What a job that is done wrote down (JobResult has the same).
struct UndoItem {
    QString source;
    QString sourceMovedTo; ///< in a folder or in the trash; empty: the original stayed where it was
    QString outputPath;    ///< empty: it made no file
    FileStatus output;     ///< of the result when it got its name
    QString keptPath;      ///< the file that it replaced; empty: none
    QString runToken;      ///< of the run that made it
};

/// First the original comes back, never over a file that is there now. Then, only while the result is exactly the file
/// that was published and the original is really there, the replaced file comes back over it in one rename, or else
/// the result is removed. Gives a sentence on what was done. An Error when anything had to stay as it is: its sentence
/// says what was done nevertheless, and why the rest was not.
Result<QString> undoItem(const UndoItem &item, FileOps &files);

/// Gives up what was kept aside: after this the replacing can not be undone. Removes the files and their folders when
/// these are empty; paths that are not inside a keptFolder() are left alone. The first thing that failed, after
/// trying all.
Outcome closeKept(const QStringList &keptPaths, FileOps &files);

} // namespace batchwright
