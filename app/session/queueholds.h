// QueueHolds: when the queue waits by itself, and until when: the disk of the results is nearly full, a converter failed
// because it was full, or the system had no process or file handle left. Decides which failed attempts are followed by
// another. Owned by Session; its thread. It asks the disk on a pool, every few seconds and only while a batch runs.
#pragma once

#include "app/base/clock.h"
#include "app/base/fileops.h"
#include "app/schedule/scheduler.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <optional>

namespace batchwright {

/// What a full disk means for the jobs that wait.
enum class FullDiskRule {
    Wait, ///< the queue is held until there is room
    Fail, ///< jobs fail one after the other, for scripts that must not wait
};

/// Under this much, in bytes, on a disk of this size the queue is held: a fiftieth of it, and 500 MB at most. More
/// would keep small sticks from being used; less would leave other programs nothing.
qint64 lowSpaceLimit(qint64 totalBytes);

class QueueHolds final : public QObject
{
    Q_OBJECT

public:
    struct Pauses {
        int spaceCheck = 2000; ///< ms between two looks at the disk
        int firstBusy = 1000;  ///< ms until another try when the system was busy; doubled each time
        int longestBusy = 30000;
    };

    /// `files` and `pool` outlive it.
    QueueHolds(FileOps &files, QThreadPool &pool, const Pauses &pauses, QObject *parent = nullptr);

    void setFullDiskRule(FullDiskRule rule) { m_rule = rule; }
    /// Looks at the disk only between these two.
    void begin();
    void end();
    /// The folder of a result that is about to be made: its disk is watched.
    void watch(const QString &folder);
    /// For Scheduler::setRetryRule().
    std::optional<Scheduler::Retry> judge(const Job &job, const JobResult &result);
    /// A person wants it to go on now.
    void release();

    bool isHolding() const { return m_reason.has_value(); }
    /// Why the queue waits, as a sentence with advice.
    const std::optional<Error> &reason() const { return m_reason; }

signals:
    /// isHolding() or the reason changed.
    void changed();

private:
    void lookAtDisk();
    struct Space {
        qint64 free = -1;  ///< bytes; negative: not known
        qint64 total = -1; ///< bytes
        qint64 files = -1; ///< how many more files the disk can hold
    };
    static Space spaceIn(const QString &folder, const FileOps &files);
    void takeSpace(const QString &folder, const Space &space);
    bool hasGained(const Space &space) const;
    void hold(const Error &reason);

    FileOps &m_files;
    QThreadPool &m_pool;
    const Pauses m_pauses;
    FullDiskRule m_rule = FullDiskRule::Wait;
    QString m_folder;
    QTimer m_spaceTimer;
    QTimer m_busyTimer;
    int m_nextBusy;
    std::optional<Error> m_reason;
    bool m_hasFailed = false;         ///< held because a job ran out of space, not because little is left
    std::optional<Space> m_atFailure; ///< once it was looked at after the failure
    bool m_isLooking = false;
    int m_looks = 0;         ///< since the queue is held for space
    int m_looksUntilTry = 0; ///< after so many it goes on all the same: some room cannot be seen from here
};

} // namespace batchwright
