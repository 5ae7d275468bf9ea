// WorkerProbe: asks a worker for the facts of a file. It may be of unknown origin, so only an open file is handed over, and
// the worker runs in the sandbox like every converter. Owned by Session; the event loop's thread.
#pragma once

#include "app/media/mediainfo.h"
#include "app/run/runservices.h"

#include <QFuture>
#include <QObject>

#include <memory>
#include <unordered_map>

namespace batchwright {

class WorkerProbe final : public QObject
{
    Q_OBJECT

public:
    /// `services` outlives it.
    explicit WorkerProbe(const RunServices &services, QObject *parent = nullptr);
    ~WorkerProbe() override; ///< ends what it asked; those futures give what was known

    /// Always finishes. A file that cannot be read is Damaged; where there is no worker, or no sandbox and one is required,
    /// it stays NotAsked with the problem; Busy when the system was.
    QFuture<MediaInfo> ask(const QString &path, const MediaInfo &sniffed);

private:
    struct Question;
    void put(const std::shared_ptr<Question> &question);
    void finish(const std::shared_ptr<Question> &question, const ExecutionResult &result);

    const RunServices &m_services;
    std::unordered_map<Execution *, std::shared_ptr<Question>> m_open;
};

} // namespace batchwright
