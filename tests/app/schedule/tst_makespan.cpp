// How long whole batches take in virtual time, against what theory promises.
#include "tests/app/schedule/schedulerbench.h"
#include "tests/app/support/testregistry.h"
#include "tests/fake/virtualmachine.h"

#include <QRandomGenerator>
#include <QtTest>

#include <algorithm>
#include <numeric>

namespace batchwright {

class TestMakespan : public QObject
{
    Q_OBJECT

private slots:
    void tightCaseOfLongestFirst_data();
    void tightCaseOfLongestFirst();
    void longestFirstOfFullCores_data();
    void longestFirstOfFullCores();
    void anyOrderAndWrongPredictions_data();
    void anyOrderAndWrongPredictions();
    void oneLongFilmAmongShortOnes();
    void manyJobsGetOneCoreEach();
    void theLastOnesShareTheCores();
    void wideJobIsNotDelayed();

private:
    /// Jobs of these lengths in seconds on one core; `threads` as in a preset. Predicted right when `error` is 1.
    static QVector<Job> jobsOf(const QVector<double> &seconds, int threads = 1,
                               const QVector<double> &error = {});
    /// The truth about a job of jobsOf().
    static double truth(const Job &job, int threads)
    {
        const int used = job.settings->preset->threads() == 1 ? 1 : threads;
        return job.source.toDouble() * shareOfTime(used);
    }
    static double run(int cores, const QVector<Job> &jobs,
                      JobQueue::Order order = JobQueue::Order::LongestFirst);
};

QVector<Job> TestMakespan::jobsOf(const QVector<double> &seconds, int threads, const QVector<double> &error)
{
    constexpr double guessedSecondsPerMegabyte = 0.02;
    const JobSettingsPointer settings = settingsWithThreads(threads);
    QVector<Job> jobs;
    for (int index = 0; index < seconds.size(); ++index) {
        Job job;
        job.settings = settings;
        job.source = QString::number(seconds.at(index), 'g', 12);
        const double predicted = seconds.at(index) * (error.isEmpty() ? 1 : error.at(index));
        job.facts.bytes = static_cast<qint64>(predicted / guessedSecondsPerMegabyte * 1e6);
        jobs.append(job);
    }
    return jobs;
}

double TestMakespan::run(int cores, const QVector<Job> &jobs, JobQueue::Order order)
{
    VirtualMachine machine(cores, &TestMakespan::truth);
    machine.scheduler().setOrder(order);
    machine.scheduler().enqueue(machine.jobs().add(jobs));
    const double seconds = machine.run();
    if (machine.mostThreads() > cores || machine.jobs().counts().of(JobState::Done) != jobs.size()) {
        return -1;
    }
    return seconds;
}

void TestMakespan::tightCaseOfLongestFirst_data()
{
    QTest::addColumn<int>("cores");
    for (const int cores : {2, 3, 8, 16}) {
        QTest::addRow("%d cores", cores) << cores;
    }
}

/// Two of each length from 2m - 1 to m + 1 and three of m: the best is 3m, the rule gives 4m - 1 (Graham 1969).
void TestMakespan::tightCaseOfLongestFirst()
{
    QFETCH(int, cores);
    QVector<double> lengths{static_cast<double>(cores)};
    for (int length = cores; length < 2 * cores; ++length) {
        lengths << length << length;
    }
    QCOMPARE(run(cores, jobsOf(lengths)), 4.0 * cores - 1);
}

void TestMakespan::longestFirstOfFullCores_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 60; ++seed) {
        QTest::addRow("seed %u", seed) << seed;
    }
}

