// What the tests of Scheduler share.
#pragma once

#include "app/schedule/scheduler.h"
#include "tests/app/support/samples.h"
#include "tests/fake/fakeclock.h"
#include "tests/fake/fakejobrun.h"

#include <QCoreApplication>
#include <QHash>

namespace batchwright {

inline JobSettingsPointer settingsWithThreads(int threads)
{
    return settingsWith(
        samplePreset(R"([{"command": ["tool"], "threads": )" + QByteArray::number(threads) + "}]"));
}

/// A list, its scheduler, and a watch over the promise that the tokens held never exceed the limit when one starts.
class Bench final
{
public:
    explicit Bench(int limit)
        : scheduler(
            jobs,
            [this](const Job &job, int threads) {
                if (runs.threadsInUse() + threads > scheduler.limit()) {
                    ++overbooked;
                }
                startedHeld += scheduler.isHeld() ? 1 : 0;
                return runs.factory()(job, threads);
            },
            limit, clock)
    {
        QObject::connect(&jobs, &JobList::jobFinished, &m_context, [this](JobId id) { ++finished[id]; });
    }

    QVector<JobId> add(int count, int threads = 1)
    {
        QVector<Job> added(count);
        for (Job &job : added) {
            job.settings = settingsWithThreads(threads);
        }
        return jobs.add(added);
    }

    JobState state(JobId id) const { return jobs.find(id)->state; }

    FakeClock clock;
    JobList jobs;
    FakeJobRuns runs;
    QHash<JobId, int> finished;
    int overbooked = 0;
    int startedHeld = 0;
    Scheduler scheduler;

private:
    QObject m_context;
};

/// Everything that is queued happens.
inline void turn()
{
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

} // namespace batchwright
