// SignalWatcher: SIGINT, SIGTERM and SIGHUP as a Qt signal, so that a program can stop its converters and remove
// their partial results before it ends. One per program, made after the application object; its thread.
#pragma once

#include <QObject>

class QSocketNotifier;

namespace batchwright {

class SignalWatcher final : public QObject
{
    Q_OBJECT

public:
    /// Tell: Ctrl+Z of a terminal (SIGTSTP) is told and does nothing by itself.
    enum class Suspend { Leave, Tell };
    explicit SignalWatcher(Suspend suspend = Suspend::Leave, QObject *parent = nullptr);
    ~SignalWatcher() override; ///< the signals do again what they do by default

signals:
    /// From the event loop, for each signal that arrives.
    void interrupted(int signal);
    void suspendAsked();

private:
    void setHandlers(void (*handler)(int)) const;

    const Suspend m_suspend;
    QSocketNotifier *m_notifier;
};

} // namespace batchwright
