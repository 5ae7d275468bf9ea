// PlaneResampler: one channel of 8 bits made smaller or larger with Lanczos (three lobes), row by row as a decoder gives
// them, so that never more than a few rows are held. Rounds once, at the end. Fixed point: weights have 14 bits, rows
// between the two passes 6 more than the picture. Not thread-safe; one plane, one use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace batchwright::worker {

/// One direction of a resize. The middle of result sample j lies at origin + (j + 0.5) * step samples of the source.
struct Axis {
    int from = 0;      ///< samples of the source
    int to = 0;        ///< samples of the result
    double origin = 0; ///< where the result begins, in samples of the source
    double step = 1;   ///< samples of the source for each of the result

    bool operator==(const Axis &other) const = default;
};

/// The weights of one direction.
struct Weights {
    Weights(const Axis &axis, int multipleOf);

    int taps = 0;                 ///< of every result sample, a multiple of what was asked for
    std::vector<int> starts;      ///< the first source sample of each
    std::vector<int16_t> weights; ///< taps of each, adding up to 1 << 14
    bool isIdentity = false;      ///< every result sample is one of the source
};

class PlaneResampler final
{
public:
    /// `result` has `stride` bytes a row, at least across.to rounded up to 16, and outlives this.
    PlaneResampler(const Axis &across, const Axis &down, uint8_t *result, size_t stride);
    /// For another channel that lies as `alike` does, with its weights; none of its rows.
    PlaneResampler(const PlaneResampler &alike, uint8_t *result, size_t stride);

    bool liesLike(const Axis &across, const Axis &down) const { return m_across == across && m_down == down; }

    /// The next row of the source, across.from samples. Rows that nobody needs cost nothing.
    void addRow(const uint8_t *row);
    bool isDone() const { return m_nextResult >= m_down.to; }

private:
    void makeRoom();
    void makeRow(int index);

    Axis m_across;
    Axis m_down;
    std::shared_ptr<const Weights> m_acrossWeights;
    std::shared_ptr<const Weights> m_downWeights;
    uint8_t *m_result;
    size_t m_stride;
    size_t m_rowBytes; ///< of a kept row, with room for whole vectors
    int m_ringRows;
    int m_nextSource = 0;
    int m_nextResult = 0;
    std::vector<uint8_t> m_ring;
    std::vector<int16_t> m_between;
    std::vector<const uint8_t *> m_rows;
};

} // namespace batchwright::worker
