#include "app/session/signalwatcher.h"

#include <QSocketNotifier>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace batchwright {

namespace {

constexpr int watched[] = {SIGINT, SIGTERM, SIGHUP};
int pipeEnds[2] = {-1, -1};

/// A signal handler may do next to nothing; writing a byte is allowed.
void forward(int signal)
{
    const char byte = static_cast<char>(signal);
    [[maybe_unused]] const ssize_t written = ::write(pipeEnds[1], &byte, 1);
}

} // namespace

void SignalWatcher::setHandlers(void (*handler)(int)) const
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    for (const int signal : watched) {
        ::sigaction(signal, &action, nullptr);
    }
    if (m_suspend == Suspend::Tell) {
        ::sigaction(SIGTSTP, &action, nullptr);
    }
}

SignalWatcher::SignalWatcher(Suspend suspend, QObject *parent) : QObject(parent), m_suspend(suspend)
{
    if (::pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0) {
        qFatal("No pipe could be made for signals.");
    }
    m_notifier = new QSocketNotifier(pipeEnds[0], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (::read(pipeEnds[0], &byte, 1) == 1) {
            byte == SIGTSTP ? emit suspendAsked() : emit interrupted(byte);
        }
    });
    setHandlers(forward);
}

SignalWatcher::~SignalWatcher()
{
    setHandlers(SIG_DFL);
    m_notifier->setEnabled(false);
    ::close(pipeEnds[0]);
    ::close(pipeEnds[1]);
}

} // namespace batchwright
