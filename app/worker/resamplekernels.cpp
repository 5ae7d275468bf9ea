#include "app/worker/resamplekernels.h"

#include <algorithm>
#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace batchwright::worker {

namespace {

// Weights have 14 bits; 6 of the product's stay between the passes, and none at the end.
constexpr int rowShift = 14 - 6;
constexpr int sampleShift = 14 + 6;

#if defined(__x86_64__)

__attribute__((target("avx2"))) void combineRowsFast(const uint8_t *const *rows, const int16_t *weights,
                                                     int taps, int samples, int16_t *between)
{
    const __m256i half = _mm256_set1_epi32(1 << (rowShift - 1));
    for (int x = 0; x < samples; x += kernelSamples) {
        __m256i low = half;
        __m256i high = half;
        for (int k = 0; k < taps; k += 2) {
            const auto pair =
                static_cast<int>(static_cast<uint16_t>(weights[k])
                                 | (static_cast<uint32_t>(static_cast<uint16_t>(weights[k + 1])) << 16));
            const __m256i both = _mm256_set1_epi32(pair);
            const __m256i a =
                _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i *>(rows[k] + x)));
            const __m256i b =
                _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i *>(rows[k + 1] + x)));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), both));
            high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), both));
        }
        const __m256i packed =
            _mm256_packs_epi32(_mm256_srai_epi32(low, rowShift), _mm256_srai_epi32(high, rowShift));
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(between + x), packed);
    }
}

__attribute__((target("avx2"))) inline __m256i weightedSum(const int16_t *samples, const int16_t *weights,
                                                           int taps)
{
    __m256i sum = _mm256_madd_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(samples)),
                                    _mm256_loadu_si256(reinterpret_cast<const __m256i *>(weights)));
    for (int k = kernelSamples; k < taps; k += kernelSamples) {
        sum = _mm256_add_epi32(
            sum, _mm256_madd_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(samples + k)),
                                   _mm256_loadu_si256(reinterpret_cast<const __m256i *>(weights + k))));
    }
    return sum;
}

__attribute__((target("avx2"))) void combineSamplesFast(const int16_t *between, const int *starts,
                                                        const int16_t *weights, int taps, int count,
                                                        uint8_t *result)
{
    const __m256i half = _mm256_set1_epi32(1 << (sampleShift - 1));
    int j = 0;
    for (; j + 8 <= count; j += 8) {
        const auto sum = [&](int i) __attribute__((target("avx2"), always_inline))
        {
            return weightedSum(between + starts[j + i], weights + static_cast<std::ptrdiff_t>(j + i) * taps,
                               taps);
        };
        const __m256i first =
            _mm256_hadd_epi32(_mm256_hadd_epi32(sum(0), sum(1)), _mm256_hadd_epi32(sum(2), sum(3)));
        const __m256i second =
            _mm256_hadd_epi32(_mm256_hadd_epi32(sum(4), sum(5)), _mm256_hadd_epi32(sum(6), sum(7)));
        __m256i all = _mm256_add_epi32(_mm256_permute2x128_si256(first, second, 0x20),
                                       _mm256_permute2x128_si256(first, second, 0x31));
        all = _mm256_srai_epi32(_mm256_add_epi32(all, half), sampleShift);
        const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i *>(result + j), _mm_packus_epi16(words, words));
    }
    combineSamplesPlainly(between, starts + j, weights + static_cast<std::ptrdiff_t>(j) * taps, taps,
                          count - j, result + j);
}

bool isFast()
{
    static const bool hasAvx2 = __builtin_cpu_supports("avx2") != 0;
    return hasAvx2;
}

#endif

} // namespace

void combineRowsPlainly(const uint8_t *const *rows, const int16_t *weights, int taps, int samples,
                        int16_t *between)
{
    for (int x = 0; x < samples; x += kernelSamples) {
        int32_t sums[kernelSamples];
        std::fill_n(sums, kernelSamples, 1 << (rowShift - 1));
        for (int k = 0; k < taps; ++k) {
            for (int i = 0; i < kernelSamples; ++i) {
                sums[i] += weights[k] * rows[k][x + i];
            }
        }
        for (int i = 0; i < kernelSamples; ++i) {
            between[x + i] = static_cast<int16_t>(std::clamp(sums[i] >> rowShift, -32768, 32767));
        }
    }
}

void combineSamplesPlainly(const int16_t *between, const int *starts, const int16_t *weights, int taps,
                           int count, uint8_t *result)
{
    for (int j = 0; j < count; ++j) {
        int32_t sum = 1 << (sampleShift - 1);
        const int16_t *samples = between + starts[j];
        const int16_t *factors = weights + static_cast<std::ptrdiff_t>(j) * taps;
        for (int k = 0; k < taps; ++k) {
            sum += samples[k] * factors[k];
        }
        result[j] = static_cast<uint8_t>(std::clamp(sum >> sampleShift, 0, 255));
    }
}

void combineRows(const uint8_t *const *rows, const int16_t *weights, int taps, int samples, int16_t *between)
{
#if defined(__x86_64__)
    if (isFast()) {
        combineRowsFast(rows, weights, taps, samples, between);
        return;
    }
#endif
    combineRowsPlainly(rows, weights, taps, samples, between);
}

void combineSamples(const int16_t *between, const int *starts, const int16_t *weights, int taps, int count,
                    uint8_t *result)
{
#if defined(__x86_64__)
    if (isFast()) {
        combineSamplesFast(between, starts, weights, taps, count, result);
        return;
    }
#endif
    combineSamplesPlainly(between, starts, weights, taps, count, result);
}

} // namespace batchwright::worker
