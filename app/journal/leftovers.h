// What a killed run leaves in folders: found by its name, and removed. Functions; they block on the disk: pool threads only.
#pragma once

#include "app/base/fileops.h"
#include "app/journal/journaldatabase.h"

#include <QSet>

namespace batchwright {

/// Folders whose path begins so, as the run's lock tells it; only in the way that the program names them.
QVector<Error> removeTemporaryFolders(const QString &prefix, FileOps &files);

/// The private folders of a run, by its token and not only by what was written down: the last ones may not have made it
/// into the journal.
QVector<Error> removePrivateFolders(const QString &token, const QSet<QString> &folders, FileOps &files);

/// Where jobs that had not ended may have private folders: beside their results, and where their originals go.
QSet<QString> foldersOfUnfinished(const QVector<JournalRow> &rows);
/// Where undo may have had some: it moves originals back.
QSet<QString> foldersOfMovedSources(const QVector<MadeResult> &made);

} // namespace batchwright
