#include "ui/desktopnotice.h"

#include <QApplication>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QProcess>
#include <QStandardPaths>
#include <QVariantMap>

namespace batchwright {

void showDesktopNotice(const QString &title, const QString &text, const QDBusConnection &bus)
{
    static quint32 last = 0; // the number that the desktop gave the one before
    if (!bus.isConnected()) {
        return;
    }
    QDBusMessage call = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.Notifications"),
                                                       QStringLiteral("/org/freedesktop/Notifications"),
                                                       QStringLiteral("org.freedesktop.Notifications"),
                                                       QStringLiteral("Notify"));
    constexpr int standardTime = -1;
    const QVariantMap hints{{QStringLiteral("desktop-entry"), QStringLiteral("batchwright")},
                            {QStringLiteral("suppress-sound"), true}};
    // The text may be read as markup; names of files are not in it.
    call << QStringLiteral("Batchwright") << last << QStringLiteral("batchwright") << title
         << text.toHtmlEscaped() << QStringList() << hints << standardTime;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), qApp);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, qApp, [watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<quint32> reply = *watcher;
        last = reply.isError() ? 0 : reply.value();
    });
}

void playDoneSound()
{
    const QString player = QStandardPaths::findExecutable(QStringLiteral("canberra-gtk-play"));
    const QStringList what{QStringLiteral("--id=complete"), QStringLiteral("--description=Batchwright")};
    if (player.isEmpty() || !QProcess::startDetached(player, what)) {
        QApplication::beep();
    }
}

} // namespace batchwright
