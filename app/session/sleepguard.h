// SleepGuard: keeps the computer from going to sleep by itself while a batch runs. It holds an inhibitor lock of logind
// (org.freedesktop.login1.Manager.Inhibit, https://systemd.io/INHIBITOR_LOCKS/): an open file, so that the lock goes when
// the program ends, however it ends. Owned by Session; the event loop's thread.
#pragma once

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QObject>

#include <functional>

namespace batchwright {

class SleepGuard final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Off,
        Asked,       ///< and no answer yet
        Held,        ///< the computer stays awake
        Unavailable, ///< it was asked for, and this computer does not do it: reason()
    };

    /// `bus` gives the bus that logind is on; it is asked for at the first hold(), because that connects to it.
    explicit SleepGuard(std::function<QDBusConnection()> bus = &QDBusConnection::systemBus);

    /// `who` and `why` are shown to whoever asks what keeps the computer awake. Nothing happens while it is wanted already.
    void hold(const QString &who, const QString &why);
    void release();
    State state() const { return m_state; }
    /// Unavailable: what the system said.
    const QString &reason() const { return m_reason; }

signals:
    void changed();

private:
    void setState(State state, const QString &reason = {});

    std::function<QDBusConnection()> m_bus;
    State m_state = State::Off;
    QString m_reason;
    QDBusUnixFileDescriptor m_lock;
    quint64 m_question = 0; ///< an answer to an older one is dropped
};

} // namespace batchwright
