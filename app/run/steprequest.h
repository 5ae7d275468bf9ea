// What one step of a job asks its target for: the program with its arguments, limits and view of the files; for a worker
// also the open file that it writes. Functions; the event loop's thread but for openTaskFile().
#pragma once

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
/// DiskFull, SystemBusy or Io. Blocks on the disk: pool threads only.
Result<std::shared_ptr<const worker::OpenFile>> openTaskFile(const QString &path, TaskFile use);

} // namespace batchwright
