// How many cores the next job gets. Jobs that can use several are fastest for the whole batch on one each, because no
// encoder makes full use of a second core; only one that would still run when all the others are done must be wider.
// Pure; any thread.
#pragma once

#include "app/schedule/jobqueue.h"

namespace batchwright {

/// For `head`, the first of `queue`: the two-phase method for jobs of choosable width (Turek, Wolf, Yu, 1992). Finds the
/// least time L in which every job can end when each gets the fewest cores that make it end in L, and all of them fit:
/// the sum of cores times seconds is at most `cores` times L. `runningSeconds`: what is left of the jobs that run, on one
/// core. From 1 (or what the job needs) to what it can use and to `cores`.
int coresFor(const JobQueue::Entry &head, const JobQueue &queue, const WorkModel &model,
             double runningSeconds, int cores);

} // namespace batchwright
