#include "app/probe/factscache.h"

#include "app/base/keptthreads.h"
#include "app/base/whendone.h"
#include "app/probe/factsstore.h"
#include "app/worker/message.h"

#include <QFile>
#include <QtConcurrentRun>

#include <sys/stat.h>
#include <time.h>
#include <utility>

namespace batchwright {

namespace {

constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

qint64 nanoseconds(const struct timespec &time)
{
    return qint64{time.tv_sec} * nanosecondsPerSecond + time.tv_nsec;
}

qint64 nanosecondsNow()
{
    struct timespec now = {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now);
}

/// As a worker says it: bounded, and refused when it is not whole.
QByteArray factsToBytes(const MediaInfo &facts)
{
    worker::DoneAnswer answer;
    answer.facts = facts;
    return worker::encode(worker::Answer{0, answer});
}

std::optional<MediaInfo> factsFromBytes(const QByteArray &bytes, const MediaInfo &sniffed)
{
    const Result<worker::Answer> answer = worker::decodeAnswer(bytes);
    const auto *done = answer ? std::get_if<worker::DoneAnswer>(&answer->content) : nullptr;
    if (!done || done->facts.probe != ProbeState::Known) {
        return std::nullopt;
    }
    MediaInfo facts = done->facts;
    facts.bytes = sniffed.bytes;
    facts.modifiedNanoseconds = sniffed.modifiedNanoseconds;
    return facts;
}

} // namespace

std::optional<FileIdentity> identityOf(const QString &path)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
        return std::nullopt;
    }
    return FileIdentity{status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
                        nanoseconds(status.st_ctim)};
}

FactsCache::FactsCache(const QString &file, const QString &maker, const Limits &limits, const Clock &clock,
                       QObject *parent)
    : QObject(parent),
      m_limits(limits),
      m_store(std::make_shared<FactsStore>(
          file, maker, FactsStore::Limits{limits.mostFiles, limits.mostMegabytes, limits.mostDays}, clock))
{
    constexpr int writeDelay = 1000; // ms
    m_timer.setSingleShot(true);
    m_timer.setInterval(writeDelay);
    connect(&m_timer, &QTimer::timeout, this, &FactsCache::write);
    m_pool.setMaxThreadCount(1);
    m_pool.setObjectName(QStringLiteral("facts"));
    keepThreads(m_pool);
}

FactsCache::~FactsCache()
{
    write();
    m_pool.start([store = m_store] { store->close(); });
    m_pool.waitForDone();
}

QFuture<FactsCache::Found> FactsCache::find(const QString &path, const MediaInfo &sniffed)
{
    return QtConcurrent::run(&m_pool, [store = m_store, path, sniffed] {
        Found found;
        found.identity = identityOf(path);
        if (!found.identity || found.identity->size != sniffed.bytes
            || found.identity->modifiedNanoseconds != sniffed.modifiedNanoseconds) {
            return found;
        }
        if (const QByteArray bytes = store->find(QFile::encodeName(path), *found.identity);
            !bytes.isEmpty()) {
            found.facts = factsFromBytes(bytes, sniffed);
        }
        return found;
    });
}

void FactsCache::keep(const QString &path, const std::optional<FileIdentity> &identity,
                      const MediaInfo &facts)
{
    constexpr qint64 nanosecondsPerMillisecond = 1'000'000;
    if (!identity || facts.probe != ProbeState::Known
        || identity->changedNanoseconds + m_limits.settleMilliseconds * nanosecondsPerMillisecond
               > nanosecondsNow()) {
        return;
    }
    m_waiting.append({QFile::encodeName(path), *identity, factsToBytes(facts)});
    constexpr qsizetype mostWaiting = 500;
    if (m_waiting.size() >= mostWaiting) {
        write();
    } else if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void FactsCache::write()
{
    if (!m_waiting.isEmpty()) {
        m_pool.start([store = m_store, entries = std::exchange(m_waiting, {})] { store->write(entries); });
    }
}

Prober::Ask askCacheFirst(FactsCache &cache, Prober::Ask ask)
{
    return [&cache, ask = std::move(ask)](const QString &path, const MediaInfo &sniffed) {
        const auto promise = std::make_shared<QPromise<MediaInfo>>();
        promise->start();
        const auto answer = [promise](const MediaInfo &facts) {
            promise->addResult(facts);
            promise->finish();
        };
        whenDone(cache.find(path, sniffed), &cache, [=, &cache](const FactsCache::Found &found) {
            if (found.facts) {
                answer(*found.facts);
                return;
            }
            whenDone(ask(path, sniffed), &cache, [=, &cache](const MediaInfo &facts) {
                cache.keep(path, found.identity, facts);
                answer(facts);
            });
        });
        return promise->future();
    };
}

} // namespace batchwright
