// Threads of a pool that are there from the beginning. A thread that is made later may fail for want of a process or of
// a file handle: its task would be lost without a word, or GLib would end the whole program.
#pragma once

class QThreadPool;

namespace batchwright {

/// Makes all threads of the pool and keeps them. Returns when they run, usually within a millisecond, and after a second
/// at most: a thread opens its handles after it was started, and whoever uses them up meanwhile ends the program. Call it
/// before the pool's first task, after setMaxThreadCount().
void keepThreads(QThreadPool &pool);

} // namespace batchwright
