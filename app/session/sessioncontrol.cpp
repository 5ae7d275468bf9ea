// Session: how the batch uses the machine, and when it waits.
#include "app/session/sessionprivate.h"

#include "app/target/machinememory.h"
#include "app/target/processtree.h"

#include <QThread>

#include <algorithm>

namespace batchwright {

int Session::Private::coreLimit() const
{
    const int cores = std::max(1, QThread::idealThreadCount());
    const int wanted = q.m_settings.jobLimit > 0 ? q.m_settings.jobLimit : cores;
    // Half of the machine is for whoever sits before it.
    return q.m_settings.gentle ? std::min(wanted, std::max(1, cores / 2)) : wanted;
}

qint64 Session::Private::memoryLimit() const
{
    constexpr qint64 megabyte = 1'000'000;
    return q.m_settings.memoryMegabytes * megabyte;
}

void Session::setJobLimit(int limit)
{
    m_settings.jobLimit = limit;
    d->scheduler->setLimit(d->coreLimit());
}

void Session::setMemoryLimit(int megabytes)
{
    m_settings.memoryMegabytes = std::max(0, megabytes);
    d->scheduler->setMemoryLimit(d->memoryLimit());
}

qint64 Session::machineMegabytes() const
{
    return machineMemory().totalBytes / 1'000'000;
}

void Session::setGentle(bool gentle)
{
    m_settings.gentle = gentle;
    d->takeGentle();
}

void Session::Private::takeGentle()
{
    const bool gentle = q.m_settings.gentle;
    target->setPriority(gentle ? Priority::Idle : Priority::BelowNormal);
    if (gentle) {
        for (const Scheduler::Watched &job : scheduler->watched()) {
            lowerTree(job.processId); // back up again only the administrator may go
        }
    }
    scheduler->setLimit(coreLimit());
    updatePower();
}

void Session::Private::updatePower()
{
    const bool isOnBattery =
        q.m_settings.gentle && wasRunning && machineWatch->power() == PowerSource::Battery;
    if (!isOnBattery) {
        batteryIsAllowed = false;
    }
    if (isOnBattery && !batteryIsAllowed) {
        batteryPause = Error{ErrorKind::OnBattery, QStringLiteral("The computer runs on its battery."),
                             QStringLiteral("Plug it in; it goes on by itself."), QString()};
    } else {
        batteryPause.reset();
    }
    updateFrozen();
}

void Session::Private::updateFrozen()
{
    updateHeld();
    updateSleepGuard();
    const bool frozen = isFrozen || batteryPause;
    if (std::exchange(wasFrozen, frozen) != frozen) {
        scheduler->setFrozen(scheduler->runningIds(), frozen);
        trial->setFrozen(frozen);
        emit q.holdChanged();
    }
}

void Session::setLongestFirst(bool longest)
{
    d->listOrderOnce = false;
    if (std::exchange(m_settings.longestFirst, longest) != longest) {
        saveSettings();
    }
    d->updateOrder();
}

bool Session::isLongestFirst() const
{
    return m_settings.longestFirst && !d->listOrderOnce;
}

void Session::Private::updateOrder()
{
    scheduler->setOrder(q.isLongestFirst() ? JobQueue::Order::LongestFirst : JobQueue::Order::AsListed);
    emit q.orderChanged();
}

void Session::moveJobs(const QVector<JobId> &ids, int before)
{
    if (!m_jobs.move(ids, before)) {
        return;
    }
    d->scheduler->takeListOrder();
    d->listOrderOnce = true;
    d->updateOrder();
    d->schedulePlan(); // numbers in names follow the list
}

void Session::preferJobs(const QVector<JobId> &ids)
{
    d->scheduler->prefer(ids);
}

void Session::setKeepAwake(bool keep)
{
    m_settings.keepAwake = keep;
    saveSettings();
    d->updateSleepGuard();
}

void Session::Private::finish()
{
    if (planOnly) {
        return;
    }
    if (wasStopped || batch.isEmpty()) {
        finisher.callOff();
        return;
    }
    finisher.batchEnded({batch.endedAs(JobState::Done), batch.endedAs(JobState::Failed)});
}

BatchFinisher &Session::finisher()
{
    return d->finisher;
}

const SleepGuard &Session::sleepGuard() const
{
    return d->sleepGuard;
}

void Session::Private::updateSleepGuard()
{
    if ((wasRunning || trial->isBusy()) && q.m_settings.keepAwake && !batteryPause) {
        sleepGuard.hold(QStringLiteral("Batchwright"), QStringLiteral("Files are being converted."));
    } else {
        sleepGuard.release();
    }
}

void Session::setHeld(bool held)
{
    d->isHeldByUser = held;
    if (!held) {
        d->holds.release();
    }
    d->updateHeld();
}

void Session::setFrozen(bool frozen)
{
    d->isFrozen = frozen;
    if (!frozen && d->batteryPause) {
        d->batteryIsAllowed = true; // until it is plugged in and out again
        d->updatePower();
    }
    d->updateFrozen();
}

bool Session::isFrozen() const
{
    return d->wasFrozen;
}

void Session::setJobsHeld(const QVector<JobId> &ids, bool held)
{
    d->scheduler->setJobsHeld(ids, held);
}

void Session::setJobsFrozen(const QVector<JobId> &ids, bool frozen)
{
    d->scheduler->setFrozen(ids, frozen);
}

bool Session::isHeld() const
{
    return d->isHeldByUser || d->holds.isHolding();
}

std::optional<Error> Session::holdReason() const
{
    return d->batteryPause ? d->batteryPause : d->holds.reason();
}

void Session::setFullDiskRule(FullDiskRule rule)
{
    d->holds.setFullDiskRule(rule);
}

void Session::Private::updateHeld()
{
    scheduler->setHeld(isHeldByUser || isFrozen || batteryPause || holds.isHolding());
}

} // namespace batchwright
