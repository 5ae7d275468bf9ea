#include "app/probe/prober.h"

#include "app/base/whendone.h"

#include <utility>

namespace batchwright {

Prober::Prober(Ask ask, int most, QObject *parent) : QObject(parent), m_ask(std::move(ask)), m_most(most) {}

QFuture<MediaInfo> Prober::probe(const QString &path, const MediaInfo &sniffed, Urgency urgency)
{
    const Request request{path, sniffed, std::make_shared<QPromise<MediaInfo>>()};
    request.promise->start();
    const QFuture<MediaInfo> future = request.promise->future();
    if (!hasMoreFacts(sniffed.kind)) {
        MediaInfo all = sniffed;
        all.probe = ProbeState::Known;
        request.promise->addResult(all);
        request.promise->finish();
        return future;
    }
    const auto known = m_cache.constFind(path);
    if (known != m_cache.constEnd() && known->bytes == sniffed.bytes
        && known->modifiedNanoseconds == sniffed.modifiedNanoseconds) {
        request.promise->addResult(*known);
        request.promise->finish();
        return future;
    }
    (urgency == Urgency::Needed    ? m_needed
     : urgency == Urgency::Visible ? m_visible
                                   : m_later)
        .push_back(request);
    pump();
    return future;
}

void Prober::dropVisible()
{
    for (Request &request : m_visible) {
        m_later.push_back(std::move(request));
    }
    m_visible.clear();
}

void Prober::setBackgroundPaused(bool paused)
{
    m_isPaused = paused;
    pump();
}

void Prober::release()
{
    m_isHeld = false;
    pump();
}

void Prober::pump()
{
    while (!m_isHeld && m_active < m_most) {
        std::deque<Request> *queue = !m_needed.empty()    ? &m_needed
                                     : m_isPaused         ? nullptr
                                     : !m_visible.empty() ? &m_visible
                                     : !m_later.empty()   ? &m_later
                                                          : nullptr;
        if (!queue) {
            return;
        }
        const Request request = std::move(queue->front());
        queue->pop_front();
        run(request);
    }
}

void Prober::run(const Request &request)
{
    ++m_active;
    whenDone(m_ask(request.path, request.sniffed), this, [this, request](const MediaInfo &info) {
        --m_active;
        if (info.probe == ProbeState::Known || info.probe == ProbeState::Damaged) {
            m_cache.insert(request.path, info);
        }
        request.promise->addResult(info);
        request.promise->finish();
        pump();
    });
}

} // namespace batchwright
