// All processes below one, also those that a sandbox shows to nobody: by /proc, as the system sees them. Any thread.
#pragma once

#include "app/base/usage.h"

namespace batchwright {

/// Sends SIGSTOP or SIGCONT to `root` and to all that it started. Stopping is repeated until no new ones appear, because
/// a process may start another one before its own turn comes.
void freezeTree(qint64 root, bool frozen);

/// Gives one thread the lowest priority, of the cores and of the disk; 0: this one. Raw system calls only, for the time
/// between fork and exec.
void lowerThread(int thread);
/// Gives them all the lowest priority, of the cores and of the disk. What they start later has it too.
void lowerTree(qint64 root);

/// What `root` and all below it take now. Empty once they have ended.
ProcessUsage usageOfTree(qint64 root);

} // namespace batchwright
