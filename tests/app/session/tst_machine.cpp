// What is known of the machine and of what runs on it, and what a batch does about it.
#include "app/target/machinememory.h"
#include "app/target/powersupply.h"
#include "app/target/processtree.h"
#include "tests/app/support/processes.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"
#include "tests/faults/faultcase.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestMachine final : public QObject
{
    Q_OBJECT

private slots:
    void memoryOfTheMachine();
    void memoryOfAContainer();
    void memoryThatIsThere();
    void usageOfAFamily();
    void powerSources_data();
    void powerSources();
    void tooMuchMemoryIsGivenBack();
    void gentleBatch();
    void gentleWhileItRuns();
    void batteryPausesAGentleBatch();
    void batteryIsNoMatterOtherwise();

private:
    static void setBattery(const QString &folder, const QByteArray &status, const QByteArray &online);
};

void TestMachine::memoryOfTheMachine()
{
    const QByteArray text =
        "MemTotal:       16000000 kB\nMemFree:          100 kB\nMemAvailable:    8000000 kB\n";
    const QByteArray pressure = "some avg10=9.00 avg60=0.00 avg300=0.00 total=1\n"
                                "full avg10=4.25 avg60=0.00 avg300=0.00 total=1\n";
    const MachineMemory machine = machineMemoryFrom(text, pressure);
    QCOMPARE(machine.totalBytes, 16'384'000'000);
    QCOMPARE(machine.availableBytes, 8'192'000'000);
    QCOMPARE(machine.stalledPercent, 4.25);
    QCOMPARE(machineMemoryFrom("MemTotal: 5 kB\n", {}).totalBytes,
             0); // old kernels do not tell what is available
    QCOMPARE(machineMemoryFrom({}, {}).totalBytes, 0);
}

void TestMachine::memoryOfAContainer()
{
    const MachineMemory machine{16'000, 8'000, 1};
    QCOMPARE(withinGroup(machine, "max\n", "5000\n", {}).availableBytes, 8'000);
    QCOMPARE(withinGroup(machine, {}, {}, {}).totalBytes, 16'000);
    QCOMPARE(withinGroup(machine, "20000\n", "5000\n", {}).totalBytes, 16'000);
    const MachineMemory limited = withinGroup(machine, "4000\n", "3500\n", "anon 3000\ninactive_file 400\n");
    QCOMPARE(limited.totalBytes, 4'000);
    QCOMPARE(limited.availableBytes, 900);
    QCOMPARE(limited.stalledPercent, 1.0);
    QCOMPARE(withinGroup(machine, "4000\n", "9000\n", {}).availableBytes, 0);
}

void TestMachine::memoryThatIsThere()
{
    const MachineMemory machine = machineMemory();
    QVERIFY(machine.totalBytes > 100'000'000);
    QVERIFY(machine.availableBytes > 0 && machine.availableBytes <= machine.totalBytes);
}

void TestMachine::usageOfAFamily()
{
    constexpr qint64 eaten = 200'000'000;
    QProcess shell; // and its child
    shell.start(u"sh"_s, {u"-c"_s, u"'%1' --eat %2 --say ready --wait-for /nowhere; true"_s
                                       .arg(QStringLiteral(FAKECONVERTER))
                                       .arg(eaten)});
    QVERIFY(shell.waitForReadyRead());
    const ProcessUsage usage = usageOfTree(shell.processId());
    QVERIFY2(usage.bytes > eaten && usage.bytes < 2 * eaten, qPrintable(QString::number(usage.bytes)));
    QVERIFY2(usage.peakBytes > eaten, qPrintable(QString::number(usage.peakBytes)));
    QVERIFY(usage.cpuSeconds >= 0 && usage.cpuSeconds < 60);
    shell.kill();
    shell.waitForFinished();
    QCOMPARE(usageOfTree(shell.processId()).bytes, 0);
    QCOMPARE(usageOfTree(0).bytes, 0);
}

void TestMachine::powerSources_data()
{
    QTest::addColumn<QStringList>("supplies"); ///< type, status, online, scope
    QTest::addColumn<PowerSource>("source");
    QTest::newRow("no supplies") << QStringList{} << PowerSource::Unknown;
    QTest::newRow("plugged in") << QStringList{u"Mains,,1,"_s, u"Battery,Charging,,"_s} << PowerSource::Mains;
    QTest::newRow("full") << QStringList{u"Mains,,1,"_s, u"Battery,Not charging,,"_s} << PowerSource::Mains;
    QTest::newRow("on battery") << QStringList{u"Mains,,0,"_s, u"Battery,Discharging,,"_s}
                                << PowerSource::Battery;
    QTest::newRow("USB charger") << QStringList{u"USB,,1,"_s, u"Battery,Discharging,,"_s}
                                 << PowerSource::Mains;
    QTest::newRow("one of two") << QStringList{u"Battery,Full,,"_s, u"Battery,Discharging,,"_s}
                                << PowerSource::Battery;
    QTest::newRow("a mouse") << QStringList{u"Battery,Discharging,,Device"_s} << PowerSource::Unknown;
    QTest::newRow("no battery") << QStringList{u"Mains,,1,"_s} << PowerSource::Mains;
}

void TestMachine::powerSources()
{
    QFETCH(QStringList, supplies);
    QFETCH(PowerSource, source);
    const QTemporaryDir folder;
    const QStringList files{u"type"_s, u"status"_s, u"online"_s, u"scope"_s};
    for (qsizetype supply = 0; supply < supplies.size(); ++supply) {
        const QStringList words = supplies.at(supply).split(u',');
        for (qsizetype file = 0; file < files.size(); ++file) {
            if (!words.at(file).isEmpty()) {
                writeFile(folder.filePath(u"supply %1/%2"_s.arg(supply).arg(files.at(file))),
                          words.at(file).toUtf8() + '\n');
            }
        }
    }
    QCOMPARE(powerSource(folder.path()), source);
    QCOMPARE(powerSource(folder.filePath(u"gone"_s)), PowerSource::Unknown);
}

void TestMachine::setBattery(const QString &folder, const QByteArray &status, const QByteArray &online)
{
    writeFile(folder + u"/BAT0/type"_s, "Battery\n");
    writeFile(folder + u"/AC/type"_s, "Mains\n");
    writeFile(folder + u"/AC/online"_s, online + '\n');
    writeFile(folder + u"/BAT0/status"_s, status + '\n');
}

void TestMachine::tooMuchMemoryIsGivenBack()
{
    FAULT_CASE("E37", Real);
    FAULT_CASE("B10", Real);
    const QTemporaryDir folder;
    const QString gate = folder.filePath(u"gate"_s);
    SessionBench bench({u"--eat"_s, u"200000000"_s, u"--wait-for"_s, gate}, 4);
    bench.add(bench.makeTexts(4));
    bench.session().setMemoryLimit(500); // megabytes; nobody foresees what a text needs
    bench.session().start();
    const auto hasCome = [&] { // back into the queue
        int again = 0;
        for (int index = 0; index < 4; ++index) {
            again += bench.job(index).state == JobState::Queued && bench.job(index).attempt > 0 ? 1 : 0;
        }
        return again;
    };
    QTRY_COMPARE_WITH_TIMEOUT(hasCome(), 2, SessionBench::patience); // two fit
    writeFile(gate, {});
    QVERIFY(bench.waitUntilIdle());
    QCOMPARE(bench.count(JobState::Done), 4);
    QVERIFY(bench.leftovers().isEmpty());
}

void TestMachine::gentleBatch()
{
    SessionBench bench({u"--wait-for"_s, u"go"_s}, 2);
    bench.add(bench.makeTexts(2));
    bench.session().setGentle(true);
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 1); // half of two cores
    QTRY_VERIFY(!livingChildren().isEmpty());
    constexpr int idleClass = 3;
    for (const qint64 child : livingChildren()) {
        QTRY_COMPARE(::getpriority(PRIO_PROCESS, static_cast<id_t>(child)), 19);
        QCOMPARE(::syscall(SYS_ioprio_get, 1, child) >> 13, idleClass);
    }
    bench.session().setGentle(false);
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
}

void TestMachine::gentleWhileItRuns()
{
    SessionBench bench({u"--wait-for"_s, u"go"_s}, 2);
    bench.add(bench.makeTexts(2));
    bench.session().start();
    QTRY_COMPARE(livingChildren().size(), 2);
    for (const qint64 child : livingChildren()) {
        QTRY_COMPARE(::getpriority(PRIO_PROCESS, static_cast<id_t>(child)), 10);
    }
    QTRY_VERIFY(bench.count(JobState::Running) == 2);
    bench.session().setGentle(true);
    for (const qint64 child : livingChildren()) {
        QTRY_COMPARE(::getpriority(PRIO_PROCESS, static_cast<id_t>(child)), 19);
    }
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
}

void TestMachine::batteryPausesAGentleBatch()
{
    const QTemporaryDir power;
    setBattery(power.path(), "Discharging", "0");
    SessionBench bench({u"--wait-for"_s, u"go"_s}, 2);
    bench.usePowerFolder(power.path());
    bench.add(bench.makeTexts(4));
    Session &session = bench.session();
    session.setGentle(true);
    session.start();
    QTRY_VERIFY(session.holdReason());
    QCOMPARE(session.holdReason()->kind, ErrorKind::OnBattery);
    QVERIFY(session.isFrozen());
    session.setFrozen(false); // a person wants it all the same
    QVERIFY(!session.holdReason());
    QVERIFY(!session.isFrozen());
    QTRY_COMPARE(bench.count(JobState::Running), 1);
    session.setGentle(false);
    session.setGentle(true);
    QVERIFY(session.isFrozen());
    setBattery(power.path(), "Charging", "1");
    QTRY_VERIFY(!session.isFrozen()); // by itself
    session.stopAll();
    QVERIFY(bench.waitUntilIdle());
}

void TestMachine::batteryIsNoMatterOtherwise()
{
    const QTemporaryDir power;
    setBattery(power.path(), "Discharging", "0");
    SessionBench bench({u"--duration"_s, u"1200"_s}, 2);
    bench.usePowerFolder(power.path());
    bench.add(bench.makeTexts(2));
    QSignalSpy holds(&bench.session(), &Session::holdChanged);
    QVERIFY(bench.convert());
    QVERIFY(holds.isEmpty());
    QCOMPARE(bench.count(JobState::Done), 2);
}

static const RegisterTest<TestMachine> registrationOfMachine;

} // namespace batchwright

#include "tst_machine.moc"
