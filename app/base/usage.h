// What programs and the machine take at one moment. Plain values; any thread.
#pragma once

#include <QtGlobal>

namespace batchwright {

/// A program and all that it started. Files that are mapped are not counted: they can be read again, and many processes
/// share them.
struct ProcessUsage {
    qint64 bytes = 0;
    qint64 peakBytes = 0; ///< the sum of what each of them had at most; 0: not known
    double cpuSeconds = 0;
};

struct MachineMemory {
    qint64 totalBytes = 0; ///< 0: not known
    qint64 availableBytes = 0;
    double stalledPercent = 0; ///< of the last ten seconds, in which nothing went on for want of memory
};

} // namespace batchwright
