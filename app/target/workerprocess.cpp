#include "app/target/workerprocess.h"

namespace batchwright {

using worker::Channel;

WorkerProcess::WorkerProcess(ExecutionTarget &starter, const ExecutionRequest &start)
    : m_starter(starter), m_start(start)
{
}

WorkerProcess::~WorkerProcess()
{
    m_notifier.reset(); // before the socket that it looks at
}

void WorkerProcess::start()
{
    m_state = State::Starting;
    ExecutionRequest request = m_start;
    Result<std::array<worker::OpenFile, 2>> pair = Channel::makePair();
    worker::OpenFile other;
    if (pair) {
        other = std::move((*pair)[1]);
        m_channel.emplace(std::move((*pair)[0]));
        m_notifier = std::make_unique<QSocketNotifier>(m_channel->socket(), QSocketNotifier::Read);
        connect(m_notifier.get(), &QSocketNotifier::activated, this, &WorkerProcess::receive);
        request.inheritedDescriptor = other.number();
        request.arguments = {QString::number(other.number())};
    } else {
        request.arguments = {QStringLiteral("-1")}; // no file handle is left: it says so and ends
    }
    m_process = m_starter.prepare(request);
    connect(m_process.get(), &Execution::started, this,
            [this](qint64 processId) { m_processId = processId; });
    connect(m_process.get(), &Execution::done, this, [this](const ExecutionResult &result) {
        m_process.release()->deleteLater(); // we are inside its signal
        if (m_notifier) {
            m_notifier->setEnabled(false);
        }
        m_state = State::Ended;
        emit ended(result);
    });
    m_process->start();
}

bool WorkerProcess::send(const WorkerTask &task)
{
    worker::Request request = task.request;
    request.id = ++m_request;
    std::vector<int> files{task.source};
    if (task.result >= 0) {
        files.push_back(task.result);
    }
    if (task.stamp >= 0) {
        files.push_back(task.stamp);
    }
    m_state = State::Busy;
    // It waits for a message, so that there is always room for one.
    if (!m_channel->send(encode(request), files, Channel::Wait::Never)) {
        stop();
        return false;
    }
    return true;
}

void WorkerProcess::setFrozen(bool frozen)
{
    if (m_process) {
        m_process->setFrozen(frozen);
    }
}

void WorkerProcess::stop()
{
    m_isStopped = true;
    if (m_process) {
        m_process->stop();
    }
}

void WorkerProcess::receive()
{
    for (bool isFirst = true; m_state != State::Ended && !m_isStopped; isFirst = false) {
        const Result<std::optional<worker::Datagram>> received = m_channel->receive(Channel::Wait::Never);
        if (received && !*received && !isFirst) {
            return; // that was all for now
        }
        const bool isMessage = received && *received;
        const Result<worker::Answer> answer =
            isMessage ? worker::decodeAnswer((*received)->bytes) : Result<worker::Answer>(Error{});
        if (!answer || !take(*answer)) {
            // It has closed its end, so that it crashes or ends; or it says what no worker says.
            m_notifier->setEnabled(false);
            stop();
            return;
        }
    }
}

bool WorkerProcess::take(const worker::Answer &answer)
{
    if (std::holds_alternative<worker::ReadyAnswer>(answer.content)) {
        if (m_state != State::Starting) {
            return false;
        }
        m_state = State::Ready;
        emit ready();
        return true;
    }
    if (m_state != State::Busy || answer.id != m_request) {
        return false;
    }
    if (const auto *progress = std::get_if<worker::ProgressAnswer>(&answer.content)) {
        emit progressed(progress->fraction);
        return true;
    }
    m_state = State::Ready;
    ++m_answers;
    const auto *done = std::get_if<worker::DoneAnswer>(&answer.content);
    emit answered(done ? Result<worker::DoneAnswer>(*done)
                       : std::get<worker::FailedAnswer>(answer.content).error);
    return true;
}

} // namespace batchwright
