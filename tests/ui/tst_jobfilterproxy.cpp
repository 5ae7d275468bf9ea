// JobFilterProxy, the natural order, and how long both take with many rows.
#include "tests/ui/uifixtures.h"

#include "app/base/naturalorder.h"
#include "ui/jobfilterproxy.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTest>

using namespace batchwright;

class JobFilterProxyTest final : public QObject
{
    Q_OBJECT

private slots:
    void comparesNaturally_data();
    void comparesNaturally();
    void sortsByRawValues();
    void filtersByWords();
    void filtersByState();
    void filtersByIds();
    void isQuickWithManyRows();
    void changesWhileItIsArranged();
};

namespace {

QStringList names(const JobFilterProxy &proxy)
{
    QStringList shown;
    for (int row = 0; row < proxy.rowCount(); ++row) {
        shown.append(proxy.index(row, JobTableModel::NameColumn).data().toString());
    }
    return shown;
}

} // namespace

void JobFilterProxyTest::comparesNaturally_data()
{
    QTest::addColumn<QString>("left");
    QTest::addColumn<QString>("right");
    QTest::newRow("numbers by value") << "a9.jpg"
                                      << "a10.jpg";
    QTest::newRow("several numbers") << "1-2-9"
                                     << "1-2-10";
    QTest::newRow("case does not count") << "apple"
                                         << "Banana";
    QTest::newRow("prefix first") << "a"
                                  << "ab";
    QTest::newRow("long numbers") << "x99999999999999999999"
                                  << "x100000000000000000000";
    QTest::newRow("equal but for case") << "A1"
                                        << "a1";
    QTest::newRow("equal but for zeros") << "a01"
                                         << "a1";
    QTest::newRow("digit before letter") << "1a"
                                         << "aa";
}

void JobFilterProxyTest::comparesNaturally()
{
    QFETCH(const QString, left);
    QFETCH(const QString, right);
    QVERIFY(compareNaturally(left, right) < 0);
    QVERIFY(compareNaturally(right, left) > 0);
    QCOMPARE(compareNaturally(left, left), 0);
}

