#include "app/journal/journaldatabase.h"

#include "app/preset/presetreader.h"

#include <QFile>
#include <QJsonDocument>
#include <QSqlError>
#include <QVariant>

#include <atomic>

namespace batchwright {

namespace {

constexpr int schemaVersion = 1;

// clang-format off
constexpr const char *schema[] = {
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)",
    // Presets are copied: the file may be another one, or gone, when the batch is continued.
    "CREATE TABLE settings (id INTEGER PRIMARY KEY, preset BLOB, origin TEXT, options TEXT)",
    "CREATE TABLE output (id INTEGER PRIMARY KEY, settings TEXT)",
    R"(CREATE TABLE job (id INTEGER PRIMARY KEY, batch INTEGER, number INTEGER, source TEXT, root TEXT, target TEXT,
        note TEXT, settings INTEGER, output INTEGER, variables TEXT, facts TEXT, state TEXT, attempt INTEGER,
        folder TEXT, process INTEGER, process_start INTEGER, publishing TEXT, result TEXT))",
    // Apart from the jobs, because a job that runs again forgets its result, and the file that it made is still there.
    "CREATE TABLE made (id INTEGER PRIMARY KEY, job INTEGER, batch INTEGER, source TEXT, result TEXT, path TEXT)",
};
// clang-format on

QString compact(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject parsed(const QVariant &text)
{
    return QJsonDocument::fromJson(text.toString().toUtf8()).object();
}

QJsonObject variablesToJson(const Variables &variables)
{
    QJsonObject object;
    for (auto variable = variables.cbegin(); variable != variables.cend(); ++variable) {
        object.insert(variable.key(), variable.value());
    }
    return object;
}

QVariant textOrNull(const QString &text)
{
    return text.isEmpty() ? QVariant() : QVariant(text);
}

} // namespace

QString currentBoot()
{
    QFile file(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll().trimmed()) : QString();
}

JournalDatabase::JournalDatabase(const QString &connection, const QString &file)
    : m_connection(connection), m_file(file)
{
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
    m_database.setDatabaseName(file);
}

JournalDatabase::~JournalDatabase()
{
    m_insert.reset();
    m_update.reset();
    m_insertMade.reset();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connection);
}

Error JournalDatabase::error(const QString &detail) const
{
    return {ErrorKind::JournalFailed,
            QStringLiteral("The journal %1 cannot be used: %2.").arg(m_file, detail.trimmed()),
            QStringLiteral(
                "Converting works all the same, but cannot be continued after a crash. Check the free space "
                "and the permissions of its folder."),
            detail};
}

Result<std::unique_ptr<JournalDatabase>> JournalDatabase::open(const QString &file, Access access)
{
    static std::atomic<int> last = 0;
    std::unique_ptr<JournalDatabase> database(
        new JournalDatabase(QStringLiteral("journal-%1").arg(++last), file));
    if (const Outcome prepared = database->prepareFile(access); !prepared) {
        return prepared.error();
    }
    return database;
}

Outcome JournalDatabase::prepareFile(Access access)
{
    // Another instance may look at the file for a moment; SQLite waits for it.
    QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000");
    // Killed while it changed one that is settled, SQLite left the way back beside it, and must write to go it.
    const bool isHalfChanged = access == Access::Read && QFile::exists(m_file + QStringLiteral("-journal"));
    if ((access == Access::Read && !isHalfChanged) || access == Access::Salvage) {
        options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    }
    m_database.setConnectOptions(options);
    if (!m_database.isValid()) {
        return error(QStringLiteral("Qt's SQLite driver is missing (package libqt6sql6-sqlite)"));
    }
    if (!m_database.open()) {
        return error(m_database.lastError().text());
    }
    if (access == Access::Salvage) {
        // SQLite refuses a file that is shorter than its header says, but not while this is on (btree.c, lockBtree).
        static_cast<void>(run(QStringLiteral("PRAGMA writable_schema = ON")));
    }
    if (access != Access::Create) {
        QSqlQuery version(m_database);
        if (!version.exec(QStringLiteral("PRAGMA user_version")) || !version.next()) {
            return error(version.lastError().text());
        }
        const int found = version.value(0).toInt();
        if (found == 0 && m_database.tables().isEmpty()) {
            return error(emptyJournalDetail);
        }
        return found == schemaVersion
                   ? Outcome(Done{})
                   : Outcome(error(QStringLiteral("it is of another version of Batchwright")));
    }
    // Before the file becomes one with a log, which writes a page of it: killed in between, it holds all or nothing.
    if (const Outcome begun = begin(Durability::Process); !begun) {
        return begun;
    }
    for (const char *statement : schema) {
        if (const Outcome made = run(QLatin1String(statement)); !made) {
            return made;
        }
    }
    if (const Outcome marked = run(QStringLiteral("PRAGMA user_version = %1").arg(schemaVersion)); !marked) {
        return marked;
    }
    const Outcome made = commit();
    return made ? run(QStringLiteral("PRAGMA journal_mode = WAL")) : made;
}

