#include "app/probe/factsstore.h"

#include <QVariant>

#include <utility>

namespace batchwright {

namespace {

// sqlite.org/rescode.html
constexpr int sqliteBusy = 5;
constexpr int sqliteLocked = 6;
constexpr int sqliteReadOnly = 8;
constexpr int sqliteCorrupt = 11;
constexpr int sqliteFull = 13;
constexpr int sqliteNoDatabase = 26;

/// Without the bits that say more.
int errorCode(const QSqlError &error)
{
    constexpr int primary = 0xff;
    return error.nativeErrorCode().toInt() & primary;
}

} // namespace

FactsStore::FactsStore(const QString &file, const QString &maker, const Limits &limits, const Clock &clock)
    : m_file(file), m_maker(maker), m_limits(limits), m_clock(clock)
{
}

bool FactsStore::run(const QString &sql)
{
    QSqlQuery query(m_database);
    if (query.exec(sql)) {
        return true;
    }
    takeError(query.lastError());
    return false;
}

bool FactsStore::isDamage(const QSqlError &error)
{
    return errorCode(error) == sqliteCorrupt || errorCode(error) == sqliteNoDatabase;
}

void FactsStore::takeError(const QSqlError &error)
{
    switch (errorCode(error)) {
    case sqliteBusy:
    case sqliteLocked:
        return; // another instance is at it; next time
    case sqliteFull:
        if (!std::exchange(m_wasFull, true)) {
            dropHalf();
            return;
        }
        m_isReadOnly = true; // it is the disk that is full
        return;
    case sqliteReadOnly:
        m_isReadOnly = true;
        return;
    case sqliteCorrupt:
    case sqliteNoDatabase:
        closeDatabase();
        if (!m_wasSetAside) {
            setAside();
            m_state = State::Closed; // the next use begins anew
        }
        return;
    default:
        closeDatabase();
    }
}

QByteArray FactsStore::find(const QByteArray &path, const FileIdentity &identity)
{
    if (!open()) {
        return {};
    }
    m_find->bindValue(0, path);
    if (!m_find->exec()) {
        takeError(m_find->lastError());
        return {};
    }
    const auto number = [this](int column) { return m_find->value(column).toLongLong(); };
    QByteArray facts;
    if (m_find->next()
        && FileIdentity{static_cast<quint64>(number(0)), static_cast<quint64>(number(1)), number(2),
                        number(3), number(4)}
               == identity) {
        facts = m_find->value(6).toByteArray();
        if (number(5) != today()) {
            m_used.insert(path);
        }
    }
    m_find->finish();
    return facts;
}

void FactsStore::write(const QVector<Entry> &entries)
{
    if (!open() || m_isReadOnly || !run(QStringLiteral("BEGIN IMMEDIATE"))) {
        return;
    }
    noteUse();
    prune();
    const QSqlError failed = m_state == State::Open ? insert(entries) : QSqlError();
    if (m_state != State::Open) {
        return;
    }
    QSqlQuery end(m_database);
    if (!failed.isValid() && end.exec(QStringLiteral("COMMIT"))) {
        m_written += static_cast<int>(entries.size());
        return;
    }
    const QSqlError reason = failed.isValid() ? failed : end.lastError();
    end.exec(QStringLiteral("ROLLBACK"));
    end.finish();
    takeError(reason);
}

/// In a transaction. The error that ended it, if there was one.
QSqlError FactsStore::insert(const QVector<Entry> &entries)
{
    for (const Entry &entry : entries) {
        const QVariantList values{entry.path,
                                  static_cast<qint64>(entry.identity.device),
                                  static_cast<qint64>(entry.identity.inode),
                                  entry.identity.size,
                                  entry.identity.modifiedNanoseconds,
                                  entry.identity.changedNanoseconds,
                                  today(),
                                  entry.facts};
        for (int place = 0; place < values.size(); ++place) {
            m_insert->bindValue(place, values.at(place));
        }
        if (!m_insert->exec()) {
            return m_insert->lastError();
        }
    }
    return {};
}

/// Those that were used last stay.
void FactsStore::dropHalf()
{
    run(QStringLiteral("DELETE FROM facts WHERE rowid IN (SELECT rowid FROM facts ORDER BY used, rowid LIMIT "
                       "(SELECT COUNT(*) / 2 FROM facts))"));
}

/// In a transaction. Once in a run, and whenever much was written.
void FactsStore::prune()
{
    constexpr int oftenEnough = 5000;
    if (std::exchange(m_hasPruned, true) && m_written < std::min(oftenEnough, m_limits.mostFiles / 10 + 1)) {
        return;
    }
    m_written = 0;
    run(QStringLiteral("DELETE FROM facts WHERE used < %1").arg(today() - m_limits.mostDays));
    run(QStringLiteral(
            "DELETE FROM facts WHERE rowid IN (SELECT rowid FROM facts ORDER BY used DESC, rowid DESC "
            "LIMIT -1 OFFSET %1)")
            .arg(m_limits.mostFiles));
}

/// In a transaction.
void FactsStore::noteUse()
{
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("UPDATE facts SET used = ? WHERE path = ?"));
    for (const QByteArray &path : std::exchange(m_used, {})) {
        query.bindValue(0, today());
        query.bindValue(1, path);
        query.exec();
    }
}

void FactsStore::close()
{
    if (m_state != State::Open) {
        return;
    }
    if (!m_used.isEmpty() && !m_isReadOnly && run(QStringLiteral("BEGIN IMMEDIATE"))) {
        noteUse();
        run(QStringLiteral("COMMIT"));
    }
    closeDatabase();
}

} // namespace batchwright
