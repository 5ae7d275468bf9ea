// How much memory the machine has left, for programs of this one: the system's figure, or what its control group allows
// when that is less, as in a container. Any thread; reads a few small files that never wait for a disk.
#pragma once

#include "app/base/usage.h"

#include <QByteArray>

namespace batchwright {

/// Zero where the system does not tell.
MachineMemory machineMemory();

/// The parts of it, from the text of /proc/meminfo and /proc/pressure/memory; for tests.
MachineMemory machineMemoryFrom(const QByteArray &memoryInfo, const QByteArray &pressure);
/// Lowers it to a group's limit. `limit` is the text of memory.max, "max" for none; `current` of memory.current; `statistics`
/// of memory.stat, whose files that can be dropped are room.
MachineMemory withinGroup(MachineMemory machine, const QByteArray &limit, const QByteArray &current,
                          const QByteArray &statistics);

} // namespace batchwright