void JournalDatabase::settle()
{
    static_cast<void>(run(QStringLiteral("PRAGMA journal_mode = DELETE")));
}

Outcome JournalDatabase::run(const QString &sql)
{
    QSqlQuery query(m_database);
    if (!query.exec(sql)) {
        return error(query.lastError().text());
    }
    return Done{};
}

Outcome JournalDatabase::begin(Durability durability)
{
    // sqlite.org/pragma.html#pragma_synchronous: in WAL mode NORMAL never loses consistency, FULL syncs each commit.
    const Outcome set = run(durability == Durability::Power ? QStringLiteral("PRAGMA synchronous = FULL")
                                                            : QStringLiteral("PRAGMA synchronous = NORMAL"));
    return set ? run(QStringLiteral("BEGIN IMMEDIATE")) : set;
}

Outcome JournalDatabase::commit()
{
    return run(QStringLiteral("COMMIT"));
}

void JournalDatabase::rollback()
{
    static_cast<void>(run(QStringLiteral("ROLLBACK")));
}

Outcome JournalDatabase::writeMeta(const QString &key, const QString &value)
{
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
    query.addBindValue(key);
    query.addBindValue(value);
    return query.exec() ? Outcome(Done{}) : Outcome(error(query.lastError().text()));
}

QString JournalDatabase::meta(const QString &key)
{
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("SELECT value FROM meta WHERE key = ?"));
    query.addBindValue(key);
    return query.exec() && query.next() ? query.value(0).toString() : QString();
}

QStringList JournalDatabase::metaKeys(const QString &prefix)
{
    QStringList keys;
    QSqlQuery query(m_database);
    query.exec(QStringLiteral("SELECT key FROM meta"));
    while (query.next()) {
        if (query.value(0).toString().startsWith(prefix)) {
            keys.append(query.value(0).toString());
        }
    }
    return keys;
}

// -- Writing jobs

Result<qint64> JournalDatabase::settingsId(const JobSettingsPointer &settings)
{
    if (!settings) {
        return qint64{0};
    }
    if (const auto known = m_settingsIds.constFind(settings); known != m_settingsIds.constEnd()) {
        return *known;
    }
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("INSERT INTO settings (preset, origin, options) VALUES (?, ?, ?)"));
    query.addBindValue(settings->preset->json);
    query.addBindValue(settings->preset->origin);
    query.addBindValue(compact(toJson(settings->options, *settings->preset)));
    if (!query.exec()) {
        return error(query.lastError().text());
    }
    const qint64 id = query.lastInsertId().toLongLong();
    m_settingsIds.insert(settings, id);
    return id;
}

Result<qint64> JournalDatabase::outputId(const OutputSettingsPointer &output)
{
    if (!output) {
        return qint64{0};
    }
    if (const auto known = m_outputIds.constFind(output); known != m_outputIds.constEnd()) {
        return *known;
    }
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("INSERT INTO output (settings) VALUES (?)"));
    query.addBindValue(compact(toJson(*output)));
    if (!query.exec()) {
        return error(query.lastError().text());
    }
    const qint64 id = query.lastInsertId().toLongLong();
    m_outputIds.insert(output, id);
    return id;
}

Outcome JournalDatabase::writeRows(const QVector<JournalRow> &rows)
{
    for (const JournalRow &row : rows) {
        if (const Outcome written = writeRow(row); !written) {
            return written;
        }
    }
    return Done{};
}

