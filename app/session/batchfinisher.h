// BatchFinisher: what the computer is to do once the batch is done: sleep, switch itself off, or run a command. The choice
// holds for one batch, because nobody remembers next week that their computer switches itself off. Through logind
// (org.freedesktop.login1.Manager). Owned by Session; the event loop's thread.
// States: idle -> batchEnded() -> counts down -> acts, or is called off -> idle.
#pragma once

#include "app/base/error.h"

#include <QDBusConnection>
#include <QObject>
#include <QTimer>

#include <functional>

namespace batchwright {

enum class FinishAction { None, Suspend, PowerOff, Command };

struct FinishChoice {
    FinishAction action = FinishAction::None;
    QString command; ///< as in a terminal, without what a shell adds: a program, its arguments, quotes

    bool operator==(const FinishChoice &) const = default;
};

class BatchFinisher final : public QObject
{
    Q_OBJECT

public:
    /// Seconds in which a person can call it off.
    static constexpr int standardGrace = 30;

    /// `bus` gives the bus that logind is on; it is asked for when it is needed, because that connects to it.
    explicit BatchFinisher(std::function<QDBusConnection()> bus = &QDBusConnection::systemBus);

    void setGrace(int seconds) { m_grace = seconds; }
    void choose(const FinishChoice &choice);
    const FinishChoice &choice() const { return m_choice; }

    /// What a command is told, in BATCHWRIGHT_DONE and BATCHWRIGHT_FAILED.
    struct Counts {
        qint64 done = 0;
        qint64 failed = 0;
    };
    void batchEnded(const Counts &counts);
    /// Another batch begins: no more counting, until that one has ended.
    void batchBegan();
    /// Now, without the rest of the grace.
    void actNow();
    /// The choice is None again, at any time.
    void callOff();
    /// -1: it does not count.
    int secondsLeft() const { return m_secondsLeft; }
    /// Counting, or waiting for logind's answer.
    bool isBusy() const { return m_secondsLeft >= 0 || m_isAsking; }

signals:
    /// choice() or secondsLeft().
    void changed();
    /// isBusy() is over; a problem came before.
    void ended();
    void failed(const batchwright::Error &error);

private:
    void tick();
    void act();
    void ask(const QString &method);
    void runCommand(const QString &command);

    std::function<QDBusConnection()> m_bus;
    FinishChoice m_choice;
    Counts m_counts;
    QTimer m_tick;
    int m_grace = standardGrace;
    int m_secondsLeft = -1;
    bool m_isAsking = false;
};

} // namespace batchwright
