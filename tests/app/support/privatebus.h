// PrivateBus: a message bus of a test's own, with a stand-in for logind on it. The test's thread.
//
//   PrivateBus bus;
//   if (!bus.start()) { QSKIP("There is no dbus-daemon here."); }
//   bus.serve(&logind);
//   SleepGuard guard(bus.client());
#pragma once

#include <QDBusConnection>
#include <QDBusContext>
#include <QProcess>
#include <QStandardPaths>

#include <functional>

namespace batchwright {

class PrivateBus final
{
public:
    PrivateBus() = default;
    PrivateBus(const PrivateBus &) = delete;
    PrivateBus &operator=(const PrivateBus &) = delete;
    ~PrivateBus()
    {
        QDBusConnection::disconnectFromBus(clientName());
        QDBusConnection::disconnectFromBus(serverName());
        m_daemon.kill();
        m_daemon.waitForFinished();
    }

    /// False when nothing is installed that could be one.
    bool start()
    {
        const QString daemon = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
        m_daemon.start(daemon, {QStringLiteral("--session"), QStringLiteral("--nofork"),
                                QStringLiteral("--print-address=1")});
        if (daemon.isEmpty() || !m_daemon.waitForReadyRead()) {
            return false;
        }
        const QString address = QString::fromUtf8(m_daemon.readLine().trimmed());
        QDBusConnection::connectToBus(address, clientName());
        return QDBusConnection::connectToBus(address, serverName())
            .registerService(QStringLiteral("org.freedesktop.login1"));
    }

    /// Its slots are what logind's manager does, in the place of whatever was there before.
    bool serve(QObject *logind)
    {
        QDBusConnection server(serverName());
        server.unregisterObject(path());
        return server.registerObject(path(), logind, QDBusConnection::ExportAllSlots);
    }

    /// Another one, with a name of its own.
    bool serve(QObject *object, const QString &service, const QString &servicePath)
    {
        QDBusConnection server(serverName());
        return server.registerService(service)
               && server.registerObject(servicePath, object, QDBusConnection::ExportAllSlots);
    }

    std::function<QDBusConnection()> client() const
    {
        return [name = clientName()] { return QDBusConnection(name); };
    }

private:
    static QString path() { return QStringLiteral("/org/freedesktop/login1"); }
    /// The program knows connections by name, and a test program holds several of these.
    QString clientName() const { return QStringLiteral("client %1").arg(quintptr(this)); }
    QString serverName() const { return QStringLiteral("logind %1").arg(quintptr(this)); }

    QProcess m_daemon;
};

} // namespace batchwright
