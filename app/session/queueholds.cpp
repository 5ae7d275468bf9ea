#include "app/session/queueholds.h"

#include "app/base/humantext.h"
#include "app/base/whendone.h"

#include <QtConcurrentRun>

#include <algorithm>
#include <csignal>

namespace batchwright {

namespace {

/// After a failure the disk must have gained this much before the next try, so that a retry always has a better chance.
qint64 leastGain(qint64 freeAtFailure)
{
    return std::max<qint64>(1 << 20, freeAtFailure / 20);
}

/// A converter that the system killed is tried once more; twice is no accident.
constexpr int mostAttemptsWhenKilled = 2;

struct Space {
    qint64 free = -1;
    qint64 total = -1;
};

} // namespace

qint64 lowSpaceLimit(qint64 totalBytes)
{
    constexpr qint64 most = 500'000'000;
    return std::min(most, totalBytes / 50);
}

QueueHolds::QueueHolds(FileOps &files, QThreadPool &pool, const Pauses &pauses, QObject *parent)
    : QObject(parent), m_files(files), m_pool(pool), m_pauses(pauses), m_nextBusy(pauses.firstBusy)
{
    m_spaceTimer.setInterval(pauses.spaceCheck);
    m_busyTimer.setSingleShot(true);
    connect(&m_spaceTimer, &QTimer::timeout, this, &QueueHolds::lookAtDisk);
    connect(&m_busyTimer, &QTimer::timeout, this, &QueueHolds::release);
}

void QueueHolds::begin()
{
    m_nextBusy = m_pauses.firstBusy;
}

void QueueHolds::end()
{
    m_spaceTimer.stop();
    m_busyTimer.stop();
    m_folder.clear();
    release();
}

void QueueHolds::watch(const QString &folder)
{
    m_folder = folder;
    if (m_rule == FullDiskRule::Wait && !m_spaceTimer.isActive()) {
        m_spaceTimer.start();
    }
}

std::optional<Scheduler::Retry> QueueHolds::judge(const Job &job, const JobResult &result)
{
    using Retry = Scheduler::Retry;
    switch (result.error.kind) {
    case ErrorKind::DiskFull:
        if (m_rule == FullDiskRule::Fail || job.target.isEmpty()) {
            return std::nullopt;
        }
        watch(job.target.left(std::max<qsizetype>(1, job.target.lastIndexOf(u'/'))));
        m_hasFailed = true;
        m_freeAtFailure.reset();
        hold({ErrorKind::DiskFull, QStringLiteral("There is no space left in %1.").arg(m_folder),
              QStringLiteral("Free some space there; it goes on by itself."), result.error.detail});
        lookAtDisk();
        return Retry{Retry::Place::First, QStringLiteral("Waits for space on the disk.")};
    case ErrorKind::SystemBusy:
        hold({ErrorKind::SystemBusy, result.error.sentence,
              QStringLiteral("Close other programs; the next try follows by itself."), result.error.detail});
        m_busyTimer.start(m_nextBusy);
        m_nextBusy = std::min(2 * m_nextBusy, m_pauses.longestBusy);
        return Retry{Retry::Place::First, QStringLiteral("Waits because the system is busy.")};
    case ErrorKind::ToolCrashed:
        if (result.signal == SIGKILL && job.attempt < mostAttemptsWhenKilled) {
            return Retry{Retry::Place::Last, QStringLiteral("Was killed by the system; is tried once more.")};
        }
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

void QueueHolds::release()
{
    m_hasFailed = false;
    m_freeAtFailure.reset();
    if (m_reason) {
        m_reason.reset();
        emit changed();
    }
}

void QueueHolds::hold(const Error &reason)
{
    m_reason = reason;
    emit changed();
}

void QueueHolds::lookAtDisk()
{
    if (m_isLooking || m_folder.isEmpty()) {
        return;
    }
    m_isLooking = true; // a network disk may take its time
    const QFuture<Space> looking = QtConcurrent::run(&m_pool, [folder = m_folder, &files = m_files] {
        return Space{files.freeBytes(folder), files.totalBytes(folder)};
    });
    whenDone(looking, this, [this, folder = m_folder](const Space &space) {
        m_isLooking = false;
        takeSpace(folder, space.free, space.total);
    });
}

void QueueHolds::takeSpace(const QString &folder, qint64 free, qint64 total)
{
    if (free < 0 || total <= 0 || folder != m_folder || (m_reason && m_reason->kind != ErrorKind::DiskFull)) {
        return;
    }
    if (m_hasFailed && !m_freeAtFailure) {
        m_freeAtFailure = free;
        return;
    }
    const qint64 needed =
        std::max(lowSpaceLimit(total), m_freeAtFailure ? *m_freeAtFailure + leastGain(*m_freeAtFailure) : 0);
    if (free >= needed) {
        if (m_reason) {
            release();
        }
    } else if (!m_reason) {
        hold({ErrorKind::DiskFull, QStringLiteral("Only %1 are free in %2.").arg(sizeText(free), folder),
              QStringLiteral("Free some space there; it goes on by itself."), QString()});
    }
}

} // namespace batchwright
