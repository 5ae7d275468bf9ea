// The two inner loops of PlaneResampler, with AVX2 where the processor has it and in plain C++ elsewhere; both give the
// same bytes. Pure; any thread.
#pragma once

#include <cstdint>

namespace batchwright::worker {

/// Samples that one step of a loop takes. Rows and weights are padded to whole steps.
constexpr int kernelSamples = 16;

/// between[x] = the weighted sum of rows[k][x], times 64. `taps` is even, `samples` a multiple of kernelSamples.
void combineRows(const uint8_t *const *rows, const int16_t *weights, int taps, int samples, int16_t *between);

/// result[j] = the weighted sum of `taps` samples from between[starts[j]] on, rounded and kept in 0 … 255. `taps` is a
/// multiple of kernelSamples; writes up to 7 bytes more than `count`.
void combineSamples(const int16_t *between, const int *starts, const int16_t *weights, int taps, int count,
                    uint8_t *result);

/// The plain loops, for the test that holds both against each other.
void combineRowsPlainly(const uint8_t *const *rows, const int16_t *weights, int taps, int samples,
                        int16_t *between);
void combineSamplesPlainly(const int16_t *between, const int *starts, const int16_t *weights, int taps,
                           int count, uint8_t *result);

} // namespace batchwright::worker
