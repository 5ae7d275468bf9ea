// DesktopNotice: tells whoever looks elsewhere that a batch is done: a notification of the desktop
// (org.freedesktop.Notifications, https://specifications.freedesktop.org/notification-spec/) and a sound. Neither is waited
// for; a desktop without them shows nothing. The thread of the window.
#pragma once

#include <QDBusConnection>
#include <QString>

namespace batchwright {

/// The one of the last batch goes when the next one comes.
void showDesktopNotice(const QString &title, const QString &text,
                       const QDBusConnection &bus = QDBusConnection::sessionBus());
/// The desktop's sound for something that is complete, or else its beep.
void playDoneSound();

} // namespace batchwright
