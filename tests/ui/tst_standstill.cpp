// Batches that stand still, by a person's wish or by themselves, and what the window's two buttons make of it.
#include "tests/ui/busywindow.h"

#include <QToolButton>

using namespace batchwright;

class StandstillTest final : public QObject
{
    Q_OBJECT

private slots:
    void cleanup();
    void goesOnWhenPluggedIn();
    void goesOnOnTheBatteryWhenAsked();
    void freezesAndGoesOn();
    void holdsAndGoesOn();
};

namespace {

struct StandingWindow : BusyWindow {
    void setBattery(const QByteArray &status, const QByteArray &online)
    {
        for (const char *supply : {"power/BAT0", "power/AC"}) {
            QDir().mkpath(folder.filePath(QString::fromLatin1(supply)));
        }
        writeFile(QStringLiteral("power/BAT0/type"), "Battery\n");
        writeFile(QStringLiteral("power/AC/type"), "Mains\n");
        writeFile(QStringLiteral("power/AC/online"), online + '\n');
        writeFile(QStringLiteral("power/BAT0/status"), status + '\n');
    }

    /// Gentle, on its battery: nothing runs.
    bool startOnBattery()
    {
        setBattery("Discharging", "0");
        session.setGentle(true);
        const bool isAdded = QTest::qWaitFor([this] { return session.jobs().size() == 3; }, 20'000);
        session.start();
        return isAdded
               && QTest::qWaitFor([this] { return session.holdReason() && session.isFrozen(); }, 20'000);
    }

    /// Of the bar at the bottom, by its text; null when there is none.
    QToolButton *button(const QString &text) const
    {
        for (auto *found : window.findChildren<QToolButton *>()) {
            if (found->isVisible() && found->text() == text) {
                return found;
            }
        }
        return nullptr;
    }
};

} // namespace

void StandstillTest::cleanup()
{
    QTRY_VERIFY(livingChildren().isEmpty());
}

void StandstillTest::goesOnWhenPluggedIn()
{
    StandingWindow standing;
    QVERIFY(standing.startOnBattery());
    QVERIFY(standing.button(QStringLiteral("Go on")));
    QVERIFY(standing.button(QStringLiteral("Hold")));
    standing.setBattery("Charging", "1");
    QTRY_VERIFY(!standing.session.isFrozen());
    QTRY_VERIFY(!livingChildren().isEmpty());
    QTRY_VERIFY(!standing.button(QStringLiteral("Go on")));
    QVERIFY(standing.button(QStringLiteral("Freeze")));
}

void StandstillTest::goesOnOnTheBatteryWhenAsked()
{
    StandingWindow standing;
    QVERIFY(standing.startOnBattery());
    standing.button(QStringLiteral("Go on"))->click();
    QVERIFY(!standing.session.isFrozen());
    QTRY_VERIFY(!livingChildren().isEmpty());
}

void StandstillTest::freezesAndGoesOn()
{
    StandingWindow standing;
    QVERIFY(standing.start());
    standing.button(QStringLiteral("Freeze"))->click();
    QVERIFY(standing.session.isFrozen());
    QVERIFY(!standing.session.isHeld());
    QVERIFY(standing.button(QStringLiteral("Hold")));
    standing.button(QStringLiteral("Go on"))->click();
    QVERIFY(!standing.session.isFrozen());
}

void StandstillTest::holdsAndGoesOn()
{
    StandingWindow standing;
    QVERIFY(standing.start());
    standing.button(QStringLiteral("Hold"))->click();
    QVERIFY(standing.session.isHeld());
    QVERIFY(!standing.session.isFrozen());
    QTRY_VERIFY(standing.button(QStringLiteral("Go on")));
    standing.button(QStringLiteral("Go on"))->click();
    QVERIFY(!standing.session.isHeld());
    QTRY_VERIFY(standing.button(QStringLiteral("Hold")));
}

QTEST_MAIN(StandstillTest)
#include "tst_standstill.moc"
