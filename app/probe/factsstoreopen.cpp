// FactsStore: its file: opened, made, and set aside when it is no good.
#include "app/probe/factsstore.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QVariant>

#include <atomic>
#include <cstdio>
#include <sys/stat.h>

namespace batchwright {

namespace {

/// Raised with every change of the tables or of what the worker finds out.
constexpr int factsVersion = 1;

} // namespace

bool FactsStore::open()
{
    if (m_state == State::Off) {
        return false;
    }
    if (m_state == State::Open) {
        return true;
    }
    const QString folder = QFileInfo(m_file).path();
    if (!QFileInfo(folder).isDir()) {
        QDir().mkpath(folder);
        ::chmod(QFile::encodeName(folder).constData(), 0700);
    }
    if (const QFileInfo info(m_file); info.exists() && !info.isFile()) {
        m_state = State::Off; // a pipe, for example, would keep us waiting
        return false;
    }
    Prepared prepared = prepare();
    if (prepared == Prepared::Damaged && !m_wasSetAside) {
        closeDatabase();
        setAside();
        prepared = prepare();
    }
    if (prepared != Prepared::Well) {
        closeDatabase();
        return false;
    }
    m_state = State::Open;
    return true;
}

FactsStore::Prepared FactsStore::prepare()
{
    static std::atomic<int> last = 0;
    m_connection = QStringLiteral("facts-%1").arg(++last);
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    m_database.setDatabaseName(m_file);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=1000"));
    if (!m_database.isValid() || !m_database.open()) {
        return Prepared::Unusable;
    }
    QSqlQuery version(m_database);
    if (!version.exec(QStringLiteral("PRAGMA user_version")) || !version.next()) {
        return isDamage(version.lastError()) ? Prepared::Damaged : Prepared::Unusable;
    }
    const int found = version.value(0).toInt();
    version.finish();
    if (found != 0 && found != factsVersion) {
        return Prepared::Damaged;
    }
    if (found == 0 && !makeTables()) {
        return Prepared::Unusable;
    }
    if (!hasRightVersion()) {
        return Prepared::Damaged;
    }
    m_find = std::make_unique<QSqlQuery>(m_database);
    m_find->setForwardOnly(true);
    m_insert = std::make_unique<QSqlQuery>(m_database);
    const bool isReady = m_find->prepare(QStringLiteral(
                             "SELECT device, inode, size, modified, changed, used, facts FROM facts "
                             "WHERE path = ?"))
                         && m_insert->prepare(QStringLiteral(
                             "INSERT OR REPLACE INTO facts (path, device, inode, size, modified, "
                             "changed, used, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    return isReady ? Prepared::Well : Prepared::Damaged;
}

/// In one transaction: another instance may make them at the same time.
bool FactsStore::makeTables()
{
    QSqlQuery query(m_database);
    // clang-format off
    const char *const statements[] = {
        "PRAGMA journal_mode = WAL",
        "BEGIN IMMEDIATE",
        R"sql(CREATE TABLE IF NOT EXISTS facts (path BLOB PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER,
            modified INTEGER, changed INTEGER, used INTEGER, facts BLOB))sql",
        "CREATE INDEX IF NOT EXISTS facts_used ON facts (used)",
        "CREATE TABLE IF NOT EXISTS maker (name TEXT)",
    };
    // clang-format on
    for (const char *statement : statements) {
        if (!query.exec(QLatin1String(statement))) {
            return false;
        }
    }
    return query.exec(QStringLiteral("PRAGMA user_version = %1").arg(factsVersion))
           && query.exec(QStringLiteral("COMMIT"));
}

/// False when the tables are not ours. What another maker found is forgotten here.
bool FactsStore::hasRightVersion()
{
    QSqlQuery query(m_database);
    // sqlite.org/pragma.html: in WAL mode NORMAL never loses consistency.
    query.exec(QStringLiteral("PRAGMA synchronous = NORMAL"));
    constexpr qint64 bytesPerPage = 4096; // SQLite's standard
    query.exec(QStringLiteral("PRAGMA max_page_count = %1")
                   .arg(m_limits.mostMegabytes * 1'000'000LL / bytesPerPage));
    if (!query.exec(QStringLiteral("SELECT name FROM maker"))) {
        return false;
    }
    if (query.next() && query.value(0).toString() == m_maker) {
        return true;
    }
    query.finish();
    query.exec(QStringLiteral("BEGIN IMMEDIATE"));
    query.exec(QStringLiteral("DELETE FROM facts"));
    query.exec(QStringLiteral("DELETE FROM maker"));
    query.prepare(QStringLiteral("INSERT INTO maker VALUES (?)"));
    query.addBindValue(m_maker);
    const bool isNoted = query.exec();
    return query.exec(QStringLiteral("COMMIT")) && isNoted;
}

void FactsStore::closeDatabase()
{
    m_find.reset();
    m_insert.reset();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
    m_state = State::Off;
}

void FactsStore::setAside()
{
    m_wasSetAside = true;
    for (const char *ending : {"-shm", "-wal", ""}) {
        const QByteArray from = QFile::encodeName(m_file + QLatin1String(ending));
        const QByteArray to = QFile::encodeName(m_file + QStringLiteral(".damaged") + QLatin1String(ending));
        ::remove(to.constData());
        ::rename(from.constData(), to.constData());
    }
}

} // namespace batchwright
