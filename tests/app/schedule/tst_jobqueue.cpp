// The order in which jobs wait, against a plain list that is sorted anew at each question.
#include "app/schedule/jobqueue.h"
#include "tests/app/schedule/schedulerbench.h"
#include "tests/app/support/testregistry.h"

#include <QRandomGenerator>
#include <QtTest>

#include <algorithm>
#include <cmath>

namespace batchwright {

class TestJobQueue : public QObject
{
    Q_OBJECT

private slots:
    void bands();
    void ordersOfOneGroup();
    void speedsOrderGroups();
    void fitsIntoAGap();
    void samplesAreOfMiddlingSize();
    void sameAsASortedList_data();
    void sameAsASortedList();
    void nothingIsLeftOver();
};

static QVector<JobId> drained(JobQueue queue, const WorkModel &model)
{
    QVector<JobId> order;
    while (const JobQueue::Entry *entry = queue.first(model)) {
        const JobId id = entry->id;
        order.append(id);
        queue.remove(id);
    }
    return order;
}

static QVector<JobId> numbered(const QVector<int> &numbers)
{
    QVector<JobId> ids;
    for (const int number : numbers) {
        ids.append(JobId{static_cast<quint64>(number)});
    }
    return ids;
}

void TestJobQueue::bands()
{
    JobQueue queue;
    const WorkModel model;
    queue.add(JobId{1}, {0, 5});
    queue.add(JobId{2}, {0, 50}, JobQueue::Band::Last);
    queue.add(JobId{3}, {0, 1}, JobQueue::Band::First);
    queue.add(JobId{4}, {0, 99}, JobQueue::Band::Last);
    queue.add(JobId{5}, {0, 7});
    queue.add(JobId{6}, {0, 80}, JobQueue::Band::First);
    QCOMPARE(drained(queue, model), numbered({3, 6, 5, 1, 2, 4}));
    QCOMPARE(queue.seconds(model), 242.0);
}

void TestJobQueue::ordersOfOneGroup()
{
    JobQueue queue;
    const WorkModel model;
    const QVector<double> units{3, 9, 9, 1};
    for (int number = 1; number <= 4; ++number) {
        queue.add(JobId{static_cast<quint64>(number)}, {0, units.at(number - 1)});
    }
    QCOMPARE(drained(queue, model), numbered({2, 3, 1, 4}));
    queue.setOrder(JobQueue::Order::AsListed);
    QCOMPARE(drained(queue, model), numbered({1, 2, 3, 4}));
    queue.setOrder(JobQueue::Order::LongestFirst);
    QCOMPARE(drained(queue, model), numbered({2, 3, 1, 4}));
}

void TestJobQueue::speedsOrderGroups()
{
    WorkModel model;
    Job job;
    job.settings = settingsWithThreads(1);
    job.facts.kind = MediaKind::Text;
    const int texts = model.measure(job).group;
    job.facts.kind = MediaKind::Photo;
    const int photos = model.measure(job).group;
    JobQueue queue;
    queue.add(JobId{1}, {texts, 10});
    queue.add(JobId{2}, {photos, 2});
    queue.add(JobId{3}, {texts, 4});
    model.learn({texts, 1}, 1, 1);
    model.learn({photos, 1}, 1, 1);
    QCOMPARE(drained(queue, model), numbered({1, 3, 2}));
    model.learn({photos, 1}, 1, 4); // photos are slower than it seemed: the median of 1 and 4 is 4
    QCOMPARE(drained(queue, model), numbered({1, 2, 3}));
}

void TestJobQueue::fitsIntoAGap()
{
    JobQueue queue;
    const WorkModel model; // a unit takes a second
    queue.add(JobId{1}, {0, 30, 4, 4});
    queue.add(JobId{2}, {0, 20});
    queue.add(JobId{3}, {0, 8, 2, 2});
    queue.add(JobId{4}, {0, 7});
    queue.add(JobId{5}, {0, 6});
    const auto narrow = [](const JobQueue::Entry &entry) { return entry.work.leastThreads == 1; };
    QCOMPARE(queue.firstWithin(10, model, JobId{1}, narrow)->id, JobId{4});
    QCOMPARE(queue.firstWithin(25, model, JobId{1}, narrow)->id, JobId{2});
    QVERIFY(!queue.firstWithin(5, model, JobId{1}, narrow));
    queue.setOrder(JobQueue::Order::AsListed);
    QCOMPARE(queue.firstWithin(10, model, JobId{1}, narrow)->id, JobId{4});
    QCOMPARE(queue.firstWithin(6.5, model, JobId{1}, narrow)->id, JobId{5});
}

void TestJobQueue::samplesAreOfMiddlingSize()
{
    JobQueue queue;
    for (int number = 1; number <= 20; ++number) {
        queue.add(JobId{static_cast<quint64>(number)}, {0, std::pow(2.0, number)});
    }
    const auto seen = [](int count) { return [count](int) { return count; }; };
    const auto any = [](const JobQueue::Entry &) { return true; };
    // The middle is 2^10.5.
    QCOMPARE(queue.sample(seen(0), any)->id, JobId{9});
    QCOMPARE(queue.sample(seen(0), [](const JobQueue::Entry &entry) { return entry.work.units < 100; })->id,
             JobId{6});
    QCOMPARE(queue.sample(seen(4), any)->id, JobId{9});
    QVERIFY(!queue.sample(seen(5), any)); // a quarter of them
    queue.setOrder(JobQueue::Order::AsListed);
    QVERIFY(!queue.sample(seen(0), any));
    queue.setOrder(JobQueue::Order::LongestFirst);
    queue.add(JobId{99}, {0, 1}, JobQueue::Band::First); // somebody wants that one
    QVERIFY(!queue.sample(seen(0), any));
}

void TestJobQueue::sameAsASortedList_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 20; ++seed) {
        QTest::addRow("seed %u", seed) << seed;
    }
}