/// Each core's hundred seconds are cut into pieces, so that the best is known: all cores busy to the end.
void TestMakespan::longestFirstOfFullCores()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const int cores = 1 + random.bounded(32);
    QVector<double> lengths;
    for (int core = 0; core < cores; ++core) {
        int left = 100000;
        while (left > 0) {
            const int piece = std::min(left, 500 + random.bounded(random.bounded(2) ? 60000 : 4000));
            lengths.append(piece / 1000.0);
            left -= piece;
        }
    }
    std::shuffle(lengths.begin(), lengths.end(), random);
    const double seconds = run(cores, jobsOf(lengths));
    QVERIFY2(seconds >= 99.99 && seconds <= 100 * (4.0 / 3 - 1.0 / (3 * cores)) + 0.01,
             qPrintable(QString::number(seconds)));
}

void TestMakespan::anyOrderAndWrongPredictions_data()
{
    longestFirstOfFullCores_data();
}

/// Whatever the order: work / m + (1 - 1/m) of the longest (Graham 1966).
void TestMakespan::anyOrderAndWrongPredictions()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const int cores = 1 + random.bounded(32);
    QVector<double> lengths;
    QVector<double> errors;
    for (int count = 1 + random.bounded(300); count > 0; --count) {
        lengths.append((1 + random.bounded(random.bounded(8) ? 3000 : 90000)) / 1000.0);
        errors.append(0.1 + random.generateDouble() * 10);
    }
    const double work = std::accumulate(lengths.cbegin(), lengths.cend(), 0.0);
    const double longest = *std::max_element(lengths.cbegin(), lengths.cend());
    for (const JobQueue::Order order : {JobQueue::Order::LongestFirst, JobQueue::Order::AsListed}) {
        const double seconds = run(cores, jobsOf(lengths, 1, errors), order);
        const double bound = work / cores + (1 - 1.0 / cores) * longest + 0.01;
        QVERIFY2(seconds > 0 && seconds <= bound,
                 qPrintable(QStringLiteral("%1 of %2").arg(seconds).arg(bound)));
    }
}

/// The long one is last in the list and can use all cores.
void TestMakespan::oneLongFilmAmongShortOnes()
{
    constexpr int cores = 4;
    QVector<double> lengths(30, 10.0);
    lengths.append(300);
    // The film on two cores, or on three with the others on one: no width is better.
    const double best = 300 * shareOfTime(2);
    const double seconds = run(cores, jobsOf(lengths, 0));
    QVERIFY2(seconds >= best && seconds <= 1.01 * best, qPrintable(QString::number(seconds)));
    QVERIFY(run(cores, jobsOf(lengths, 0), JobQueue::Order::AsListed) > seconds);
}

void TestMakespan::manyJobsGetOneCoreEach()
{
    int widest = 0;
    VirtualMachine machine(8, [&](const Job &job, int threads) {
        widest = std::max(widest, threads);
        return truth(job, threads);
    });
    machine.scheduler().enqueue(machine.jobs().add(jobsOf(QVector<double>(400, 5.0), 0)));
    QCOMPARE(machine.run(), 250.0);
    QCOMPARE(widest, 1);
}

void TestMakespan::theLastOnesShareTheCores()
{
    QCOMPARE(run(8, jobsOf({40, 40}, 0)), 40 * shareOfTime(4));
    QCOMPARE(run(8, jobsOf({40}, 0)), 40 * shareOfTime(8));
}

void TestMakespan::wideJobIsNotDelayed()
{
    // Two cores are busy for 10 s and two are free; the next one needs three. Short ones pass it, a long one does not.
    VirtualMachine machine(4, &TestMakespan::truth);
    QVector<Job> first = jobsOf({10, 10});
    QVector<Job> wide = jobsOf({30 / shareOfTime(3)}, 3);
    QVector<Job> others = jobsOf({9, 20});
    machine.scheduler().setOrder(JobQueue::Order::AsListed);
    machine.scheduler().enqueue(machine.jobs().add(first + wide + others));
    // 9 beside the first two, the wide one from 10 to 40 with the last one beside it.
    QCOMPARE(machine.run(), 40.0);
}

static const RegisterTest<TestMakespan> registrationOfMakespan;

} // namespace batchwright

#include "tst_makespan.moc"
