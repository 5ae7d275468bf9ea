// Facts about a file from its open descriptor: what Prober asks of four programs, in one process. Keys and meanings are
// those of MediaInfo. Blocks; one thread.
#pragma once

#include "app/worker/inputfile.h"
#include "app/worker/message.h"

namespace batchwright::worker {

/// Done with facts, also for damaged and unknown files: those are facts as well (`probe`, `problem`).
/// `name` is the file's own, for endings that say what the content does not.
Result<DoneAnswer> probeFile(const InputFile &file, const Request &request, const QString &name);

/// One for each family of formats; `info` has kind and format.
void probePicture(const InputFile &file, const Request &request, MediaInfo &info);
void probeMedia(const InputFile &input, MediaInfo &info);
void probeScan(const InputFile &file, MediaInfo &info);

} // namespace batchwright::worker
