// The weights of a resize against Lanczos' formula, and planes that share them.
#include "app/worker/resample.h"
#include "tests/app/support/testregistry.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace batchwright::worker;

class TestResample final : public QObject
{
    Q_OBJECT

private slots:
    void weightsAreLanczos_data();
    void weightsAreLanczos();
    void alikeChannelsShareWeights();
};

namespace {

constexpr int sumOfWeights = 1 << 14;

double lanczosFormula(double x)
{
    const double angle = std::numbers::pi * x;
    return x == 0 ? 1 : std::abs(x) >= 3 ? 0 : 3 * std::sin(angle) * std::sin(angle / 3) / (angle * angle);
}

void addRows(PlaneResampler &resampler, const std::vector<uint8_t> &source, int columns)
{
    for (size_t at = 0; at < source.size(); at += static_cast<size_t>(columns)) {
        resampler.addRow(source.data() + at);
    }
}

} // namespace

void TestResample::weightsAreLanczos_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<double>("origin");
    QTest::addColumn<double>("step");
    QTest::newRow("reduced") << 4608 << 2048 << 0.0 << 2.25;
    QTest::newRow("by a whole number") << 3000 << 1000 << 0.0 << 3.0;
    QTest::newRow("hardly") << 1001 << 1000 << 0.0 << 1.001;
    QTest::newRow("to almost nothing") << 50000 << 3 << 0.0 << 50000.0 / 3;
    QTest::newRow("enlarged") << 100 << 333 << 0.0 << 100.0 / 333;
    QTest::newRow("a part of it") << 800 << 200 << 77.3 << 2.5;
    QTest::newRow("fewer samples than the window") << 4 << 2 << 0.0 << 2.0;
}

void TestResample::weightsAreLanczos()
{
    QFETCH(int, from);
    QFETCH(int, to);
    QFETCH(double, origin);
    QFETCH(double, step);
    const Weights weights(Axis{from, to, origin, step}, 2);
    const double widening = std::max(1.0, step);
    for (int j = 0; j < to; ++j) {
        const double middle = origin + (j + 0.5) * step;
        std::vector<double> expected(static_cast<size_t>(weights.taps), 0);
        const int start = weights.starts.at(static_cast<size_t>(j));
        double sum = 0;
        for (int i = static_cast<int>(middle - 3 * widening) - 2; i < middle + 3 * widening + 2; ++i) {
            const double weight = lanczosFormula((i + 0.5 - middle) / widening);
            const int place = std::clamp(i, 0, from - 1) - start;
            sum += weight;
            if (weight != 0) {
                QVERIFY(place >= 0 && place < weights.taps);
                expected[static_cast<size_t>(place)] += weight;
            }
        }
        int total = 0;
        double farthest = 0;
        for (int k = 0; k < weights.taps; ++k) {
            const int own = weights.weights.at(static_cast<size_t>(j * weights.taps + k));
            total += own;
            farthest =
                std::max(farthest, std::abs(own - expected[static_cast<size_t>(k)] / sum * sumOfWeights));
        }
        QCOMPARE(total, sumOfWeights);
        // The largest takes what rounding left over: at most a half for each tap.
        QVERIFY2(farthest <= 0.5 + 0.5 * weights.taps, qPrintable(QString::number(farthest)));
        QVERIFY2(weights.taps > 40 || farthest < 6, qPrintable(QString::number(farthest)));
    }
}

void TestResample::alikeChannelsShareWeights()
{
    constexpr int columns = 90;
    constexpr int rows = 60;
    const Axis across{columns, 40, 0, 2.25};
    const Axis down{rows, 26, 0.5, 2.25};
    std::vector<uint8_t> first(columns * rows);
    std::vector<uint8_t> second(columns * rows);
    for (size_t i = 0; i < first.size(); ++i) {
        first[i] = static_cast<uint8_t>(i * 37 % 251);
        second[i] = static_cast<uint8_t>(i * i % 241);
    }
    constexpr size_t stride = 48;
    std::vector<uint8_t> ownResult(stride * 26), sharedResult(stride * 26), otherResult(stride * 26);
    PlaneResampler other(across, down, otherResult.data(), stride);
    addRows(other, first, columns);
    QVERIFY(other.liesLike(across, down));
    QVERIFY(!other.liesLike(across, Axis{rows, 26, 0, 2.25}));
    PlaneResampler own(across, down, ownResult.data(), stride);
    PlaneResampler shared(other, sharedResult.data(), stride);
    QVERIFY(!shared.isDone());
    addRows(own, second, columns);
    addRows(shared, second, columns);
    QCOMPARE(sharedResult, ownResult);
    QVERIFY(shared.isDone());
}

static const batchwright::RegisterTest<TestResample> registrationOfResample;

#include "tst_resample.moc"
