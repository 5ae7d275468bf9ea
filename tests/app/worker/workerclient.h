// WorkerClient: a host for tests and measurements. Starts the real worker with one end of a socket pair as its
// an open descriptor, sends requests and collects answers. Blocks; one thread.
#pragma once

#include "app/worker/channel.h"
#include "app/worker/message.h"

#include <QString>
#include <QStringList>
#include <QVector>

#include <sys/types.h>

namespace batchwright::worker {

class WorkerClient final
{
public:
    /// Starts `program` and takes its Ready. Ends the test program when that does not come.
    explicit WorkerClient(const QString &program);
    ~WorkerClient();
    WorkerClient(const WorkerClient &) = delete;
    WorkerClient &operator=(const WorkerClient &) = delete;

    struct Reply {
        bool isDone = false;
        DoneAnswer done;
        Error error;
        QVector<double> progress;
        bool isGone = false; ///< the worker ended instead
    };
    /// Opens the files, sends them with the request and waits for its end. An empty `result`: no result is sent.
    Reply ask(Request request, const QString &source, const QString &result = {}, const QString &stamp = {});
    /// The same with files that are open already.
    Reply askWith(Request request, const std::vector<int> &descriptors);
    /// Bytes as they are; the next answer.
    Reply sendRaw(const QByteArray &bytes, const std::vector<int> &descriptors = {});

    const ReadyAnswer &ready() const { return m_ready; }
    pid_t pid() const { return m_pid; }
    /// How many descriptors the worker has open.
    int openFiles() const;
    /// Kilobytes that the worker holds now.
    qint64 residentKilobytes() const;
    /// Closes the socket and waits; the exit code, or -1 for a signal. `usage` gets user and system seconds, if given.
    int end(double *cpuSeconds = nullptr, qint64 *peakKilobytes = nullptr);

private:
    Reply receive();

    Channel m_channel{OpenFile()};
    pid_t m_pid = -1;
    quint32 m_nextId = 1;
    ReadyAnswer m_ready;
};

} // namespace batchwright::worker
