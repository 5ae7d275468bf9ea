// FactsCache: facts about files, kept on the disk from one run of the program to the next, so that a worker looks into each
// file once. A convenience: whatever is wrong with it, work goes on without, and nobody is told. What is damaged or of
// another version is set aside as <file>.damaged and begun anew.
//
// One SQLite file (Qt Sql, WAL), that several instances may use at once. An entry counts for a path while size, time of
// change, time of the last change of its inode, device and inode number are the same. It is bounded in files, bytes and days
// without use. Names of files and their tags are nobody else's business: its folder is its owner's alone.
//
// Owned by Session; methods on the event loop's thread, the disk is asked on a thread of its own.
#pragma once

#include "app/base/clock.h"
#include "app/probe/factsstore.h"
#include "app/probe/prober.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <optional>

namespace batchwright {

/// Nothing when there is no such file. Blocks on the disk.
std::optional<FileIdentity> identityOf(const QString &path);

class FactsCache final : public QObject
{
    Q_OBJECT

public:
    struct Limits {
        int mostFiles = 100'000;
        int mostMegabytes = 100; ///< on the disk
        int mostDays = 180;      ///< since an entry was used last
        /// A file that changed this lately may change again without a trace in its times.
        int settleMilliseconds = 2000;
    };

    /// `file`: the database. `maker`: who finds the facts; what another one found is forgotten. `clock` outlives it. Nothing
    /// is opened before the first find().
    FactsCache(const QString &file, const QString &maker, const Limits &limits, const Clock &clock,
               QObject *parent = nullptr);
    /// Writes what is not written yet; bounded.
    ~FactsCache() override;

    struct Found {
        std::optional<FileIdentity> identity; ///< of the file now
        std::optional<MediaInfo> facts;
    };
    /// `sniffed`: what is known anyway; of another size or time nothing is found.
    QFuture<Found> find(const QString &path, const MediaInfo &sniffed);
    /// `identity`: from before the file was looked into. Written later, many together. Only facts that are Known are kept.
    void keep(const QString &path, const std::optional<FileIdentity> &identity, const MediaInfo &facts);

private:
    void write();

    Limits m_limits;
    std::shared_ptr<FactsStore> m_store; ///< used on the pool's thread alone
    QVector<FactsStore::Entry> m_waiting;
    QTimer m_timer;
    QThreadPool m_pool; ///< one thread that stays: SQLite's connection belongs to it
};

/// Asks the cache first, and only then `ask`, whose answer is kept. `cache` outlives what is asked.
Prober::Ask askCacheFirst(FactsCache &cache, Prober::Ask ask);

} // namespace batchwright
