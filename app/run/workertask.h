// The arguments of a preset's "photo", "scan" or "check-picture" command as a worker's request. Each is word=value, in any
// order; README.md ("Photos") lists them. Pure; any thread.
#pragma once

#include "app/preset/toollibrary.h"
#include "app/worker/message.h"

namespace batchwright {

/// BadPreset with a sentence that names the word that is unknown, or whose value is. `task` is not None. Threads and the
/// limit of pixels are the caller's to fill in.
Result<worker::Request> workerRequest(Tool::Task task, const QStringList &arguments);

/// The file that a photo's "watermark-picture" names, absolute; empty where there is none. The caller opens it.
QString watermarkPicture(const QStringList &arguments);

} // namespace batchwright
