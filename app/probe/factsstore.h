// FactsStore: the database behind FactsCache. Every method on one and the same thread, on which it blocks; errors are its
// own business: it then finds nothing and writes nothing.
#pragma once

#include "app/base/clock.h"
#include "app/probe/fileidentity.h"

#include <QByteArray>
#include <QSet>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVector>

#include <memory>

namespace batchwright {

class FactsStore final
{
public:
    struct Limits {
        int mostFiles = 0;
        int mostMegabytes = 0;
        int mostDays = 0;
    };
    struct Entry {
        QByteArray path; ///< as the system has it
        FileIdentity identity;
        QByteArray facts;
    };

    /// Opens nothing yet. `clock` outlives it.
    FactsStore(const QString &file, const QString &maker, const Limits &limits, const Clock &clock);

    /// Empty when there is nothing about the file in this state.
    QByteArray find(const QByteArray &path, const FileIdentity &identity);
    void write(const QVector<Entry> &entries);
    /// Notes what was used, and closes the file.
    void close();

private:
    enum class State { Closed, Open, Off };
    enum class Prepared { Well, Unusable, Damaged };

    bool open();
    Prepared prepare();
    bool hasRightVersion();
    bool makeTables();
    void closeDatabase();
    void setAside();
    static bool isDamage(const QSqlError &error);
    /// What an error means for what follows.
    void takeError(const QSqlError &error);
    bool run(const QString &sql);
    QSqlError insert(const QVector<Entry> &entries);
    void prune();
    void dropHalf();
    void noteUse();
    qint64 today() const { return m_clock.now().toUTC().date().toJulianDay(); }

    const QString m_file;
    const QString m_maker;
    const Limits m_limits;
    const Clock &m_clock;
    QString m_connection;
    QSqlDatabase m_database;
    std::unique_ptr<QSqlQuery> m_find;
    std::unique_ptr<QSqlQuery> m_insert;
    QSet<QByteArray> m_used; ///< entries that were used on an earlier day last
    State m_state = State::Closed;
    bool m_isReadOnly = false;
    bool m_wasFull = false;
    bool m_wasSetAside = false; ///< once in a run is enough
    bool m_hasPruned = false;
    int m_written = 0; ///< since prune()
};

} // namespace batchwright
