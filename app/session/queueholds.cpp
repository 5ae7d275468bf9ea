#include "app/session/queueholds.h"

#include "app/base/humantext.h"
#include "app/base/whendone.h"

#include <QFile>
#include <QtConcurrentRun>

#include <algorithm>
#include <csignal>
#include <sys/statvfs.h>

namespace batchwright {

namespace {

/// After a failure the disk must have gained this much before the next try, so that a retry always has a better chance.
qint64 leastGain(qint64 freeAtFailure)
{
    return std::max<qint64>(1 << 20, freeAtFailure / 20);
}

/// A quota, or a disk behind a network, may have room that no figure shows: after a minute a job tries, then after two …
constexpr int firstLooksUntilTry = 30;
constexpr int mostLooksUntilTry = 480;

/// A converter that the system killed is tried once more; twice is no accident.
constexpr int mostAttemptsWhenKilled = 2;

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
    m_looksUntilTry = 0;
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
        // Of several that fail together the first figure counts: somebody may be making room already.
        if (!m_hasFailed) {
            m_hasFailed = true;
            m_atFailure.reset();
            m_looks = 0;
            m_looksUntilTry = std::min(std::max(firstLooksUntilTry, 2 * m_looksUntilTry), mostLooksUntilTry);
        }
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
    m_atFailure.reset();
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

QueueHolds::Space QueueHolds::spaceIn(const QString &folder, const FileOps &files)
{
    Space space{files.freeBytes(folder), files.totalBytes(folder), -1};
    // A disk can be full of files and not of bytes. Zero in all: the file system does not count them.
    struct statvfs status;
    if (::statvfs(QFile::encodeName(folder).constData(), &status) == 0 && status.f_files > 0) {
        space.files = static_cast<qint64>(status.f_favail);
    }
    return space;
}

void QueueHolds::lookAtDisk()
{
    if (m_isLooking || m_folder.isEmpty()) {
        return;
    }
    m_isLooking = true; // a network disk may take its time
    const QFuture<Space> looking =
        QtConcurrent::run(&m_pool, [folder = m_folder, &files = m_files] { return spaceIn(folder, files); });
    whenDone(looking, this, [this, folder = m_folder](const Space &space) {
        m_isLooking = false;
        takeSpace(folder, space);
    });
}

/// Enough for the job that failed to have a better chance than before.
bool QueueHolds::hasGained(const Space &space) const
{
    constexpr qint64 fewFiles = 16; // a job makes a folder or two, and its result
    const bool lackedFiles = m_atFailure->files >= 0 && m_atFailure->files < fewFiles;
    return space.free >= m_atFailure->free + leastGain(m_atFailure->free)
           || (lackedFiles && space.files > m_atFailure->files);
}

void QueueHolds::takeSpace(const QString &folder, const Space &space)
{
    if (space.free < 0 || space.total <= 0 || folder != m_folder
        || (m_reason && m_reason->kind != ErrorKind::DiskFull)) {
        return;
    }
    if (m_hasFailed && !m_atFailure) {
        m_atFailure = space;
        return;
    }
    ++m_looks;
    const bool isTimeToTry = m_hasFailed && m_looks >= m_looksUntilTry;
    const bool isEnough =
        isTimeToTry || (space.free >= lowSpaceLimit(space.total) && (!m_atFailure || hasGained(space)));
    if (isEnough && m_reason) {
        release();
    } else if (!isEnough && !m_reason) {
        hold({ErrorKind::DiskFull,
              QStringLiteral("Only %1 are free in %2.").arg(sizeText(space.free), folder),
              QStringLiteral("Free some space there; it goes on by itself."), QString()});
    }
}

} // namespace batchwright
