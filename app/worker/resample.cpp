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

double lanczos(double x)
{
    if (x == 0) {
        return 1;
    }
    if (std::abs(x) >= lobes) {
        return 0;
    }
    const double angle = std::numbers::pi * x;
    return lobes * std::sin(angle) * std::sin(angle / lobes) / (angle * angle);
}

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
    for (int j = 0; j < axis.to; ++j) {
        const double middle = axis.origin + (j + 0.5) * axis.step;
        const int first = static_cast<int>(std::ceil(middle - reach - 0.5));
        const int start = std::clamp(first, 0, axis.from - wanted);
        std::fill(exact.begin(), exact.end(), 0);
        // What lies outside of the picture looks like its edge.
        for (int i = first; i <= static_cast<int>(std::floor(middle + reach - 0.5)); ++i) {
            const int at = std::clamp(i, start, start + wanted - 1) - start;
            exact[static_cast<size_t>(at)] += lanczos((i + 0.5 - middle) / widening);
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
      m_acrossWeights(across, kernelSamples),
      m_downWeights(down, 2),
      m_result(result),
      m_stride(stride),
      m_rowBytes(static_cast<size_t>(roundedUp(across.from, kernelSamples) + kernelSamples)),
      m_ringRows(m_downWeights.taps)
{
    m_ring.assign(m_rowBytes * static_cast<size_t>(m_ringRows), 0);
    // The last window may begin at the last sample.
    m_between.assign(m_rowBytes + static_cast<size_t>(m_acrossWeights.taps), 0);
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
            std::min(m_downWeights.starts[static_cast<size_t>(m_nextResult)] + m_downWeights.taps,
                     m_down.from);
        if (m_nextSource < last) {
            break;
        }
        makeRow(m_nextResult++);
    }
}

void PlaneResampler::makeRow(int index)
{
    const int start = m_downWeights.starts[static_cast<size_t>(index)];
    uint8_t *out = m_result + m_stride * static_cast<size_t>(index);
    for (int k = 0; k < m_ringRows; ++k) {
        m_rows[static_cast<size_t>(k)] =
            m_ring.data() + m_rowBytes * static_cast<size_t>((start + k) % m_ringRows);
    }
    if (m_downWeights.isIdentity && m_acrossWeights.isIdentity) {
        std::memcpy(out, m_rows[0] + m_acrossWeights.starts[0], static_cast<size_t>(m_across.to));
        return;
    }
    const int16_t *down =
        m_downWeights.weights.data() + static_cast<size_t>(index) * static_cast<size_t>(m_ringRows);
    combineRows(m_rows.data(), down, m_ringRows, static_cast<int>(m_rowBytes), m_between.data());
    combineSamples(m_between.data(), m_acrossWeights.starts.data(), m_acrossWeights.weights.data(),
                   m_acrossWeights.taps, m_across.to, out);
}

} // namespace batchwright::worker
