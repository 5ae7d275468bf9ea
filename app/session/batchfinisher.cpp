#include "app/session/batchfinisher.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QProcess>

#include <utility>

namespace batchwright {

BatchFinisher::BatchFinisher(std::function<QDBusConnection()> bus) : m_bus(std::move(bus))
{
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &BatchFinisher::tick);
}

void BatchFinisher::choose(const FinishChoice &choice)
{
    if (m_choice != choice) {
        m_choice = choice;
        emit changed();
    }
}

void BatchFinisher::batchEnded(const Counts &counts)
{
    m_counts = counts;
    if (m_choice.action == FinishAction::None || isBusy()) {
        return;
    }
    // A command harms nobody who sits at the computer.
    m_secondsLeft = m_choice.action == FinishAction::Command ? 0 : m_grace;
    if (m_secondsLeft <= 0) {
        QMetaObject::invokeMethod(this, &BatchFinisher::actNow, Qt::QueuedConnection);
        return;
    }
    m_tick.start();
    emit changed();
}

void BatchFinisher::batchBegan()
{
    if (m_secondsLeft >= 0) {
        m_tick.stop();
        m_secondsLeft = -1;
        emit changed();
    }
}

void BatchFinisher::tick()
{
    if (--m_secondsLeft <= 0) {
        actNow();
        return;
    }
    emit changed();
}

void BatchFinisher::actNow()
{
    if (m_secondsLeft < 0) {
        return; // called off
    }
    m_tick.stop();
    m_secondsLeft = -1;
    const FinishChoice choice = std::exchange(m_choice, {});
    emit changed();
    switch (choice.action) {
    case FinishAction::Suspend:
        ask(QStringLiteral("Suspend"));
        return;
    case FinishAction::PowerOff:
        ask(QStringLiteral("PowerOff"));
        return;
    case FinishAction::Command:
        runCommand(choice.command);
        break;
    case FinishAction::None:
        break;
    }
    emit ended();
}

void BatchFinisher::callOff()
{
    const bool wasCounting = m_secondsLeft >= 0;
    m_tick.stop();
    m_secondsLeft = -1;
    m_choice = {};
    emit changed();
    if (wasCounting) {
        emit ended();
    }
}

void BatchFinisher::ask(const QString &method)
{
    const auto fail = [this, method](const QString &reason) {
        const QString what = method == QLatin1String("Suspend")
                                 ? tr("The computer could not be suspended: %1").arg(reason)
                                 : tr("The computer could not be switched off: %1").arg(reason);
        emit failed({ErrorKind::Io, what, tr("All results are in their place; do it by hand."), QString()});
        emit ended();
    };
    const QDBusConnection bus = m_bus();
    if (!bus.isConnected()) {
        fail(tr("There is no system bus here."));
        return;
    }
    QDBusMessage call =
        QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.login1"),
                                       QStringLiteral("/org/freedesktop/login1"),
                                       QStringLiteral("org.freedesktop.login1.Manager"), method);
    call << false; // nobody sits there who could enter a password
    m_isAsking = true;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, fail] {
        watcher->deleteLater();
        m_isAsking = false;
        const QDBusPendingReply<> reply = *watcher;
        if (reply.isError()) {
            fail(reply.error().message());
            return;
        }
        emit ended();
    });
}

void BatchFinisher::runCommand(const QString &command)
{
    QStringList words = QProcess::splitCommand(command);
    QProcess process;
    process.setProgram(words.isEmpty() ? QString() : words.takeFirst());
    process.setArguments(words);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("BATCHWRIGHT_DONE"), QString::number(m_counts.done));
    environment.insert(QStringLiteral("BATCHWRIGHT_FAILED"), QString::number(m_counts.failed));
    process.setProcessEnvironment(environment);
    if (process.program().isEmpty() || !process.startDetached()) {
        emit failed({ErrorKind::ToolFailed, tr("The command “%1” could not be started.").arg(command),
                     tr("Check how its program is written, and that it is installed."),
                     process.errorString()});
    }
}

} // namespace batchwright