void JobFilterProxyTest::sortsByRawValues()
{
    JobList jobs;
    jobs.add({makeJob(QStringLiteral("/p/b10.jpg"), 9'000), makeJob(QStringLiteral("/p/b9.jpg"), 1'000'000),
              makeJob(QStringLiteral("/p/A1.jpg"), 80'000)});
    JobTableModel model(jobs);
    JobFilterProxy proxy(model);
    QAbstractItemModelTester tester(&proxy);
    QCOMPARE(names(proxy),
             (QStringList{QStringLiteral("b10.jpg"), QStringLiteral("b9.jpg"), QStringLiteral("A1.jpg")}));
    proxy.sort(JobTableModel::NameColumn);
    QCOMPARE(names(proxy),
             (QStringList{QStringLiteral("A1.jpg"), QStringLiteral("b9.jpg"), QStringLiteral("b10.jpg")}));
    proxy.sort(JobTableModel::SizeColumn); // as text "1.0 MB" would come first
    QCOMPARE(names(proxy),
             (QStringList{QStringLiteral("b10.jpg"), QStringLiteral("A1.jpg"), QStringLiteral("b9.jpg")}));
    proxy.sort(-1);
    QCOMPARE(names(proxy).first(), QStringLiteral("b10.jpg"));
    QCOMPARE(proxy.jobAt(proxy.indexOf(model.idAt(2))).fileName(), QStringLiteral("A1.jpg"));
}

void JobFilterProxyTest::filtersByWords()
{
    JobList jobs;
    const QVector<JobId> ids =
        jobs.add({makeJob(QStringLiteral("/p/Beach day.jpg")), makeJob(QStringLiteral("/beach/City.jpg")),
                  makeJob(QStringLiteral("/p/x.jpg"))});
    JobTableModel model(jobs);
    JobFilterProxy proxy(model);
    proxy.setText(QStringLiteral("DAY bea"));
    QCOMPARE(names(proxy), QStringList{QStringLiteral("Beach day.jpg")}); // the folder's name does not count
    JobResult result;
    result.error.sentence = QStringLiteral("There is no space left.");
    endJob(jobs, ids.at(2), JobState::Failed, result);
    proxy.setText(QStringLiteral("no space"));
    QCOMPARE(names(proxy), QStringList{QStringLiteral("x.jpg")});
    proxy.setText(QString());
    QCOMPARE(proxy.rowCount(), 3);
}

void JobFilterProxyTest::filtersByState()
{
    JobList jobs;
    const QVector<JobId> ids =
        jobs.add({makeJob(QStringLiteral("/p/1.jpg")), makeJob(QStringLiteral("/p/2.jpg"))});
    JobTableModel model(jobs);
    JobFilterProxy proxy(model);
    proxy.setStateFilter(StateFilter::Done);
    QCOMPARE(proxy.rowCount(), 0);
    endJob(jobs, ids.at(1), JobState::Done, JobResult{});
    QCOMPARE(names(proxy), QStringList{QStringLiteral("2.jpg")}); // rows come and go as their state turns
    proxy.setStateFilter(StateFilter::ToDo);
    QCOMPARE(names(proxy), QStringList{QStringLiteral("1.jpg")});
    QVERIFY(!proxy.indexOf(ids.at(1)).isValid());
}

void JobFilterProxyTest::filtersByIds()
{
    JobList jobs;
    const QVector<JobId> ids =
        jobs.add({makeJob(QStringLiteral("/p/1.jpg")), makeJob(QStringLiteral("/p/2.jpg")),
                  makeJob(QStringLiteral("/p/3.jpg"))});
    JobTableModel model(jobs);
    JobFilterProxy proxy(model);
    QAbstractItemModelTester tester(&proxy);
    QVERIFY(!proxy.isFiltering());
    proxy.setIds({ids.at(2), ids.at(0)});
    QVERIFY(proxy.isFiltering());
    QCOMPARE(names(proxy), (QStringList{QStringLiteral("1.jpg"), QStringLiteral("3.jpg")}));
    proxy.setText(QStringLiteral("3")); // both count
    QCOMPARE(names(proxy), QStringList{QStringLiteral("3.jpg")});
    proxy.setText(QString());
    proxy.setIds({});
    QCOMPARE(proxy.rowCount(), 0);
    proxy.clearIds();
    QCOMPARE(proxy.rowCount(), 3);
    QVERIFY(!proxy.isFiltering());
}

void JobFilterProxyTest::isQuickWithManyRows()
{
    constexpr int rows = 100'000;
    constexpr int chunk = 1000;
    JobList jobs;
    JobTableModel model(jobs);
    JobFilterProxy proxy(model);
    for (int first = 0; first < rows; first += chunk) {
        QVector<Job> added;
        for (int i = first; i < first + chunk; ++i) {
            added.append(makeJob(QStringLiteral("/p/IMG_%1.jpg").arg((i * 7919) % rows), i));
        }
        jobs.add(added);
    }
    QCOMPARE(proxy.rowCount(), rows);
    QElapsedTimer timer;
    timer.start();
    proxy.sort(JobTableModel::NameColumn);
    proxy.setText(QStringLiteral("_99"));
    QTRY_VERIFY_WITH_TIMEOUT(proxy.isSettled(), 20'000);
    QCOMPARE(proxy.rowCount(), 1111); // 99, 99x, 99xx, 99xxx
    QCOMPARE(names(proxy).first(), QStringLiteral("IMG_99.jpg"));
    // Generous: a slow machine with sanitizers must pass, something quadratic must not.
    QVERIFY2(timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
}

void JobFilterProxyTest::changesWhileItIsArranged()
{
    constexpr int rows = 3 * JobFilterProxy::shortList;
    const auto job = [](int number) { return makeJob(QStringLiteral("/p/%1.jpg").arg(number), number); };
    JobList jobs;
    JobTableModel model(jobs);
    JobFilterProxy proxy(model);
    QVector<Job> added;
    for (int number = rows; number > 0; --number) {
        added.append(job(number));
    }
    QVector<JobId> ids = jobs.add(added);
    // From the list to the sorted rows, and from these to others; each time in the middle of it.
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        for (int change = 0; change < 4; ++change) {
            proxy.sort(change % 2 == 0 ? JobTableModel::SizeColumn : JobTableModel::NameColumn, order);
            QVERIFY(!proxy.isSettled());
            QCoreApplication::processEvents(); // some of the slices
            switch (change) {
            case 0:
                jobs.remove(ids.mid(0, 500)); // in front of where it looks
                ids.remove(0, 500);
                break;
            case 1:
                jobs.move(ids.mid(ids.size() - 700), 0);
                break;
            case 2:
                ids += jobs.add({job(100'000), job(0)});
                break;
            default:
                jobs.remove({ids.at(5), ids.at(9), ids.at(4000)});
                ids.removeAll(ids.at(4000));
                ids.removeAll(ids.at(9));
                ids.removeAll(ids.at(5));
            }
            QTRY_VERIFY(proxy.isSettled());
            QCOMPARE(proxy.rowCount(), jobs.size());
            QCOMPARE(jobs.size(), ids.size());
            for (int row = 1; row < proxy.rowCount(); ++row) {
                const qint64 before = proxy.jobAt(proxy.index(row - 1, 0)).facts.bytes;
                const qint64 after = proxy.jobAt(proxy.index(row, 0)).facts.bytes;
                QVERIFY(order == Qt::AscendingOrder ? before <= after : before >= after);
            }
        }
        proxy.sort(-1);
    }
    QTRY_VERIFY(proxy.isSettled());
    QCOMPARE(proxy.rowCount(), jobs.size());
}

QTEST_MAIN(JobFilterProxyTest)
#include "tst_jobfilterproxy.moc"
