// The lock against sleep, asked of a stand-in for logind on a bus of this test's own.
#include "app/session/sleepguard.h"
#include "tests/app/support/privatebus.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QSignalSpy>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

/// What Inhibit() of org.freedesktop.login1 does: it gives one end of a pipe, and looks at the other.
class FakeLogind final : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")

public:
    QStringList asked;
    bool refuses = false;
    int watched = -1;

    /// True when all copies of the lock are closed.
    bool isReleased() const
    {
        char byte = 0;
        return ::read(watched, &byte, 1) == 0; // the end, and not "nothing yet"
    }

public slots:
    QDBusUnixFileDescriptor Inhibit(const QString &what, const QString &who, const QString &why,
                                    const QString &mode)
    {
        asked = {what, who, why, mode};
        if (refuses) {
            sendErrorReply(QDBusError::AccessDenied, u"Permission denied"_s);
            return {};
        }
        int ends[2] = {};
        if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
            return {};
        }
        watched = ends[0];
        const QDBusUnixFileDescriptor lock(ends[1]);
        ::close(ends[1]);
        return lock;
    }
};

class TestSleepGuard final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void awakeUntilReleased();
    void goesWithItsOwner();
    void releasedBeforeTheAnswer();
    void refusalIsTold();
    void withoutABus();

private:
    PrivateBus m_bus;
    std::unique_ptr<FakeLogind> m_logind;
};

void TestSleepGuard::initTestCase()
{
    if (!m_bus.start()) {
        QSKIP("There is no dbus-daemon here.");
    }
}

void TestSleepGuard::init()
{
    m_logind = std::make_unique<FakeLogind>();
    QVERIFY(m_bus.serve(m_logind.get()));
}

void TestSleepGuard::cleanup()
{
    if (m_logind->watched >= 0) {
        ::close(m_logind->watched);
    }
    m_logind.reset();
}

void TestSleepGuard::awakeUntilReleased()
{
    FAULT_CASE("B14", Real);
    SleepGuard guard(m_bus.client());
    QSignalSpy changes(&guard, &SleepGuard::changed);
    guard.hold(u"Batchwright"_s, u"Files are being converted."_s);
    QCOMPARE(guard.state(), SleepGuard::State::Asked);
    QTRY_COMPARE(guard.state(), SleepGuard::State::Held);
    QCOMPARE(m_logind->asked,
             QStringList({u"sleep:idle"_s, u"Batchwright"_s, u"Files are being converted."_s, u"block"_s}));
    QVERIFY(!m_logind->isReleased());
    guard.release();
    QCOMPARE(guard.state(), SleepGuard::State::Off);
    QTRY_VERIFY(m_logind->isReleased());
    QCOMPARE(changes.count(), 3);
}

void TestSleepGuard::goesWithItsOwner()
{
    FAULT_CASE("B14", Real);
    auto guard = std::make_unique<SleepGuard>(m_bus.client());
    guard->hold(u"Batchwright"_s, u"x"_s);
    QTRY_COMPARE(guard->state(), SleepGuard::State::Held);
    guard.reset();
    QTRY_VERIFY(m_logind->isReleased());
}

void TestSleepGuard::releasedBeforeTheAnswer()
{
    SleepGuard guard(m_bus.client());
    guard.hold(u"Batchwright"_s, u"x"_s);
    guard.release();
    QTRY_VERIFY(m_logind->watched >= 0);
    QTRY_VERIFY(m_logind->isReleased());
    QCOMPARE(guard.state(), SleepGuard::State::Off);
}

void TestSleepGuard::refusalIsTold()
{
    m_logind->refuses = true;
    SleepGuard guard(m_bus.client());
    guard.hold(u"Batchwright"_s, u"x"_s);
    QTRY_COMPARE(guard.state(), SleepGuard::State::Unavailable);
    QCOMPARE(guard.reason(), u"Permission denied"_s);
}

void TestSleepGuard::withoutABus()
{
    SleepGuard guard([] { return QDBusConnection(u"nowhere"_s); });
    guard.hold(u"Batchwright"_s, u"x"_s);
    QCOMPARE(guard.state(), SleepGuard::State::Unavailable);
    QVERIFY(!guard.reason().isEmpty());
}

static const RegisterTest<TestSleepGuard> registrationOfSleepGuard;

} // namespace batchwright

#include "tst_sleepguard.moc"
