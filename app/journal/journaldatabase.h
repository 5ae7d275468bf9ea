// JournalDatabase: the file of a run's journal, read and written through Qt Sql (SQLite, WAL). Belongs to the thread
// that opened it, and blocks on the disk there. Journal is what the program writes through.
#pragma once

#include "app/journal/journalrow.h"

#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>

#include <memory>

namespace batchwright {

struct JournalCounts {
    qint64 done = 0;
    qint64 skipped = 0;
    qint64 failed = 0;
    qint64 cancelled = 0;
    qint64 inProgress = 0; ///< started or publishing
    qint64 left = 0;       ///< queued

    qint64 unfinished() const { return inProgress + left; }
};

/// Error::detail of a journal that was killed while it was made: it is whole, and holds nothing.
inline const QString emptyJournalDetail = QStringLiteral("it is empty");

// Keys of meta().
inline const QString startedKey = QStringLiteral("started"); ///< when, ISO 8601, UTC
inline const QString bootKey = QStringLiteral("boot");       ///< currentBoot()
/// How many files of the batch that is being written down are not yet among the jobs; while there are any.
inline const QString unwrittenKey = QStringLiteral("unwritten");
inline const QString adoptedPrefix = QStringLiteral("adopted:"); ///< + token of a run whose jobs are here now
/// Tells one run of the kernel from another: process ids and start times mean nothing across them.
QString currentBoot();

class JournalDatabase final
{
public:
    enum class Access {
        Create,
        Change,
        Read,
        Salvage, ///< reads what is readable of a file that was cut short or overwritten in part
    };
    /// JournalFailed with a sentence. All but Create also fail when the file is no journal of ours.
    static Result<std::unique_ptr<JournalDatabase>> open(const QString &file, Access access);
    ~JournalDatabase();
    JournalDatabase(const JournalDatabase &) = delete;
    JournalDatabase &operator=(const JournalDatabase &) = delete;

    /// What a transaction survives: the end of our process, or also a loss of power (an fsync at its end).
    enum class Durability { Process, Power };
    Outcome begin(Durability durability);
    Outcome commit();
    void rollback();
    /// Nothing more is written: from now on it is one file, that readers leave as it is.
    void settle();

    Outcome writeMeta(const QString &key, const QString &value);
    QString meta(const QString &key);
    QStringList metaKeys(const QString &prefix);

    /// Inserts, or replaces those with the same job id. Also notes what finished rows made.
    Outcome writeRows(const QVector<JournalRow> &rows);
    Outcome update(quint64 job, const JournalUpdate &update);
    /// What is taken back, or kept for good, is not offered again.
    Outcome forgetMade(const QVector<qint64> &ids);

    /// In the order of their ids. A damaged file gives what is readable, and the error.
    struct Rows {
        QVector<JournalRow> rows;
        std::optional<Error> damage;
    };
    enum class Which { All, Unfinished };
    Rows readRows(Which which);
    Result<JournalCounts> counts();
    /// What can still be taken back; newest first.
    Result<QVector<MadeResult>> made();
    /// Final paths of jobs that have not ended.
    Result<QStringList> unfinishedTargets();

private:
    explicit JournalDatabase(const QString &connection, const QString &file);
    Outcome prepareFile(Access access);
    Outcome run(const QString &sql);
    Error error(const QString &detail) const;
    Result<qint64> settingsId(const JobSettingsPointer &settings);
    Result<qint64> outputId(const OutputSettingsPointer &output);
    Outcome writeRow(const JournalRow &row);
    Outcome writeMade(quint64 job, int batch, const QString &source, const JobResult &result);
    JobSettingsPointer readSettings(qint64 id);
    OutputSettingsPointer readOutput(qint64 id);
    JournalRow readRow(const QSqlQuery &query);

    QString m_connection;
    QString m_file;
    QSqlDatabase m_database;
    std::unique_ptr<QSqlQuery> m_insert;
    std::unique_ptr<QSqlQuery> m_update;
    std::unique_ptr<QSqlQuery> m_insertMade;
    QHash<JobSettingsPointer, qint64> m_settingsIds; ///< holds the pointers, so that an address is not reused
    QHash<OutputSettingsPointer, qint64> m_outputIds;
    QHash<qint64, JobSettingsPointer> m_readSettings;
    QHash<qint64, OutputSettingsPointer> m_readOutputs;
};

} // namespace batchwright
