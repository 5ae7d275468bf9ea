// What one step of a job asks its target for: the program with its arguments, limits and view of the files; for a worker
// also the open file that it writes. Functions; the event loop's thread but for openTaskFiles().
#pragma once

#include "app/base/pinnedfile.h"
#include "app/preset/commandtemplate.h"
#include "app/run/runservices.h"
#include "app/worker/channel.h"

namespace batchwright {

/// Where a step belongs; all of it outlives the call.
struct StepContext {
    const Job &job;
    const JobWorkspace &workspace;
    const RunServices &services;
    ProgressKind progress;
};

ExecutionRequest stepRequest(const StepContext &context, const Command &command, const QString &program,
                             const TemplateValues &values);

enum class TaskFile {
    Write, ///< made, or emptied: a second way to do a step begins anew
    Check, ///< read, it is the result
};
/// The files of a worker's task besides the source.
struct TaskFiles {
    std::shared_ptr<const worker::OpenFile> result;
    std::shared_ptr<const PinnedFile> stamp; ///< the picture of a watermark, or nothing
};
/// `stamp` is the path of a picture, or empty. DiskFull, SystemBusy or Io for the result; what PinnedFile::open() says, for
/// the stamp. Blocks on the disk: pool threads only.
Result<TaskFiles> openTaskFiles(const QString &path, TaskFile use, const QString &stamp);

} // namespace batchwright
