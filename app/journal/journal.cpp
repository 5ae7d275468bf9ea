#include "app/journal/journal.h"

#include "app/journal/journaldatabase.h"

#include <QDateTime>
#include <QFile>
#include <QThread>

#include <utility>

namespace batchwright {

Journal::Journal(const RunFolder &folder, const QString &token, const QStringList &temporaryPrefixes,
                 QObject *parent)
    : QObject(parent), m_folder(folder), m_token(token)
{
    const Outcome made = m_folder.make();
    Result<FileLock> lock =
        made ? FileLock::tryTake(m_folder.lockFile(token)) : Result<FileLock>(made.error());
    if (!lock) {
        m_startProblem = lock.error();
    } else {
        m_lock = std::move(*lock);
        if (const Outcome written = m_lock->write(temporaryPrefixes.join(QChar(u'\0')).toUtf8()); !written) {
            m_startProblem = written.error();
        }
    }
    m_thread = QThread::create([this] { writeUntilStopped(); });
    m_thread->setObjectName(QStringLiteral("journal"));
    m_thread->start();
}

Journal::~Journal()
{
    {
        const std::lock_guard locked(m_mutex);
        m_isStopping = true;
    }
    m_changed.notify_one();
    m_thread->wait();
    delete m_thread;
}

QFuture<Done> Journal::waitForWrite()
{
    QPromise<Done> promise;
    QFuture<Done> future = promise.future();
    promise.start();
    m_waiting.push_back(std::move(promise));
    m_isDirty = true;
    m_isUrgent = true;
    return future;
}

QFuture<Done> Journal::queue(const QVector<JournalRow> &rows, const QStringList &adopted, qint64 unwritten)
{
    QFuture<Done> future;
    {
        const std::lock_guard locked(m_mutex);
        m_stages.push_back({rows, adopted, {}, {}, unwritten});
        future = waitForWrite();
    }
    m_changed.notify_one();
    return future;
}

void Journal::endList()
{
    {
        const std::lock_guard locked(m_mutex);
        m_stages.back().unwritten = 0;
        m_isDirty = true;
    }
    m_changed.notify_one();
}

void Journal::mergeUpdate(JobId job, const JournalUpdate &update)
{
    JournalUpdate &known = m_stages.back().updates[static_cast<quint64>(job)];
    known.state = update.state;
    known.attempt = update.attempt > 0 ? update.attempt : known.attempt;
    known.privateFolder = update.privateFolder.isEmpty() ? known.privateFolder : update.privateFolder;
    known.processId = update.processId > 0 ? update.processId : known.processId;
    known.publishing = update.publishing ? update.publishing : known.publishing;
    known.result = update.result; // an attempt that begins forgets how the one before it ended
    m_isDirty = true;
}

void Journal::update(JobId job, const JournalUpdate &update)
{
    bool isFirst = false;
    {
        const std::lock_guard locked(m_mutex);
        isFirst = !m_isDirty;
        mergeUpdate(job, update);
    }
    // While the writer gathers, it would wake for each of them only to go on waiting: three times for every short job, on
    // a core that a converter could use.
    if (isFirst) {
        m_changed.notify_one();
    }
}

void Journal::updateDurably(JobId job, const JournalUpdate &update)
{
    QFuture<Done> written;
    {
        const std::lock_guard locked(m_mutex);
        mergeUpdate(job, update);
        m_isDurable = true;
        written = waitForWrite();
    }
    m_changed.notify_one();
    written.waitForFinished();
}

QFuture<Done> Journal::forgetMade(const QVector<qint64> &ids)
{
    QFuture<Done> future;
    {
        const std::lock_guard locked(m_mutex);
        m_stages.back().forgotten += ids;
        future = waitForWrite();
    }
    m_changed.notify_one();
    return future;
}

QFuture<Done> Journal::flush()
{
    QFuture<Done> future;
    {
        const std::lock_guard locked(m_mutex);
        future = waitForWrite();
    }
    m_changed.notify_one();
    return future;
}

// -- The writer's thread

void Journal::writeUntilStopped()
{
    std::unique_lock locked(m_mutex);
    for (;;) {
        m_changed.wait(locked, [this] { return m_isDirty || m_isStopping; });
        if (!m_isUrgent && !m_isStopping) {
            m_changed.wait_for(locked, std::chrono::milliseconds(gatherMilliseconds),
                               [this] { return m_isUrgent || m_isStopping; });
        }
        const std::vector<Stage> stages = std::exchange(m_stages, std::vector<Stage>(1));
        std::vector<QPromise<Done>> waiting = std::exchange(m_waiting, {});
        const bool isDirty = std::exchange(m_isDirty, false);
        const bool isDurable = std::exchange(m_isDurable, false);
        const bool isStopping = m_isStopping;
        m_isUrgent = false;
        locked.unlock();
        if (isDirty && !m_hasFailed) {
            // A journal that could not be made is told when it is first missed; by then somebody listens.
            const Outcome written =
                m_startProblem ? Outcome(*m_startProblem) : writeStages(stages, isDurable);
            if (!written) {
                m_hasFailed = true;
                emit failed(written.error());
            }
        }
        for (QPromise<Done> &promise : waiting) {
            promise.addResult(Done{});
            promise.finish();
        }
        if (isStopping) {
            finishFiles();
            return;
        }
        locked.lock();
    }
}

Outcome Journal::openDatabase()
{
    if (m_database) {
        return Done{};
    }
    Result<std::unique_ptr<JournalDatabase>> opened =
        JournalDatabase::open(file(), JournalDatabase::Access::Create);
    if (!opened) {
        return opened.error();
    }
    m_database = std::move(*opened);
    const Outcome dated =
        m_database->writeMeta(startedKey, QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    return dated ? m_database->writeMeta(bootKey, currentBoot()) : dated;
}

Outcome Journal::writeStages(const std::vector<Stage> &stages, bool durably)
{
    const bool isNeeded = std::any_of(stages.cbegin(), stages.cend(), [this](const Stage &stage) {
        return !stage.rows.isEmpty() || !stage.updates.isEmpty() || !stage.forgotten.isEmpty()
               || stage.unwritten.value_or(0) != m_unwritten;
    });
    if (!isNeeded) {
        return Done{};
    }
    if (const Outcome opened = openDatabase(); !opened) {
        return opened;
    }
    const auto durability =
        durably ? JournalDatabase::Durability::Power : JournalDatabase::Durability::Process;
    if (const Outcome begun = m_database->begin(durability); !begun) {
        return begun;
    }
    for (const Stage &stage : stages) {
        if (const Outcome written = writeStage(stage); !written) {
            m_database->rollback();
            return written;
        }
    }
    return m_database->commit();
}

Outcome Journal::writeStage(const Stage &stage)
{
    for (const QString &token : stage.adopted) {
        if (const Outcome written = m_database->writeMeta(adoptedPrefix + token, QString()); !written) {
            return written;
        }
    }
    if (const Outcome written = m_database->writeRows(stage.rows); !written) {
        return written;
    }
    if (stage.unwritten && *stage.unwritten != m_unwritten) {
        if (const Outcome written = m_database->writeMeta(unwrittenKey, QString::number(*stage.unwritten));
            !written) {
            return written;
        }
        m_unwritten = *stage.unwritten;
    }
    for (auto update = stage.updates.cbegin(); update != stage.updates.cend(); ++update) {
        if (const Outcome written = m_database->update(update.key(), *update); !written) {
            return written;
        }
    }
    return m_database->forgetMade(stage.forgotten);
}

void Journal::finishFiles()
{
    if (m_database && m_hasFailed) {
        // What it says is not true any more, and we come to our end by ourselves: nothing is to be continued.
        m_database.reset();
        RunFolder::removeDatabase(file());
    } else if (m_database) {
        const Result<JournalCounts> counts = m_database->counts();
        const Result<QVector<MadeResult>> made = m_database->made();
        m_database->settle();
        m_database.reset();
        if (counts && made && counts->unfinished() == 0) {
            if (made->isEmpty()) {
                RunFolder::removeDatabase(file());
            } else {
                static_cast<void>(RunFolder::renameDatabase(file(), m_folder.finishedFile(m_token)));
            }
        }
    }
    if (m_lock) {
        m_lock->remove();
    }
}

} // namespace batchwright
