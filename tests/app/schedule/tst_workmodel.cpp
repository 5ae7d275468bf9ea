// What is predicted for a job, and how that follows what jobs took.
#include "app/schedule/workmodel.h"
#include "tests/app/schedule/schedulerbench.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace batchwright {

class TestWorkModel : public QObject
{
    Q_OBJECT

private slots:
    void unitsByKind();
    void widthByPreset();
    void learnsTheMedian();
    void cautionFollowsTheSpread();
    void learnsFromWideJobs();
    void sumsOfWork();
    void timeGrowsLessThanWork();
    void thoseThatRunCount();
    void memoryIsLearntByItsSize();
    void memoryIsRemembered();
    void nonsenseIsNotLearnt();
    void remembersSpeeds();
    void earlierBatchesCount();
    void damagedMemoryIsNone();

private:
    static Job job(MediaKind kind, qint64 bytes, int threads = 1)
    {
        Job job;
        job.settings = settingsWithThreads(threads);
        job.facts.kind = kind;
        job.facts.bytes = bytes;
        return job;
    }
};

void TestWorkModel::unitsByKind()
{
    WorkModel model;
    Job photo = job(MediaKind::Photo, 3'000'000);
    const Work unseen = model.measure(photo);
    photo.facts.width = 4000;
    photo.facts.height = 3000;
    QCOMPARE(model.measure(photo).units, 12.0);
    QVERIFY(unseen.units > 6 && unseen.units < 24); // of the same order before anybody looked into it
    Job film = job(MediaKind::Video, 1'000'000);
    const Work unseenFilm = model.measure(film);
    film.facts.width = 1920;
    film.facts.height = 1080;
    film.facts.frameRate = 50;
    film.facts.durationMilliseconds = 10000;
    QCOMPARE(model.measure(film).units, 1.92 * 1.08 * 500);
    QCOMPARE(model.measure(film).group, unseenFilm.group);
    QVERIFY(model.measure(film).group != unseen.group);
    Job sound = job(MediaKind::Audio, 1'000'000);
    sound.facts.durationMilliseconds = 61500;
    QCOMPARE(model.measure(sound).units, 61.5);
    QVERIFY(model.measure(job(MediaKind::Text, 0)).units > 0);
}

void TestWorkModel::widthByPreset()
{
    WorkModel model;
    const Work narrow = model.measure(job(MediaKind::Video, 1, 1));
    QCOMPARE(narrow.leastThreads, 1);
    QCOMPARE(narrow.mostThreads, 1);
    const Work fixed = model.measure(job(MediaKind::Video, 1, 4));
    QCOMPARE(fixed.leastThreads, 4);
    QCOMPARE(fixed.mostThreads, 4);
    Job small = job(MediaKind::Video, 1, 0);
    small.facts.width = 640;
    small.facts.height = 360;
    QCOMPARE(model.measure(small).leastThreads, 1);
    QCOMPARE(model.measure(small).mostThreads, 4);
    // More cores never make it slower, and each one helps less than the one before.
    double before = model.seconds(model.measure(small), 1);
    double gain = before;
    for (int threads = 2; threads <= 4; ++threads) {
        const double seconds = model.seconds(model.measure(small), threads);
        QVERIFY(seconds < before && before - seconds <= gain);
        gain = before - seconds;
        before = seconds;
    }
    QCOMPARE(model.seconds(model.measure(small), 16), before);
}

