// What can be done with chosen files outside of the engine: open, show, copy. Front end only.
#pragma once

#include "app/session/session.h"

namespace batchwright {

void openSource(const Job &job);
/// Nothing when the job has no result file.
void openResult(const Job &job);
/// The folder of the result when there is one, else of the source.
void showInFolder(const Job &job);
void copyText(const QString &text);
void copyPaths(const Session &session, const QVector<JobId> &ids);
void copyCommands(const Session &session, const QVector<JobId> &ids);

} // namespace batchwright
