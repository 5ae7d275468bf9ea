#include "app/schedule/allotment.h"

#include <algorithm>

namespace batchwright {

namespace {

/// The fewest cores with which the job ends in `seconds`; all that it can use when even those do not suffice.
int fewestCores(const Work &work, double seconds, const WorkModel &model, int cores)
{
    const int most = std::clamp(work.mostThreads, 1, cores);
    int threads = std::clamp(work.leastThreads, 1, most);
    while (threads < most && model.seconds(work, threads) > seconds) {
        ++threads;
    }
    return threads;
}

/// The longest jobs, and what they and the others take.
struct Rest {
    QVector<const JobQueue::Entry *> longest;
    double othersSeconds = 0; ///< of one core
};

/// The least time in which all can end when each job gets the fewest cores with which it ends in time even if it takes
/// `caution` times as long as predicted (and no more than is likely for it).
double leastTime(const Rest &rest, double caution, const WorkModel &model, int cores)
{
    double low = 0;
    double high = rest.othersSeconds;
    for (const JobQueue::Entry *entry : rest.longest) {
        high += model.seconds(entry->work);
    }
    const auto fits = [&](double seconds) {
        double area = rest.othersSeconds;
        for (const JobQueue::Entry *entry : rest.longest) {
            const double slower = std::min(caution, model.caution(entry->work.group));
            const int threads = fewestCores(entry->work, seconds / slower, model, cores);
            const double time = model.seconds(entry->work, threads);
            if (time > seconds) {
                return false;
            }
            area += threads * time;
        }
        return area <= cores * seconds;
    };
    high *= 2; // with all that it can use a job takes more of one core's time, but never twice as much
    constexpr int halvings = 40;
    for (int halving = 0; halving < halvings; ++halving) {
        const double middle = (low + high) / 2;
        (fits(middle) ? high : low) = middle;
    }
    return high;
}

} // namespace

int coresFor(const JobQueue::Entry &head, const JobQueue &queue, const WorkModel &model,
             double runningSeconds, int cores)
{
    // A width is for good, and a prediction may be wrong: as much caution as costs the others next to nothing.
    constexpr double worth = 1.02; // the figure with which tests/bench/makespan.cpp was best
    const double mostCaution = model.caution(head.work.group);
    const double whole = queue.seconds(model) + runningSeconds;
    if (head.work.mostThreads <= head.work.leastThreads
        || model.seconds(head.work) * mostCaution <= whole / cores) {
        return fewestCores(head.work, whole / cores, model, cores);
    }
    Rest rest{queue.longest(2 * cores, model), whole};
    for (const JobQueue::Entry *entry : rest.longest) {
        rest.othersSeconds -= model.seconds(entry->work);
    }
    const double without = leastTime(rest, 1, model, cores);
    for (const double share : {1.0, 0.5, 0.25, 0.125}) {
        const double caution = 1 + (mostCaution - 1) * share;
        const double with = leastTime(rest, caution, model, cores);
        if (with <= worth * without) {
            return fewestCores(head.work, with / caution, model, cores);
        }
    }
    return fewestCores(head.work, without, model, cores);
}

} // namespace batchwright
