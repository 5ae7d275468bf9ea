// Prober: the costly facts about files, asked from ffprobe, identify, vipsheader and dcmdump. A probe is a
// short blocking process inside a function on its own thread pool; values go in and come out as futures.
// Owned by Session; its methods are called on the event loop's thread.
#pragma once

#include "app/media/mediainfo.h"
#include "app/preset/toollibrary.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QPromise>
#include <QThreadPool>

#include <atomic>
#include <deque>
#include <memory>

namespace batchwright {

class Prober final : public QObject
{
    Q_OBJECT

public:
    /// Programs that read facts, resolved once.
    struct Programs {
        QString ffprobe;
        QString identify;
        QString vipsheader;
        QString dcmdump;
    };

    enum class Urgency {
        Needed,  ///< a job waits for it
        Visible, ///< its row is on screen
        Later,
    };

    explicit Prober(const Programs &programs, QObject *parent = nullptr);
    ~Prober() override; ///< ends what runs; bounded

    /// The facts of a sniffed file. A file that was asked before, with the same size and time, is answered at once.
    /// The future always finishes; a file that cannot be read gives ProbeState::Damaged.
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

    Programs m_programs;
    QThreadPool m_pool;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::deque<Request> m_needed;
    std::deque<Request> m_visible;
    std::deque<Request> m_later;
    QHash<QString, MediaInfo> m_cache; ///< by path; size and time are compared
    int m_active = 0;
    bool m_isPaused = false;
};

} // namespace batchwright
