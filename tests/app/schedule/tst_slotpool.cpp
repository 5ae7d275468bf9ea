#include "app/schedule/slotpool.h"
#include "tests/app/support/testregistry.h"
#include "tests/faults/faultcase.h"

#include <QRandomGenerator>
#include <QtTest>

#include <vector>

namespace batchwright {

class TestSlotPool : public QObject
{
    Q_OBJECT

private slots:
    void leasesUpToTheLimit();
    void leasesComeBack();
    void movedLeasesComeBackOnce();
    void wideJobsGetTheLimit();
    void atLeastOne();
    void loweringTakesNothing();
    void randomHistories();
};

void TestSlotPool::leasesUpToTheLimit()
{
    SlotPool pool(3);
    const std::optional<SlotLease> two = pool.lease(2);
    QVERIFY(two);
    QCOMPARE(two->tokens(), 2);
    QCOMPARE(pool.free(), 1);
    QVERIFY(!pool.lease(2));
    const std::optional<SlotLease> one = pool.lease(1);
    QVERIFY(one);
    QCOMPARE(pool.used(), 3);
    QVERIFY(!pool.lease(1));
}

void TestSlotPool::leasesComeBack()
{
    SlotPool pool(2);
    {
        const std::optional<SlotLease> lease = pool.lease(2);
        QCOMPARE(pool.free(), 0);
    }
    QCOMPARE(pool.used(), 0);
}

void TestSlotPool::movedLeasesComeBackOnce()
{
    SlotPool pool(2);
    std::optional<SlotLease> lease = pool.lease(2);
    {
        const SlotLease moved(std::move(*lease));
        lease.reset();
        QCOMPARE(pool.used(), 2);
    }
    QCOMPARE(pool.used(), 0);
}

void TestSlotPool::wideJobsGetTheLimit()
{
    SlotPool pool(3);
    const std::optional<SlotLease> lease = pool.lease(64);
    QVERIFY(lease);
    QCOMPARE(lease->tokens(), 3);
}

void TestSlotPool::atLeastOne()
{
    SlotPool pool(0);
    QCOMPARE(pool.limit(), 1);
    const std::optional<SlotLease> lease = pool.lease(0);
    QVERIFY(lease);
    QCOMPARE(lease->tokens(), 1);
    pool.setLimit(-5);
    QCOMPARE(pool.limit(), 1);
}

void TestSlotPool::loweringTakesNothing()
{
    SlotPool pool(4);
    std::optional<SlotLease> first = pool.lease(2);
    const std::optional<SlotLease> second = pool.lease(2);
    pool.setLimit(2);
    QCOMPARE(pool.used(), 4);
    QCOMPARE(pool.free(), 0);
    QVERIFY(!pool.lease(1));
    first.reset();
    QCOMPARE(pool.free(), 0);
    QVERIFY(!pool.lease(1));
    pool.setLimit(5);
    QCOMPARE(pool.free(), 3);
}

void TestSlotPool::randomHistories()
{
    FAULT_CASE("E38", Fake);
    QRandomGenerator random(4711);
    for (int history = 0; history < 50; ++history) {
        SlotPool pool(1 + random.bounded(8));
        std::vector<SlotLease> leases;
        for (int step = 0; step < 500; ++step) {
            if (random.bounded(20) == 0) {
                pool.setLimit(1 + random.bounded(8));
            } else if (!leases.empty() && random.bounded(2) == 0) {
                leases.pop_back();
            } else if (std::optional<SlotLease> lease = pool.lease(1 + random.bounded(10))) {
                QVERIFY(pool.used() <= pool.limit());
                leases.push_back(std::move(*lease));
            }
            int held = 0;
            for (const SlotLease &lease : leases) {
                held += lease.tokens();
            }
            QCOMPARE(pool.used(), held);
        }
        leases.clear();
        QCOMPARE(pool.used(), 0);
    }
}

static const RegisterTest<TestSlotPool> registrationOfSlotPool;

} // namespace batchwright

#include "tst_slotpool.moc"
