// JobRun: one attempt of one job, as the scheduler sees it. JobRunner is the real one.
#pragma once

#include "app/job/job.h"

#include <QObject>

#include <functional>
#include <memory>

namespace batchwright {

class JobRun : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Once. Returns at once; never emits finished() from inside.
    virtual void start() = 0;
    /// Any number of times, also before start(); finished() comes with JobState::Cancelled, unless the
    /// result was already being put in place: then it is done.
    virtual void cancel() = 0;
    /// Any number of times: its programs stand still, until they go on. cancel() works all the same.
    virtual void setFrozen(bool frozen) = 0;
    /// The program that works on it now; 0: none.
    virtual qint64 processId() const = 0;

signals:
    void progressed(const batchwright::Progress &progress);
    /// At most once, before finished(): no converter runs any more, only the disk is waited for. Its cores can
    /// work for the next job.
    void coresReleased();
    /// Exactly once, from the event loop. `state` is Done, Skipped, Failed or Cancelled.
    void finished(batchwright::JobState state, const batchwright::JobResult &result);
};

using JobRunFactory = std::function<std::unique_ptr<JobRun>(const Job &job, int threads)>;

} // namespace batchwright