Outcome JournalDatabase::writeRow(const JournalRow &row)
{
    if (!m_insert) {
        m_insert = std::make_unique<QSqlQuery>(m_database);
        m_insert->prepare(
            QStringLiteral("INSERT OR REPLACE INTO job (id, batch, number, source, root, target, note, "
                           "settings, output, variables, facts, state, attempt, result) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    }
    const Result<qint64> settings = settingsId(row.job.settings);
    const Result<qint64> output = outputId(row.job.output);
    if (!settings || !output) {
        return settings ? output.error() : settings.error();
    }
    const bool hasEnded = isFinished(jobStateOf(row.state));
    QJsonObject facts = sniffedFactsToJson(row.job.facts);
    if (!row.job.canonicalSource.isEmpty()) {
        facts.insert(QStringLiteral("canonical"), row.job.canonicalSource);
    }
    const QVariantList values{static_cast<qint64>(row.job.id),
                              row.batch,
                              row.number,
                              row.job.source,
                              row.job.root,
                              textOrNull(row.job.target),
                              textOrNull(row.job.planNote),
                              *settings,
                              *output,
                              row.job.variables.isEmpty()
                                  ? QVariant()
                                  : QVariant(compact(variablesToJson(row.job.variables))),
                              compact(facts),
                              journalStateId(row.state),
                              row.job.attempt,
                              hasEnded ? QVariant(compact(toJson(row.job.result()))) : QVariant()};
    for (int place = 0; place < values.size(); ++place) {
        m_insert->bindValue(place, values.at(place));
    }
    if (!m_insert->exec()) {
        return error(m_insert->lastError().text());
    }
    if (row.state == JournalState::Done && !row.job.result().outputPath.isEmpty()) {
        return writeMade(static_cast<quint64>(row.job.id), row.batch, row.job.source, row.job.result());
    }
    return Done{};
}

Outcome JournalDatabase::update(quint64 job, const JournalUpdate &update)
{
    if (!m_update) {
        m_update = std::make_unique<QSqlQuery>(m_database);
        m_update->prepare(QStringLiteral(
            "UPDATE job SET state = ?, attempt = coalesce(?, attempt), folder = coalesce(?, folder), "
            "process = coalesce(?, process), process_start = coalesce(?, process_start), "
            "publishing = coalesce(?, publishing), result = ? WHERE id = ?"));
    }
    const qint64 start = update.processId > 0 && !update.result ? processStartTicks(update.processId) : 0;
    m_update->bindValue(0, journalStateId(update.state));
    m_update->bindValue(1, update.attempt > 0 ? QVariant(update.attempt) : QVariant());
    m_update->bindValue(2, textOrNull(update.privateFolder));
    m_update->bindValue(3, start > 0 ? QVariant(update.processId) : QVariant());
    m_update->bindValue(4, start > 0 ? QVariant(start) : QVariant());
    m_update->bindValue(5, update.publishing ? QVariant(compact(toJson(*update.publishing))) : QVariant());
    m_update->bindValue(6, update.result ? QVariant(compact(toJson(*update.result))) : QVariant());
    m_update->bindValue(7, job);
    if (!m_update->exec()) {
        return error(m_update->lastError().text());
    }
    if (update.state != JournalState::Done || !update.result || update.result->outputPath.isEmpty()) {
        return Done{};
    }
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("SELECT batch, source FROM job WHERE id = ?"));
    query.addBindValue(job);
    if (!query.exec() || !query.next()) {
        return error(query.lastError().text());
    }
    return writeMade(job, query.value(0).toInt(), query.value(1).toString(), *update.result);
}

Outcome JournalDatabase::writeMade(quint64 job, int batch, const QString &source, const JobResult &result)
{
    if (!m_insertMade) {
        m_insertMade = std::make_unique<QSqlQuery>(m_database);
        m_insertMade->prepare(
            QStringLiteral("INSERT INTO made (job, batch, source, result, path) VALUES (?, ?, ?, ?, ?)"));
    }
    m_insertMade->bindValue(0, job);
    m_insertMade->bindValue(1, batch);
    m_insertMade->bindValue(2, source);
    m_insertMade->bindValue(3, compact(toJson(result)));
    m_insertMade->bindValue(4, result.outputPath);
    return m_insertMade->exec() ? Outcome(Done{}) : Outcome(error(m_insertMade->lastError().text()));
}

Outcome JournalDatabase::forgetMade(const QVector<qint64> &ids)
{
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("DELETE FROM made WHERE id = ?"));
    for (const qint64 id : ids) {
        query.bindValue(0, id);
        if (!query.exec()) {
            return error(query.lastError().text());
        }
    }
    return Done{};
}

// -- Reading

JobSettingsPointer JournalDatabase::readSettings(qint64 id)
{
    if (const auto known = m_readSettings.constFind(id); known != m_readSettings.constEnd()) {
        return *known;
    }
    JobSettingsPointer settings;
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("SELECT preset, origin, options FROM settings WHERE id = ?"));
    query.addBindValue(id);
    if (id > 0 && query.exec() && query.next()) {
        const Result<Preset> preset = readPreset(query.value(0).toByteArray(), query.value(1).toString());
        if (preset) {
            const auto shared = std::make_shared<const Preset>(*preset);
            settings = std::make_shared<const JobSettings>(
                JobSettings{shared, optionValuesFromJson(parsed(query.value(2)), *shared)});
        }
    }
    m_readSettings.insert(id, settings);
    return settings;
}