void TestJobQueue::sameAsASortedList()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const WorkModel model;
    JobQueue queue;
    struct Plain {
        JobId id;
        double units;
        int band;
        int place;
    };
    QVector<Plain> list;
    int place = 0;
    for (int step = 0; step < 1500; ++step) {
        const int what = random.bounded(10);
        if (what < 5) {
            const Plain plain{JobId{static_cast<quint64>(step) + 1}, 1.0 + random.bounded(6),
                              random.bounded(3), ++place};
            list.append(plain);
            queue.add(plain.id, {0, plain.units}, static_cast<JobQueue::Band>(plain.band));
        } else if (what == 5) {
            queue.setOrder(random.bounded(2) ? JobQueue::Order::AsListed : JobQueue::Order::LongestFirst);
        } else if (!list.isEmpty()) {
            const Plain gone = list.takeAt(random.bounded(static_cast<int>(list.size())));
            QVERIFY(queue.remove(gone.id));
            QVERIFY(!queue.remove(gone.id));
        }
        QCOMPARE(queue.size(), list.size());
        const bool byLength = queue.order() == JobQueue::Order::LongestFirst;
        const auto first =
            std::min_element(list.cbegin(), list.cend(), [&](const Plain &one, const Plain &other) {
                if (one.band != other.band) {
                    return one.band < other.band;
                }
                const bool counts = byLength && one.band == static_cast<int>(JobQueue::Band::Normal);
                return counts && one.units != other.units ? one.units > other.units : one.place < other.place;
            });
        QCOMPARE(queue.first(model) ? queue.first(model)->id : JobId::None,
                 list.isEmpty() ? JobId::None : first->id);
    }
}

void TestJobQueue::nothingIsLeftOver()
{
    JobQueue queue;
    const WorkModel model;
    for (quint64 number = 1; number <= 1000; ++number) {
        queue.add(JobId{number}, {0, 0.1 * static_cast<double>(number)});
    }
    QCOMPARE(drained(queue, model).size(), 1000);
    for (const JobId id : queue.ids()) {
        queue.remove(id);
    }
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.seconds(model), 0.0);
}

static const RegisterTest<TestJobQueue> registrationOfJobQueue;

} // namespace batchwright

#include "tst_jobqueue.moc"
