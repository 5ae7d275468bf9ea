// WorkerDesk: hands questions about single files to workers: facts, small pictures. The file may be of unknown origin, so
// only an open file is handed over, and the worker runs in the sandbox like every converter. No more of them are asked at a
// time than it is told: each one more that answers must be started first, which takes as long as several answers. Owned by
// Session; the event loop's thread.
#pragma once

#include "app/run/runservices.h"
#include "app/target/workerpool.h"
#include "app/worker/channel.h"

#include <QFuture>
#include <QObject>

#include <deque>
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
    /// Later: when nobody waits for a Now, which somebody looks for on the screen.
    enum class Urgency { Now, Later };

    /// `services` outlives it. `most`: questions that are with workers at a time.
    WorkerDesk(const RunServices &services, int most, QObject *parent = nullptr);
    ~WorkerDesk() override; ///< ends what it asked; those futures end without a result

    /// Ends within a minute of its turn. `result`: for what the task writes, where it writes something.
    QFuture<WorkerReply> ask(const QString &path, const worker::Request &request,
                             const std::shared_ptr<const worker::OpenFile> &result = nullptr,
                             Urgency urgency = Urgency::Now);

    /// Questions will come soon: as many workers as may be asked at a time are started, unless they are there.
    void expectQuestions(WorkerPool &workers) const;

private:
    struct Question;
    using QuestionPointer = std::shared_ptr<Question>;
    /// Questions of one urgency. Some are opened ahead, so that no worker waits for that.
    struct Line {
        std::deque<QuestionPointer> waiting;
        int opening = 0;
        std::deque<QuestionPointer> opened;
    };
    void pump();
    void open(const QuestionPointer &question, Line &line);
    void put(const QuestionPointer &question);
    static void end(Question &question, const WorkerReply &reply);
    ExecutionRequest request(const QString &program) const;

    const RunServices &m_services;
    int m_most;
    Line m_now;
    Line m_later;
    int m_asked = 0; ///< questions that are with workers
    std::unordered_map<Execution *, std::shared_ptr<Question>> m_open;
};

} // namespace batchwright
