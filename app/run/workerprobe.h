// The facts of a file, asked from a worker.
#pragma once

#include "app/media/mediainfo.h"
#include "app/run/workerdesk.h"

namespace batchwright {

/// What is known of a file that was sniffed, after a worker was asked. A file that cannot be read is Damaged; where there is
/// no worker, or no sandbox and one is required, it stays NotAsked with the problem; Busy when the system was. Pure.
MediaInfo factsFrom(const MediaInfo &sniffed, const WorkerReply &reply);

/// Asks. `desk` outlives the answer, or the future ends without a result. The event loop's thread.
QFuture<MediaInfo> askForFacts(WorkerDesk &desk, const QString &path, const MediaInfo &sniffed,
                               WorkerDesk::Urgency urgency);

} // namespace batchwright
