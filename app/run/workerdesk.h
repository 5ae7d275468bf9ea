// WorkerDesk: hands questions about single files to workers: facts, small pictures. The file may be of unknown origin, so
// only an open file is handed over, and the worker runs in the sandbox like every converter. Owned by Session; the event
// loop's thread.
#pragma once

#include "app/run/runservices.h"
#include "app/worker/channel.h"

#include <QFuture>
#include <QObject>

#include <memory>
#include <unordered_map>

namespace batchwright {

struct WorkerReply {
    std::optional<Error>
        problem; ///< the file could not be opened, or there is no worker; then nothing was asked
    ExecutionResult result;
};

class WorkerDesk final : public QObject
{
    Q_OBJECT

public:
    /// `services` outlives it.
    explicit WorkerDesk(const RunServices &services, QObject *parent = nullptr);
    ~WorkerDesk() override; ///< ends what it asked; those futures end without a result

    /// Ends within a minute. `result`: for what the task writes, where it writes something.
    QFuture<WorkerReply> ask(const QString &path, const worker::Request &request,
                             const std::shared_ptr<const worker::OpenFile> &result = nullptr);

private:
    struct Question;
    void put(const std::shared_ptr<Question> &question);

    const RunServices &m_services;
    std::unordered_map<Execution *, std::shared_ptr<Question>> m_open;
};

} // namespace batchwright
