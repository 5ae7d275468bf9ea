// Admission by memory: what fits, and what is done when it did not after all.
#include "app/schedule/memorygate.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QtTest>

namespace batchwright {

namespace {

constexpr qint64 gateGigabyte = 1'000'000'000;
constexpr JobId firstJob{1};
constexpr JobId secondJob{2};
constexpr JobId thirdJob{3};

MachineMemory machineWith(qint64 available, double stalled = 0)
{
    return {10 * gateGigabyte, available, stalled};
}

} // namespace

class TestMemoryGate : public QObject
{
    Q_OBJECT

private slots:
    void aloneAlwaysFits();
    void limitCountsWhatIsExpected();
    void limitCountsWhatIsTaken();
    void machineKeepsATenth();
    void growthOfOthersIsSetAside();
    void nothingStartsWhileItSwaps();
    void withoutFiguresEverythingFits();
    void fitsOnceOthersHaveEnded();
    void youngestIsFrozenThenPutBack();
    void goesOnWhenThereIsMemory();
    void lastOneNeverStandsStill();
    void limitIsWatchedToo();
};

void TestMemoryGate::aloneAlwaysFits()
{
    MemoryGate gate;
    gate.setLimit(gateGigabyte);
    gate.takeMachine(machineWith(gateGigabyte / 10));
    QVERIFY(gate.fits(100 * gateGigabyte));
    gate.add(firstJob, gateGigabyte);
    QVERIFY(!gate.fits(1));
}

void TestMemoryGate::limitCountsWhatIsExpected()
{
    MemoryGate gate;
    gate.setLimit(10 * gateGigabyte);
    gate.add(firstJob, 5 * gateGigabyte);
    QVERIFY(gate.fits(4 * gateGigabyte));
    QVERIFY(!gate.fits(4 * gateGigabyte + 1)); // a tenth is left for what was not foreseen
    gate.remove(firstJob);
    QVERIFY(gate.fits(20 * gateGigabyte));
}

void TestMemoryGate::limitCountsWhatIsTaken()
{
    MemoryGate gate;
    gate.setLimit(10 * gateGigabyte);
    gate.add(firstJob, gateGigabyte);
    gate.measure(firstJob, 8 * gateGigabyte);
    QVERIFY(gate.fits(gateGigabyte));
    QVERIFY(!gate.fits(2 * gateGigabyte));
}

void TestMemoryGate::machineKeepsATenth()
{
    MemoryGate gate;
    gate.takeMachine(machineWith(5 * gateGigabyte));
    gate.add(firstJob, 0);
    QVERIFY(gate.fits(4 * gateGigabyte));
    QVERIFY(!gate.fits(4 * gateGigabyte + 1));
}

void TestMemoryGate::growthOfOthersIsSetAside()
{
    MemoryGate gate;
    gate.takeMachine(machineWith(5 * gateGigabyte));
    gate.add(firstJob, 3 * gateGigabyte);
    QVERIFY(!gate.fits(2 * gateGigabyte));
    // What it has taken by now is missing from what is available already.
    gate.measure(firstJob, 3 * gateGigabyte);
    QVERIFY(gate.fits(2 * gateGigabyte));
}

void TestMemoryGate::nothingStartsWhileItSwaps()
{
    MemoryGate gate;
    gate.add(firstJob, 0);
    gate.takeMachine(machineWith(9 * gateGigabyte, 6));
    QVERIFY(!gate.fits(0));
    QCOMPARE(gate.advise().step, MemoryGate::Step::None); // that figure is too slow to stop jobs by
    gate.takeMachine(machineWith(9 * gateGigabyte, 1));
    QVERIFY(gate.fits(0));
}

void TestMemoryGate::withoutFiguresEverythingFits()
{
    MemoryGate gate;
    gate.add(firstJob, 100 * gateGigabyte);
    QVERIFY(gate.fits(100 * gateGigabyte));
    QCOMPARE(gate.advise().step, MemoryGate::Step::None);
}

void TestMemoryGate::fitsOnceOthersHaveEnded()
{
    MemoryGate gate;
    gate.setLimit(10 * gateGigabyte);
    gate.add(firstJob, 3 * gateGigabyte);
    gate.add(secondJob, 5 * gateGigabyte);
    QVERIFY(!gate.fitsWithout({}, 5 * gateGigabyte));
    QVERIFY(!gate.fitsWithout({firstJob}, 5 * gateGigabyte));
    QVERIFY(gate.fitsWithout({secondJob}, 5 * gateGigabyte));
    QVERIFY(gate.fitsWithout({firstJob, secondJob}, 50 * gateGigabyte));
}

void TestMemoryGate::youngestIsFrozenThenPutBack()
{
    FAULT_CASE("E37", Fake);
    FAULT_CASE("B10", Fake);
    MemoryGate gate;
    for (const JobId id : {firstJob, secondJob, thirdJob}) {
        gate.add(id, gateGigabyte);
    }
    gate.takeMachine(machineWith(gateGigabyte * 7 / 10)); // short, but not so short
    QCOMPARE(gate.advise().step, MemoryGate::Step::None);
    gate.takeMachine(machineWith(gateGigabyte * 4 / 10));
    QCOMPARE(gate.advise().step, MemoryGate::Step::Freeze);
    QCOMPARE(gate.advise().id, thirdJob);
    gate.setFrozen(thirdJob, true);
    QCOMPARE(gate.advise().step, MemoryGate::Step::Requeue);
    QCOMPARE(gate.advise().id, thirdJob);
    gate.remove(thirdJob);
    QCOMPARE(gate.advise().id, secondJob);
    gate.remove(secondJob);
    QCOMPARE(gate.advise().step, MemoryGate::Step::None); // alone it may have what there is
}

void TestMemoryGate::goesOnWhenThereIsMemory()
{
    MemoryGate gate;
    gate.add(firstJob, gateGigabyte);
    gate.add(secondJob, gateGigabyte);
    gate.setFrozen(secondJob, true);
    gate.takeMachine(machineWith(gateGigabyte * 8 / 10));
    QCOMPARE(gate.advise().step, MemoryGate::Step::None); // neither worse nor good
    gate.takeMachine(machineWith(2 * gateGigabyte));
    QCOMPARE(gate.advise().step, MemoryGate::Step::GoOn);
    QCOMPARE(gate.advise().id, secondJob);
}

void TestMemoryGate::lastOneNeverStandsStill()
{
    MemoryGate gate;
    gate.takeMachine(machineWith(gateGigabyte / 10));
    gate.add(firstJob, gateGigabyte);
    gate.add(secondJob, gateGigabyte);
    gate.setFrozen(secondJob, true);
    gate.remove(firstJob);
    QCOMPARE(gate.advise().step, MemoryGate::Step::GoOn);
    QCOMPARE(gate.advise().id, secondJob);
}

void TestMemoryGate::limitIsWatchedToo()
{
    MemoryGate gate;
    gate.setLimit(10 * gateGigabyte);
    gate.takeMachine(machineWith(9 * gateGigabyte));
    gate.add(firstJob, gateGigabyte);
    gate.add(secondJob, gateGigabyte);
    gate.measure(firstJob, 6 * gateGigabyte);
    gate.measure(secondJob, 3 * gateGigabyte);
    QCOMPARE(gate.advise().step, MemoryGate::Step::None);
    gate.measure(secondJob, 4 * gateGigabyte);
    QCOMPARE(gate.advise().step, MemoryGate::Step::Freeze);
    QCOMPARE(gate.advise().id, secondJob);
}

static const RegisterTest<TestMemoryGate> registrationOfMemoryGate;

} // namespace batchwright

#include "tst_memorygate.moc"
