#include "app/worker/resample.h"

#include "app/worker/resamplekernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace batchwright::worker {

namespace {

constexpr double lobes = 3;
constexpr int one = 1 << 14;

/// Lanczos' window at equal distances. Its sines are turned on from one to the next instead of being computed: for a
/// small photo they would be a tenth of all work.
class Lanczos final
{
public:
    explicit Lanczos(double step)
        : m_step(step), m_turnSine(std::sin(third * step)), m_turnCosine(std::cos(third * step))
    {
    }

    void startAt(double x)
    {
        m_x = x;
        m_sine = std::sin(third * x);
        m_cosine = std::cos(third * x);
    }
    double next()
    {
        const double value = here();
        const double sine = m_sine * m_turnCosine + m_cosine * m_turnSine;
        m_cosine = m_cosine * m_turnCosine - m_sine * m_turnSine;
        m_sine = sine;
        m_x += m_step;
        return value;
    }

private:
    static constexpr double third = std::numbers::pi / 3;

    double here() const
    {
        constexpr double nearly =
            1e-4; // closer to the middle the quotient loses its digits, and is 1 to seven
        if (std::abs(m_x) < nearly) {
            return 1;
        }
        if (std::abs(m_x) >= lobes) {
            return 0;
        }
        const double angle = std::numbers::pi * m_x;
        const double whole = m_sine * (3 - 4 * m_sine * m_sine); // the sine of three times the angle
        return lobes * whole * m_sine / (angle * angle);
    }

    double m_step;
    double m_turnSine;
    double m_turnCosine;
    double m_x = 0;
    double m_sine = 0;
    double m_cosine = 1;
};

bool isWhole(double number)
{
    return std::abs(number - std::round(number)) < 1e-9;
}

/// The weights of one result sample, as whole numbers that add up to `one`.
void writeWeights(const std::vector<double> &exact, int16_t *weights)
{
    double sum = 0;
    for (const double weight : exact) {
        sum += weight;
    }
    int total = 0;
    size_t largest = 0;
    for (size_t i = 0; i < exact.size(); ++i) {
        weights[i] = static_cast<int16_t>(std::lround(exact[i] / sum * one));
        total += weights[i];
        largest = exact[i] > exact[largest] ? i : largest;
    }
    weights[largest] = static_cast<int16_t>(weights[largest] + one - total);
}

int roundedUp(int number, int multipleOf)
{
    return (number + multipleOf - 1) / multipleOf * multipleOf;
}

} // namespace

Weights::Weights(const Axis &axis, int multipleOf)
{
    isIdentity = axis.step == 1 && isWhole(axis.origin) && axis.origin >= 0
                 && std::lround(axis.origin) + axis.to <= axis.from;
    const double widening = std::max(1.0, axis.step);
    const double reach = lobes * widening;
    const int wanted = isIdentity ? 1 : std::min(axis.from, static_cast<int>(std::ceil(2 * reach)) + 1);
    taps = roundedUp(wanted, multipleOf);
    starts.resize(static_cast<size_t>(axis.to));
    weights.assign(static_cast<size_t>(axis.to) * static_cast<size_t>(taps), 0);
    std::vector<double> exact(static_cast<size_t>(wanted));
    Lanczos window(1 / widening);
    for (int j = 0; j < axis.to; ++j) {
        const double middle = axis.origin + (j + 0.5) * axis.step;
        const int first = static_cast<int>(std::ceil(middle - reach - 0.5));
        const int start = std::clamp(first, 0, axis.from - wanted);
        std::fill(exact.begin(), exact.end(), 0);
        window.startAt((first + 0.5 - middle) / widening);
        // What lies outside of the picture looks like its edge.
        for (int i = first; i <= static_cast<int>(std::floor(middle + reach - 0.5)); ++i) {
            const int at = std::clamp(i, start, start + wanted - 1) - start;
            exact[static_cast<size_t>(at)] += window.next();
        }
        if (isIdentity) {
            exact.assign(1, 1);
        }
        starts[static_cast<size_t>(j)] = isIdentity ? static_cast<int>(std::lround(axis.origin)) + j : start;
        writeWeights(exact, weights.data() + static_cast<size_t>(j) * static_cast<size_t>(taps));
    }
}

PlaneResampler::PlaneResampler(const Axis &across, const Axis &down, uint8_t *result, size_t stride)
    : m_across(across),
      m_down(down),
      m_acrossWeights(std::make_shared<const Weights>(across, kernelSamples)),
      m_downWeights(std::make_shared<const Weights>(down, 2)),
      m_result(result),
      m_stride(stride),
      m_rowBytes(static_cast<size_t>(roundedUp(across.from, kernelSamples) + kernelSamples)),
      m_ringRows(m_downWeights->taps)
{
    makeRoom();
}

PlaneResampler::PlaneResampler(const PlaneResampler &alike, uint8_t *result, size_t stride)
    : m_across(alike.m_across),
      m_down(alike.m_down),
      m_acrossWeights(alike.m_acrossWeights),
      m_downWeights(alike.m_downWeights),
      m_result(result),
      m_stride(stride),
      m_rowBytes(alike.m_rowBytes),
      m_ringRows(alike.m_ringRows)
{
    makeRoom();
}

void PlaneResampler::makeRoom()
{
    m_ring.assign(m_rowBytes * static_cast<size_t>(m_ringRows), 0);
    // The last window may begin at the last sample.
    m_between.assign(m_rowBytes + static_cast<size_t>(m_acrossWeights->taps), 0);
    m_rows.resize(static_cast<size_t>(m_ringRows));
}

void PlaneResampler::addRow(const uint8_t *row)
{
    if (isDone()) {
        return;
    }
    uint8_t *kept = m_ring.data() + m_rowBytes * static_cast<size_t>(m_nextSource % m_ringRows);
    std::memcpy(kept, row, static_cast<size_t>(m_across.from));
    ++m_nextSource;
    while (!isDone()) {
        // Taps beyond the picture have no weight; the ring has whatever row for them.
        const int last =
            std::min(m_downWeights->starts[static_cast<size_t>(m_nextResult)] + m_downWeights->taps,
                     m_down.from);
        if (m_nextSource < last) {
            break;
        }
        makeRow(m_nextResult++);
    }
}

void PlaneResampler::makeRow(int index)
{
    const int start = m_downWeights->starts[static_cast<size_t>(index)];
    uint8_t *out = m_result + m_stride * static_cast<size_t>(index);
    for (int k = 0; k < m_ringRows; ++k) {
        m_rows[static_cast<size_t>(k)] =
            m_ring.data() + m_rowBytes * static_cast<size_t>((start + k) % m_ringRows);
    }
    if (m_downWeights->isIdentity && m_acrossWeights->isIdentity) {
        std::memcpy(out, m_rows[0] + m_acrossWeights->starts[0], static_cast<size_t>(m_across.to));
        return;
    }
    const int16_t *down =
        m_downWeights->weights.data() + static_cast<size_t>(index) * static_cast<size_t>(m_ringRows);
    combineRows(m_rows.data(), down, m_ringRows, static_cast<int>(m_rowBytes), m_between.data());
    combineSamples(m_between.data(), m_acrossWeights->starts.data(), m_acrossWeights->weights.data(),
                   m_acrossWeights->taps, m_across.to, out);
}

} // namespace batchwright::worker
