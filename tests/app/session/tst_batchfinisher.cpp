// What happens once a batch is done, asked of a stand-in for logind on a bus of this test's own.
#include "app/session/batchfinisher.h"
#include "tests/app/support/privatebus.h"
#include "tests/app/support/session.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/testfiles.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

/// Suspend() and PowerOff() of org.freedesktop.login1.
class SwitchLogind final : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")

public:
    QStringList asked;
    bool refuses = false;

public slots:
    void Suspend(bool interactive) { take(u"suspend"_s, interactive); }
    void PowerOff(bool interactive) { take(u"power off"_s, interactive); }

private:
    void take(const QString &what, bool interactive)
    {
        asked.append(interactive ? what + u", asking"_s : what);
        if (refuses) {
            sendErrorReply(QDBusError::AccessDenied, u"Permission denied"_s);
        }
    }
};

class TestBatchFinisher final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void nothingByItself();
    void countsDownAndActs();
    void canBeCalledOff();
    void anotherBatchIsWaitedFor();
    void refusalIsSaid();
    void noBusIsSaid();
    void commandIsRun();
    void missingCommandIsSaid();
    void holdsForOneBatch();
    void stoppedBatchDoesNothing();

private:
    PrivateBus m_bus;
    std::unique_ptr<SwitchLogind> m_logind;
};

void TestBatchFinisher::initTestCase()
{
    if (!m_bus.start()) {
        QSKIP("There is no dbus-daemon here.");
    }
}

void TestBatchFinisher::init()
{
    m_logind = std::make_unique<SwitchLogind>();
    QVERIFY(m_bus.serve(m_logind.get()));
}

void TestBatchFinisher::nothingByItself()
{
    BatchFinisher finisher(m_bus.client());
    finisher.batchEnded({});
    QVERIFY(!finisher.isBusy());
}

void TestBatchFinisher::countsDownAndActs()
{
    BatchFinisher finisher(m_bus.client());
    finisher.choose({FinishAction::Suspend, {}});
    QSignalSpy ended(&finisher, &BatchFinisher::ended);
    finisher.batchEnded({});
    QCOMPARE(finisher.secondsLeft(), BatchFinisher::standardGrace);
    QVERIFY(m_logind->asked.isEmpty());
    finisher.actNow();
    QVERIFY(ended.wait());
    QCOMPARE(m_logind->asked, QStringList{u"suspend"_s});
    QCOMPARE(finisher.choice(), FinishChoice());
    QVERIFY(!finisher.isBusy());
}

void TestBatchFinisher::canBeCalledOff()
{
    BatchFinisher finisher(m_bus.client());
    finisher.choose({FinishAction::PowerOff, {}});
    QSignalSpy ended(&finisher, &BatchFinisher::ended);
    finisher.batchEnded({});
    finisher.callOff();
    QCOMPARE(ended.count(), 1);
    finisher.actNow();
    QVERIFY(!finisher.isBusy());
    QCOMPARE(finisher.choice(), FinishChoice());
    QVERIFY(m_logind->asked.isEmpty());
}

void TestBatchFinisher::anotherBatchIsWaitedFor()
{
    BatchFinisher finisher(m_bus.client());
    finisher.choose({FinishAction::PowerOff, {}});
    finisher.batchEnded({});
    finisher.batchBegan();
    QCOMPARE(finisher.secondsLeft(), -1);
    finisher.actNow();
    QVERIFY(m_logind->asked.isEmpty());
    QCOMPARE(finisher.choice().action, FinishAction::PowerOff);
    QSignalSpy ended(&finisher, &BatchFinisher::ended);
    finisher.batchEnded({});
    finisher.actNow();
    QVERIFY(ended.wait());
    QCOMPARE(m_logind->asked, QStringList{u"power off"_s});
}

void TestBatchFinisher::refusalIsSaid()
{
    m_logind->refuses = true;
    BatchFinisher finisher(m_bus.client());
    finisher.setGrace(0);
    finisher.choose({FinishAction::PowerOff, {}});
    QSignalSpy failed(&finisher, &BatchFinisher::failed);
    QSignalSpy ended(&finisher, &BatchFinisher::ended);
    finisher.batchEnded({});
    QVERIFY(ended.wait());
    QCOMPARE(failed.count(), 1);
    const QString sentence = qvariant_cast<Error>(failed.first().first()).sentence;
    QVERIFY2(sentence.contains(u"switched off: Permission denied"_s), qPrintable(sentence));
}

void TestBatchFinisher::noBusIsSaid()
{
    BatchFinisher finisher([] { return QDBusConnection(u"nowhere"_s); });
    finisher.setGrace(0);
    finisher.choose({FinishAction::Suspend, {}});
    QSignalSpy failed(&finisher, &BatchFinisher::failed);
    finisher.batchEnded({});
    QVERIFY(failed.wait());
    QVERIFY(!finisher.isBusy());
}

void TestBatchFinisher::commandIsRun()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"told it"_s);
    BatchFinisher finisher(m_bus.client());
    finisher.choose(
        {FinishAction::Command,
         u"sh -c \"echo $BATCHWRIGHT_DONE $BATCHWRIGHT_FAILED > '%1.part' && mv '%1.part' '%1'\""_s.arg(
             file)});
    finisher.batchEnded({12, 3});
    QTRY_VERIFY(QFile::exists(file));
    QCOMPARE(readFile(file), QByteArray("12 3\n"));
}

void TestBatchFinisher::missingCommandIsSaid()
{
    BatchFinisher finisher(m_bus.client());
    for (const QString &command : {u"no-such-program at all"_s, u""_s}) {
        finisher.choose({FinishAction::Command, command});
        QSignalSpy failed(&finisher, &BatchFinisher::failed);
        finisher.batchEnded({});
        QVERIFY(failed.wait());
        QVERIFY(qvariant_cast<Error>(failed.first().first()).sentence.contains(command));
    }
}

void TestBatchFinisher::holdsForOneBatch()
{
    SessionBench bench({}, 2);
    bench.add(bench.makeTexts(2));
    const QString file = bench.path(u"done"_s);
    bench.session().finisher().choose(
        {FinishAction::Command, u"sh -c \"echo $BATCHWRIGHT_DONE >> '%1'\""_s.arg(file)});
    QVERIFY(bench.convert());
    QTRY_COMPARE(readFile(file), QByteArray("2\n"));
    QCOMPARE(bench.session().finisher().choice(), FinishChoice());
    bench.add(bench.makeTexts(1, u"more"_s));
    QVERIFY(bench.convert());
    QVERIFY(!bench.session().finisher().isBusy());
    QCOMPARE(readFile(file), QByteArray("2\n"));
}

void TestBatchFinisher::stoppedBatchDoesNothing()
{
    SessionBench bench({u"--wait-for"_s, u"go"_s}, 2);
    bench.add(bench.makeTexts(2));
    BatchFinisher &finisher = bench.session().finisher();
    finisher.choose({FinishAction::PowerOff, {}});
    bench.session().start();
    QTRY_COMPARE(bench.count(JobState::Running), 2);
    bench.session().stopAll();
    QVERIFY(bench.waitUntilIdle());
    QVERIFY(!finisher.isBusy());
    QCOMPARE(finisher.choice(), FinishChoice());
}

static const RegisterTest<TestBatchFinisher> registrationOfBatchFinisher;

} // namespace batchwright

#include "tst_batchfinisher.moc"
