// Journal: writes down what a run of the program does, so that a later start can go on after a crash and take things
// back. Owns the run's lock and a thread that alone touches the database. Owned by Session; made and destroyed on its
// thread, where its signals arrive.
//
// Writes are gathered: changes of one job within a twentieth of a second become one statement, and all of them one
// transaction, so that 10,000 short jobs cost a few hundred transactions. What must not be lost is waited for:
// queue() tells when it is written, and updateDurably() returns when it is on the disk.
//
// A journal that cannot be written says so once and is then silent: work goes on without it.
#pragma once

#include "app/journal/journalrow.h"
#include "app/journal/runfolder.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QPromise>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

class QThread;

namespace batchwright {

class JournalDatabase;

class Journal final : public QObject
{
    Q_OBJECT

public:
    /// How long changes are gathered: short against a person's patience, long against a job of a millisecond.
    static constexpr int gatherMilliseconds = 50;

    /// Takes the run's lock at once; the database is made with the first batch. Folders whose path begins with
    /// one of `temporaryPrefixes` are removed by the next start if this run does not come to its end.
    Journal(const RunFolder &folder, const QString &token, const QStringList &temporaryPrefixes,
            QObject *parent = nullptr);
    /// Writes what is left. A journal with nothing left to do stays for undo if something was made, else it goes.
    ~Journal() override;

    const QString &token() const { return m_token; }
    /// Of the database; need not be there.
    QString file() const { return m_folder.journalFile(m_token); }

    /// Writes a batch of jobs; ready when all of it is written (or the journal has failed). `adopted`: tokens of dead
    /// runs whose jobs are among these; their own journals count no more from then on.
    /// `unwritten`: how many of the batch are still to come, so that a start after a kill can tell that they are missing.
    QFuture<Done> queue(const QVector<JournalRow> &rows, const QStringList &adopted = {},
                        qint64 unwritten = 0);
    /// No more of the batch are to come. Returns at once.
    void endList();
    /// Returns at once. Any thread.
    void update(JobId job, const JournalUpdate &update);
    /// Returns when it and all before it survive a loss of power. Any thread but the event loop's.
    void updateDurably(JobId job, const JournalUpdate &update);
    /// What was taken back is not offered again.
    QFuture<Done> forgetMade(const QVector<qint64> &ids);
    /// Ready when all that was said until now is written.
    QFuture<Done> flush();

signals:
    /// Once; the journal is off from then on.
    void failed(const batchwright::Error &error);

private:
    /// What is written in one go, in this order. A batch that is queued begins a new one, because its rows replace
    /// what earlier changes wrote.
    struct Stage {
        QVector<JournalRow> rows;
        QStringList adopted;
        QHash<quint64, JournalUpdate> updates;
        QVector<qint64> forgotten;
        std::optional<qint64> unwritten;
    };

    void writeUntilStopped();
    Outcome writeStages(const std::vector<Stage> &stages, bool durably);
    Outcome writeStage(const Stage &stage);
    Outcome openDatabase();
    void finishFiles();
    QFuture<Done> waitForWrite();
    /// With m_mutex locked.
    void mergeUpdate(JobId job, const JournalUpdate &update);

    const RunFolder m_folder;
    const QString m_token;
    std::optional<FileLock> m_lock;
    std::unique_ptr<JournalDatabase> m_database; ///< the writer's thread only
    qint64 m_unwritten = 0;                      ///< likewise; what the database says
    QThread *m_thread = nullptr;

    std::mutex m_mutex; ///< for all that follows
    std::condition_variable m_changed;
    std::vector<Stage> m_stages{1};
    std::vector<QPromise<Done>> m_waiting;
    std::optional<Error> m_startProblem;
    bool m_isDirty = false;
    bool m_isUrgent = false; ///< somebody waits
    bool m_isDurable = false;
    bool m_isStopping = false;
    bool m_hasFailed = false;
};

} // namespace batchwright
