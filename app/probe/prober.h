// Prober: the costly facts about files, asked from ffprobe, identify, vipsheader and dcmdump. A probe is a
// short blocking process inside a function on its own thread pool; values go in and come out as futures. These programs
// open files of unknown origin, so they run in a sandbox where there is one: a guard says how.
// Owned by Session; its methods are called on the event loop's thread.
#pragma once

#include "app/media/mediainfo.h"
#include "app/preset/toollibrary.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QProcessEnvironment>
#include <QPromise>
#include <QThreadPool>

#include <atomic>
#include <deque>
#include <functional>
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
        QString magickPolicyFolder = {}; ///< holds our policy.xml for ImageMagick; empty: none
    };

    /// How a program is really run. `program` empty: it must not.
    struct Command {
        QString program;
        QStringList arguments;
        QProcessEnvironment environment;
        QByteArray standardInput = {}; ///< is written to it
        QByteArray greeting = {};      ///< what its standard error begins with, and is not the program's
    };
    /// Makes it see an open file (read-only, by `input`, a name without folder), and little else. Called on pool threads.
    using Guard = std::function<Command(const Command &command, const QString &input, int descriptor)>;

    enum class Urgency {
        Needed,  ///< a job waits for it
        Visible, ///< its row is on screen
        Later,
    };

    explicit Prober(const Programs &programs, QObject *parent = nullptr);
    ~Prober() override; ///< ends what runs; bounded

    /// Nothing is asked until setGuard().
    void hold() { m_isHeld = true; }
    /// From the next probe on; an empty one is none: programs run as they are, with the file as standard input.
    void setGuard(const Guard &guard);

    /// The facts of a sniffed file. A file that was asked before, with the same size and time, is answered at once.
    /// The future always finishes while nothing is held; a file that cannot be read gives ProbeState::Damaged, one that
    /// must not be looked at stays ProbeState::NotAsked.
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
    Guard m_guard;
    QThreadPool m_pool;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::deque<Request> m_needed;
    std::deque<Request> m_visible;
    std::deque<Request> m_later;
    QHash<QString, MediaInfo> m_cache; ///< by path; size and time are compared
    int m_active = 0;
    bool m_isPaused = false;
    bool m_isHeld = false;
};

} // namespace batchwright