void TestWorkModel::learnsTheMedian()
{
    WorkModel model;
    const Work work = model.measure(job(MediaKind::Other, 10'000'000));
    QCOMPARE(model.observations(work.group), 0);
    for (const double seconds : {20.0, 30.0, 10'000.0, 40.0, 1.0}) { // one that hung, one that failed early
        model.learn(work, 1, seconds);
    }
    QCOMPARE(model.observations(work.group), 5);
    QCOMPARE(model.seconds(work), 30.0);
    QCOMPARE(model.seconds(model.measure(job(MediaKind::Other, 20'000'000))), 60.0);
    for (int count = 0; count < 20; ++count) {
        model.learn(work, 1, 5); // other options
    }
    QCOMPARE(model.seconds(work), 5.0);
}

void TestWorkModel::cautionFollowsTheSpread()
{
    WorkModel model;
    const Work work = model.measure(job(MediaKind::Other, 10'000'000));
    QCOMPARE(model.caution(work.group), 2.0);
    for (int count = 0; count < 4; ++count) {
        model.learn(work, 1, 10);
    }
    QCOMPARE(model.caution(work.group), 1.0);
    model.learn(work, 1, 15);
    QCOMPARE(model.caution(work.group), 1.5);
    model.learn(work, 1, 500);
    QCOMPARE(model.caution(work.group), 2.0);
}

void TestWorkModel::learnsFromWideJobs()
{
    WorkModel model;
    const Work work = model.measure(job(MediaKind::Other, 10'000'000, 0));
    model.learn(work, 4, 10);
    QCOMPARE(model.seconds(work, 4), 10.0);
    QVERIFY(model.seconds(work, 1) > 25);
}

void TestWorkModel::sumsOfWork()
{
    WorkSum sum;
    QVERIFY(sum.isEmpty());
    QCOMPARE(sum.power(0.8), 0.0);
    for (int count = 0; count < 10; ++count) {
        sum.add(16);
    }
    QCOMPARE(sum.power(1), 160.0);
    QVERIFY(qFuzzyCompare(sum.power(0.5), 40.0)); // alike: exact
    WorkSum mixed;
    double truth = 0;
    for (int step = -20; step <= 20; ++step) { // not quite log-normal
        const double units = std::exp(step * 0.1);
        mixed.add(units);
        truth += std::sqrt(units);
    }
    QVERIFY2(std::abs(mixed.power(0.5) / truth - 1) < 0.1,
             qPrintable(QString::number(mixed.power(0.5) / truth)));
    for (int step = -20; step <= 20; ++step) {
        mixed.remove(std::exp(step * 0.1));
    }
    QVERIFY(mixed.isEmpty());
    QCOMPARE(mixed.units(), 0.0);
}

void TestWorkModel::timeGrowsLessThanWork()
{
    WorkModel model;
    const auto workOf = [&](double megabytes) {
        return model.measure(job(MediaKind::Other, static_cast<qint64>(megabytes * 1e6)));
    };
    const int group = workOf(1).group;
    WorkSum small;
    for (int count = 0; count < 100; ++count) {
        small.add(10);
    }
    for (int count = 0; count < 40; ++count) { // the long ones come first: their work was overrated
        const double megabytes = 100 + 20 * count;
        model.learn(workOf(megabytes), 1, std::pow(megabytes, 0.75));
    }
    const double expected = model.expectedSeconds(group, small);
    const double truth = 100 * std::pow(10, 0.75);
    const double inProportion = 1000 * std::pow(500, -0.25);
    QVERIFY2(expected > inProportion, qPrintable(QString::number(expected)));
    QVERIFY2(std::abs(expected / truth - 1) < 0.3, qPrintable(QString::number(expected / truth)));
}

void TestWorkModel::thoseThatRunCount()
{
    WorkModel model;
    const Work work = model.measure(job(MediaKind::Other, 10'000'000));
    WorkSum ten;
    for (int count = 0; count < 10; ++count) {
        ten.add(10);
    }
    QVERIFY(!model.isSeen(work.group));
    model.countRunning(work, 1, 25, 0.25); // of 100 seconds
    QVERIFY(model.isSeen(work.group));
    QCOMPARE(model.observations(work.group), 0);
    QVERIFY(std::abs(model.expectedSeconds(work.group, ten) - 1000) < 1);
}

void TestWorkModel::memoryIsLearntByItsSize()
{
    WorkModel model;
    constexpr qint64 megabyte = 1'000'000;
    const auto pictureOf = [&](int megapixels) {
        Job picture = job(MediaKind::Photo, megabyte);
        picture.facts.width = 1000 * megapixels;
        picture.facts.height = 1000;
        return model.measure(picture);
    };
    const qint64 guess = model.bytes(pictureOf(100));
    QVERIFY(guess > 900 * megabyte);
    model.learnBytes(pictureOf(1), 60 * megabyte); // says nothing of large ones
    QCOMPARE(model.bytes(pictureOf(100)), guess);
    model.learnBytes(pictureOf(50), 164 * megabyte); // 2 MB for each megapixel
    QCOMPARE(model.bytes(pictureOf(100)), (64 + 220) * megabyte);
    for (int count = 0; count < 40; ++count) {
        model.learnBytes(pictureOf(2),
                         70 * megabyte); // the largest one is not forgotten over many small ones
    }
    QCOMPARE(model.bytes(pictureOf(100)), (64 + 220) * megabyte);
    const Work sound = model.measure(job(MediaKind::Audio, megabyte));
    QCOMPARE(model.bytes(sound), 64 * megabyte);
    model.learnBytes(sound, 300 * megabyte);
    QCOMPARE(model.bytes(sound), 330 * megabyte);
    Job bomb = job(MediaKind::Photo, 100);
    bomb.facts.width = bomb.facts.height = std::numeric_limits<int>::max();
    QVERIFY(model.bytes(model.measure(bomb)) > 0);
}

void TestWorkModel::memoryIsRemembered()
{
    WorkModel model;
    const Job film = job(MediaKind::Video, 1'000'000);
    model.learnBytes(model.measure(film), 900'000'000);
    WorkModel next;
    next.takeJson(model.toJson());
    QCOMPARE(next.bytes(next.measure(film)), model.bytes(model.measure(film)));
    WorkModel damaged;
    damaged.takeJson(
        R"json({"memory": {"x": 3, "y": {"megapixels": -1, "bytes": 5}, "z": {"bytes": 1e300}}})json");
    WorkModel fresh;
    QCOMPARE(damaged.bytes(damaged.measure(film)), fresh.bytes(fresh.measure(film)));
}

void TestWorkModel::nonsenseIsNotLearnt()
{
    WorkModel model;
    const Work work = model.measure(job(MediaKind::Other, 10'000'000));
    const double guess = model.seconds(work);
    for (const double seconds : {0.0, -5.0, qInf(), qQNaN()}) {
        model.learn(work, 1, seconds);
    }
    QCOMPARE(model.seconds(work), guess);
}

void TestWorkModel::remembersSpeeds()
{
    WorkModel first;
    const Job example = job(MediaKind::Audio, 5'000'000);
    const Work work = first.measure(example);
    first.learn(work, 1, 123);
    WorkModel second;
    second.takeJson(first.toJson());
    QCOMPARE(second.seconds(second.measure(example)), 123.0);
    WorkModel third; // kept although no such job came in between
    third.takeJson(second.toJson());
    QCOMPARE(third.seconds(third.measure(example)), 123.0);
}

/// What many more like the one that was seen are expected to take, for each: `before` seconds in an earlier batch.
static double secondsAfter(double before, double seen, const Job &example)
{
    WorkModel first;
    first.learn(first.measure(example), 1, before);
    WorkModel again; // it goes through a batch that has none of them
    again.takeJson(first.toJson());
    WorkModel second;
    second.takeJson(again.toJson());
    const Work work = second.measure(example);
    second.learn(work, 1, seen);
    WorkSum many;
    for (int count = 0; count < 10; ++count) {
        many.add(work.units);
    }
    return second.expectedSeconds(work.group, many) / 10;
}

void TestWorkModel::earlierBatchesCount()
{
    const Job example = job(MediaKind::Audio, 5'000'000);
    // As three of this batch.
    QVERIFY(qFuzzyCompare(secondsAfter(100, 120, example), 105.0));
    QVERIFY(qFuzzyCompare(secondsAfter(100, 80, example), 95.0));
    // Another machine, or another option: no more.
    QVERIFY(qFuzzyCompare(secondsAfter(100, 200, example), 200.0));
    QVERIFY(qFuzzyCompare(secondsAfter(100, 50, example), 50.0));
}

void TestWorkModel::damagedMemoryIsNone()
{
    for (const char *json :
         {"", "[]", "{", "{\"usualJobs\": {\"a\": 1, \"b\": {\"units\": -1, \"seconds\": 1e300}}}",
          "{\"secondsPerUnit\": 3}", "{\"secondsPerUnit\": {\"a\": -1, \"b\": \"x\"}}"}) {
        WorkModel model;
        model.takeJson(json);
        QVERIFY(model.seconds(model.measure(job(MediaKind::Photo, 1000))) > 0);
    }
}

static const RegisterTest<TestWorkModel> registrationOfWorkModel;

} // namespace batchwright

#include "tst_workmodel.moc"
