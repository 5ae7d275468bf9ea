#include "app/session/sleepguard.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace batchwright {

SleepGuard::SleepGuard(std::function<QDBusConnection()> bus) : m_bus(std::move(bus)) {}

void SleepGuard::hold(const QString &who, const QString &why)
{
    if (m_state != State::Off) {
        return;
    }
    const QDBusConnection bus = m_bus();
    if (!bus.isConnected()) {
        setState(State::Unavailable, tr("There is no system bus here."));
        return;
    }
    QDBusMessage question = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.login1"),
                                                           QStringLiteral("/org/freedesktop/login1"),
                                                           QStringLiteral("org.freedesktop.login1.Manager"),
                                                           QStringLiteral("Inhibit"));
    // "block" and not "delay", which is over after seconds. The lid is not among it: who closes it means it.
    question << QStringLiteral("sleep:idle") << who << why << QStringLiteral("block");
    question.setInteractiveAuthorizationAllowed(false);
    setState(State::Asked);
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, number = ++m_question] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *watcher;
        if (number != m_question || m_state != State::Asked) {
            return; // released in the meantime, and the lock with the reply
        }
        if (reply.isError()) {
            setState(State::Unavailable, reply.error().message());
            return;
        }
        m_lock = reply.value();
        setState(State::Held);
    });
}

void SleepGuard::release()
{
    m_lock = {};
    setState(State::Off);
}

void SleepGuard::setState(State state, const QString &reason)
{
    m_reason = reason;
    if (m_state != state) {
        m_state = state;
        emit changed();
    }
}

} // namespace batchwright
