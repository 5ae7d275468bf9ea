// Threads of a pool that are there from the beginning. A thread that is made later may fail for want of a process or of
// a file handle: its task would be lost without a word, or GLib would end the whole program.
#pragma once

class QThreadPool;

namespace batchwright {

/// Makes all threads of the pool and keeps them. Returns at once; call it before the pool's first task, after
/// setMaxThreadCount().
void keepThreads(QThreadPool &pool);

} // namespace batchwright
