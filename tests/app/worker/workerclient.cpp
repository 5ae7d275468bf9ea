#include "tests/app/worker/workerclient.h"

#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace batchwright::worker {

WorkerClient::WorkerClient(const QString &program)
{
    Result<std::array<OpenFile, 2>> pair = Channel::makePair();
    if (!pair) {
        qFatal("no socket pair");
    }
    const QByteArray path = QFile::encodeName(program);
    const int other = (*pair)[1].number();
    const QByteArray number = QByteArray::number(other);
    m_pid = ::fork();
    if (m_pid == 0) {
        ::fcntl(other, F_SETFD, 0);
        ::execl(path.constData(), path.constData(), number.constData(), static_cast<char *>(nullptr));
        ::_exit(127);
    }
    m_channel = Channel(std::move((*pair)[0]));
    (*pair)[1] = OpenFile();
    const auto first = m_channel.receive();
    const auto answer = first && *first ? decodeAnswer((*first)->bytes) : Result<Answer>(Error{});
    if (!answer || !std::holds_alternative<ReadyAnswer>(answer->content)) {
        qFatal("%s is not ready", path.constData());
    }
    m_ready = std::get<ReadyAnswer>(answer->content);
}

WorkerClient::~WorkerClient()
{
    end();
}

WorkerClient::Reply WorkerClient::ask(Request request, const QString &source, const QString &result,
                                      const QString &stamp)
{
    std::vector<OpenFile> files;
    files.emplace_back(::open(QFile::encodeName(source).constData(), O_RDONLY | O_CLOEXEC));
    if (!result.isEmpty()) {
        files.emplace_back(
            ::open(QFile::encodeName(result).constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    }
    if (!stamp.isEmpty()) {
        files.emplace_back(::open(QFile::encodeName(stamp).constData(), O_RDONLY | O_CLOEXEC));
    }
    std::vector<int> numbers;
    for (const OpenFile &file : files) {
        if (!file.isOpen()) {
            qFatal("a file of the test cannot be opened");
        }
        numbers.push_back(file.number());
    }
    return askWith(std::move(request), numbers);
}

WorkerClient::Reply WorkerClient::askWith(Request request, const std::vector<int> &descriptors)
{
    request.id = m_nextId++;
    return sendRaw(encode(request), descriptors);
}

WorkerClient::Reply WorkerClient::sendRaw(const QByteArray &bytes, const std::vector<int> &descriptors)
{
    if (!m_channel.send(bytes, descriptors)) {
        Reply reply;
        reply.isGone = true;
        return reply;
    }
    return receive();
}

WorkerClient::Reply WorkerClient::receive()
{
    Reply reply;
    while (true) {
        const auto received = m_channel.receive();
        if (!received || !*received) {
            reply.isGone = true;
            return reply;
        }
        const Result<Answer> answer = decodeAnswer((*received)->bytes);
        if (!answer) {
            qFatal("the worker's answer cannot be read");
        }
        if (const auto *progress = std::get_if<ProgressAnswer>(&answer->content)) {
            reply.progress.append(progress->fraction);
        } else if (const auto *done = std::get_if<DoneAnswer>(&answer->content)) {
            reply.isDone = true;
            reply.done = *done;
            return reply;
        } else if (const auto *failed = std::get_if<FailedAnswer>(&answer->content)) {
            reply.error = failed->error;
            return reply;
        }
    }
}

int WorkerClient::openFiles() const
{
    return static_cast<int>(QDir(QStringLiteral("/proc/%1/fd").arg(m_pid))
                                .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)
                                .size());
}

qint64 WorkerClient::residentKilobytes() const
{
    QFile status(QStringLiteral("/proc/%1/status").arg(m_pid));
    if (!status.open(QIODevice::ReadOnly)) {
        return 0;
    }
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:")) {
            return line.mid(6).trimmed().split(' ').first().toLongLong();
        }
    }
    return 0;
}

int WorkerClient::end(double *cpuSeconds, qint64 *peakKilobytes)
{
    if (m_pid <= 0) {
        return 0;
    }
    m_channel = Channel(OpenFile());
    int status = 0;
    rusage usage{};
    ::wait4(m_pid, &status, 0, &usage);
    m_pid = -1;
    if (cpuSeconds) {
        const auto seconds = [](const timeval &time) {
            return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6;
        };
        *cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    if (peakKilobytes) {
        *peakKilobytes = usage.ru_maxrss;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace batchwright::worker
