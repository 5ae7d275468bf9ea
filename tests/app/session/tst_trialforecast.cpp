// Which files are tried first, and what that says about all.
#include "app/session/trialforecast.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

namespace batchwright {

namespace {

QVector<TrialFile> filesOf(const QVector<QPair<int, qint64>> &groupsAndSizes)
{
    QVector<TrialFile> files;
    for (const auto &one : groupsAndSizes) {
        files.append({JobId{static_cast<quint64>(files.size() + 1)}, one.first, one.second});
    }
    return files;
}

QVector<quint64> chosen(const QVector<TrialFile> &files, int most = 3)
{
    QVector<quint64> numbers;
    for (const JobId id : chooseForTrial(files, most)) {
        numbers.append(static_cast<quint64>(id));
    }
    return numbers;
}

} // namespace

class TestTrialForecast : public QObject
{
    Q_OBJECT

private slots:
    void takesSmallestMiddleAndLargest();
    void takesAllOfFew();
    void triesEveryKindFirst();
    void largeGroupsComeFirst();
    void expectsBetweenWhatWasSeen();
    void expectsTheSameShareBeyond();
    void saysWhatIsUnknown();
    void equalSizesCountWithTheirMean();
};

void TestTrialForecast::takesSmallestMiddleAndLargest()
{
    QCOMPARE(chosen(filesOf({{0, 50}, {0, 10}, {0, 40}, {0, 20}, {0, 30}})), (QVector<quint64>{1, 2, 5}));
    // Of equal ones the first, the middle and the last.
    QCOMPARE(chosen(filesOf({{0, 7}, {0, 7}, {0, 7}, {0, 7}, {0, 7}})), (QVector<quint64>{1, 3, 5}));
}

void TestTrialForecast::takesAllOfFew()
{
    QVERIFY(chosen({}).isEmpty());
    QCOMPARE(chosen(filesOf({{0, 5}})), (QVector<quint64>{1}));
    QCOMPARE(chosen(filesOf({{0, 5}, {0, 1}})), (QVector<quint64>{1, 2}));
}

void TestTrialForecast::triesEveryKindFirst()
{
    // Five photos and one film: the film, and the ends of the photos.
    QCOMPARE(chosen(filesOf({{0, 30}, {0, 10}, {1, 900}, {0, 20}, {0, 50}, {0, 40}})),
             (QVector<quint64>{2, 3, 5}));
}

void TestTrialForecast::largeGroupsComeFirst()
{
    // Four kinds, three places: the only file of its kind is left out, and each other one gives its middle.
    const auto files =
        filesOf({{3, 1}, {0, 1}, {0, 2}, {0, 3}, {1, 5}, {1, 6}, {1, 7}, {2, 8}, {2, 9}, {2, 10}});
    QCOMPARE(chosen(files), (QVector<quint64>{3, 6, 9}));
}

void TestTrialForecast::expectsBetweenWhatWasSeen()
{
    const auto files = filesOf({{0, 100}, {0, 200}, {0, 250}, {0, 300}});
    const TrialForecast forecast = forecastFrom(files, {{0, 100, 50}, {0, 200, 60}, {0, 300, 60}});
    QCOMPARE(forecast.files, 4);
    QCOMPARE(forecast.before, 850);
    QCOMPARE(forecast.after, 50 + 60 + 60 + 60); // that photos of any size come to one size is seen
    QCOMPARE(forecast.unknown, 0);
}

void TestTrialForecast::expectsTheSameShareBeyond()
{
    // The smallest and the largest did not come out.
    const auto files = filesOf({{0, 100}, {0, 200}, {0, 400}});
    QCOMPARE(forecastFrom(files, {{0, 200, 50}}).after, 25 + 50 + 100);
}

void TestTrialForecast::saysWhatIsUnknown()
{
    const auto files = filesOf({{0, 100}, {1, 200}, {1, 300}});
    const TrialForecast forecast = forecastFrom(files, {{0, 100, 10}});
    QCOMPARE(forecast.files, 1);
    QCOMPARE(forecast.before, 100);
    QCOMPARE(forecast.after, 10);
    QCOMPARE(forecast.unknown, 2);
    QCOMPARE(forecastFrom(files, {}).unknown, 3);
}

void TestTrialForecast::equalSizesCountWithTheirMean()
{
    const auto files = filesOf({{0, 100}, {0, 100}, {0, 100}, {0, 100}});
    QCOMPARE(forecastFrom(files, {{0, 100, 10}, {0, 100, 20}, {0, 100, 60}}).after, 4 * 30);
}

static const RegisterTest<TestTrialForecast> registrationOfTrialForecast;

} // namespace batchwright

#include "tst_trialforecast.moc"