OutputSettingsPointer JournalDatabase::readOutput(qint64 id)
{
    if (const auto known = m_readOutputs.constFind(id); known != m_readOutputs.constEnd()) {
        return *known;
    }
    OutputSettingsPointer output;
    QSqlQuery query(m_database);
    query.prepare(QStringLiteral("SELECT settings FROM output WHERE id = ?"));
    query.addBindValue(id);
    if (id > 0 && query.exec() && query.next()) {
        output = std::make_shared<const OutputSettings>(outputSettingsFromJson(parsed(query.value(0))));
    }
    m_readOutputs.insert(id, output);
    return output;
}

JournalRow JournalDatabase::readRow(const QSqlQuery &query)
{
    JournalRow row;
    row.job.id = JobId{query.value(0).toULongLong()};
    row.batch = query.value(1).toInt();
    row.number = query.value(2).toInt();
    row.job.source = query.value(3).toString();
    row.job.root = query.value(4).toString();
    row.job.target = query.value(5).toString();
    row.job.planNote = query.value(6).toString();
    row.job.settings = readSettings(query.value(7).toLongLong());
    row.job.output = readOutput(query.value(8).toLongLong());
    const QJsonObject variables = parsed(query.value(9));
    for (auto variable = variables.constBegin(); variable != variables.constEnd(); ++variable) {
        row.job.variables.insert(variable.key(), variable->toString());
    }
    const QJsonObject facts = parsed(query.value(10));
    row.job.facts = sniffedFactsFromJson(facts);
    row.job.canonicalSource = facts[QStringLiteral("canonical")].toString();
    row.state = journalStateFromId(query.value(11).toString());
    row.job.state = jobStateOf(row.state);
    row.job.attempt = query.value(12).toInt();
    row.privateFolder = query.value(13).toString();
    row.processId = query.value(14).toLongLong();
    row.processStart = query.value(15).toLongLong();
    if (!query.value(16).isNull()) {
        row.publishing = publishingFromJson(parsed(query.value(16)));
    }
    row.job.setResult(jobResultFromJson(parsed(query.value(17))));
    return row;
}

JournalDatabase::Rows JournalDatabase::readRows(Which which)
{
    Rows found;
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    const QString condition = which == Which::Unfinished
                                  ? QStringLiteral(" WHERE state IN ('queued', 'started', 'publishing')")
                                  : QString();
    if (!query.exec(QStringLiteral(
                        "SELECT id, batch, number, source, root, target, note, settings, output, variables, "
                        "facts, state, attempt, folder, process, process_start, publishing, result FROM job")
                    + condition + QStringLiteral(" ORDER BY id"))) {
        found.damage = error(query.lastError().text());
        return found;
    }
    while (query.next()) {
        found.rows.append(readRow(query));
    }
    // next() is false at the end and at a page that cannot be read; only the error tells them apart.
    if (query.lastError().isValid()) {
        found.damage = error(query.lastError().text());
    }
    return found;
}

Result<JournalCounts> JournalDatabase::counts()
{
    QSqlQuery query(m_database);
    if (!query.exec(QStringLiteral("SELECT state, count(*) FROM job GROUP BY state"))) {
        return error(query.lastError().text());
    }
    JournalCounts counts;
    while (query.next()) {
        const qint64 number = query.value(1).toLongLong();
        switch (journalStateFromId(query.value(0).toString())) {
        case JournalState::Queued:
            counts.left = number;
            break;
        case JournalState::Started:
        case JournalState::Publishing:
            counts.inProgress += number;
            break;
        case JournalState::Done:
            counts.done = number;
            break;
        case JournalState::Skipped:
            counts.skipped = number;
            break;
        case JournalState::Failed:
            counts.failed = number;
            break;
        case JournalState::Cancelled:
            counts.cancelled = number;
            break;
        }
    }
    if (query.lastError().isValid()) {
        return error(query.lastError().text());
    }
    return counts;
}

Result<QVector<MadeResult>> JournalDatabase::made()
{
    QSqlQuery query(m_database);
    if (!query.exec(QStringLiteral("SELECT id, job, batch, source, result FROM made ORDER BY id DESC"))) {
        return error(query.lastError().text());
    }
    QVector<MadeResult> made;
    while (query.next()) {
        made.append({query.value(0).toLongLong(), query.value(1).toULongLong(), query.value(2).toInt(),
                     query.value(3).toString(), jobResultFromJson(parsed(query.value(4)))});
    }
    if (query.lastError().isValid()) {
        return error(query.lastError().text());
    }
    return made;
}

Result<QStringList> JournalDatabase::unfinishedTargets()
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("SELECT target FROM job WHERE target IS NOT NULL AND state IN "
                                   "('queued', 'started', 'publishing')"))) {
        return error(query.lastError().text());
    }
    QStringList targets;
    while (query.next()) {
        targets.append(query.value(0).toString());
    }
    return targets;
}

} // namespace batchwright
