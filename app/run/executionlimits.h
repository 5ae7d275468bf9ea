// What one run of a converter may use before it is stopped. Pure but for machineMemoryBytes(); any thread.
#pragma once

#include "app/preset/preset.h"
#include "app/target/executiontarget.h"

namespace batchwright {

/// The preset's own limits, and for what it does not say: four fifths of the memory (at least 2 GiB) as address space,
/// any size, any time, and ten minutes of silence for programs that report as ffmpeg does, which is five times a second.
ExecutionLimits executionLimits(const PresetLimits &limits, ProgressKind progress, qint64 machineBytes);

/// 0 when the system does not tell.
qint64 machineMemoryBytes();

} // namespace batchwright
