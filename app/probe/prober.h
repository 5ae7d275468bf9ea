// Prober: the costly facts about files, in the order in which they are wanted, each asked once. Who is asked is handed in
// (WorkerProbe); this is the queue before it, and the cache behind it. Owned by Session; the event loop's thread.
#pragma once

#include "app/media/mediainfo.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QPromise>

#include <deque>
#include <functional>
#include <memory>

namespace batchwright {

class Prober final : public QObject
{
    Q_OBJECT

public:
    enum class Urgency {
        Needed,  ///< a job waits for it
        Visible, ///< its row is on screen
        Later,
    };
    /// Gives the facts of a file that was sniffed. The future always finishes.
    using Ask = std::function<QFuture<MediaInfo>(const QString &path, const MediaInfo &sniffed)>;

    /// `most`: how many are asked at a time.
    Prober(Ask ask, int most, QObject *parent = nullptr);

    /// Nothing is asked until release().
    void hold() { m_isHeld = true; }
    void release();

    /// The facts of a sniffed file. Kinds without more facts, and a file that was asked before, with the same size and time, are answered at once.
    /// The future always finishes while nothing is held; a file that cannot be read gives ProbeState::Damaged, one that
    /// could not be looked at stays ProbeState::NotAsked, or Busy.
    QFuture<MediaInfo> probe(const QString &path, const MediaInfo &sniffed, Urgency urgency);
    /// Drops what nobody waits for: the rows that are on screen changed.
    void dropVisible();
    /// Probes that no job needs wait while converters run: the cores are theirs.
    void setBackgroundPaused(bool paused);
    /// Kinds that have more facts than the sniffer gives.
    static bool hasMoreFacts(MediaKind kind) { return kind != MediaKind::Text && kind != MediaKind::Other; }

private:
    struct Request {
        QString path;
        MediaInfo sniffed;
        std::shared_ptr<QPromise<MediaInfo>> promise;
    };
    void pump();
    void run(const Request &request);

    Ask m_ask;
    int m_most;
    std::deque<Request> m_needed;
    std::deque<Request> m_visible;
    std::deque<Request> m_later;
    QHash<QString, MediaInfo> m_cache; ///< by path; size and time are compared
    int m_active = 0;
    bool m_isPaused = false;
    bool m_isHeld = false;
};

} // namespace batchwright
