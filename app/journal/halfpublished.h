// What the disk says of a job whose program was killed while its result got its name, or right before or after. Functions;
// they block on the disk: pool threads only. Each can be cut off and called again.
#pragma once

#include "app/base/fileops.h"
#include "app/journal/journalrow.h"

#include <QSet>

namespace batchwright {

/// What became of a row in state Publishing, which has `publishing`: Done when the result has its name, and then where
/// its original is; Queued otherwise. Of a step that was cut off in the middle nothing is left.
JournalUpdate decidePublishing(const JournalRow &row, FileOps &files);

/// Removes files that were kept aside for jobs that did not come to replace them, when the journal had no time to say
/// where they are, or that these jobs had begun. Only what is there under its own name as well. Not for `published` jobs.
void removeForgottenCopies(const QString &token, const QVector<JournalRow> &unfinished,
                           const QSet<JobId> &published, FileOps &files);

} // namespace batchwright
