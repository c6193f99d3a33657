// SPDX-License-Identifier: MIT
// Integer dot products of a panel with AVX2.
#ifndef QAD_SIMD_AVX2_DOT_HPP
#define QAD_SIMD_AVX2_DOT_HPP

#include <qad/simd/portable/dot.hpp> // dot_ops, fp16

#if defined(QAD_SIMD_AVX2)

#include <immintrin.h> // _mm256_maddubs_epi16, _mm256_cvtph_ps

#include <algorithm> // min
#include <cstring>   // memcpy

namespace qad {

/// 8 rows. maddubs adds two products unsigned × signed in 16 bits, and saturates there:
///
///   int4   at most 2 · 15 · 127 = 3810 in magnitude: 8 of them (30480) still fit into 16 bits,
///          which is exactly 32 columns, so one widening serves up to 32
///   int8   |w| unsigned times x with the sign of w: 2 · 128 · 127 = 32512 fits, two of them do
///          not, so each is widened at once. (x never is −128: activations use −127 … 127.)
template <> struct dot_ops<isa::avx2> {
    static constexpr index_t rows = 8;
    static constexpr int tokens = 4;
    static constexpr bool has_fp16 = true;
    template <int Bits> static constexpr int bias = Bits == 4 ? 8 : 0;

    using ints = __m256i;
    using floats = __m256;

    static ints correction(int offset, std::int32_t sum) {
        return _mm256_set1_epi32(-offset * sum);
    }
    static ints correction(std::int16_t const* offset, std::int32_t sum) {
        __m256i const wide =
            _mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<__m128i const*>(offset)));
        return _mm256_mullo_epi32(wide, _mm256_set1_epi32(-sum));
    }
    static floats load(float const* at) { return _mm256_loadu_ps(at); }
    static floats load(fp16 const* at) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<__m128i const*>(at)));
    }
    static floats load(std::int8_t const* at) {
        return _mm256_cvtepi32_ps(
            _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<__m128i const*>(at))));
    }
    static floats zero() { return _mm256_setzero_ps(); }
    static floats multiply(floats a, floats b) { return _mm256_mul_ps(a, b); }
    static floats accumulate(floats total, floats scale, float x_scale, ints dot) {
        return _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot),
                               _mm256_mul_ps(scale, _mm256_set1_ps(x_scale)), total);
    }
    static floats lower(floats total, floats low, float x_sum) {
        return _mm256_fnmadd_ps(low, _mm256_set1_ps(x_sum), total);
    }
    static void store(float* at, floats x, index_t count) {
        if (count == rows) { return _mm256_storeu_ps(at, x); }
        alignas(32) float lane[rows];
        _mm256_store_ps(lane, x);
        for (index_t r = 0; r < count; ++r) { at[r] = lane[r]; }
    }

    template <int Bits, index_t Block, int N>
    static void dot(ints (&sum)[N], std::uint8_t const* w, std::int8_t const* x) {
        __m256i const low = _mm256_set1_epi8(15);
        for (index_t begin = 0; begin < Block && Bits == 4; begin += 32) {
            __m256i pairs[N];
            for (auto& p : pairs) { p = _mm256_setzero_si256(); }
            for (index_t c = begin; c < std::min(begin + 32, Block); c += 8, w += 32) {
                __m256i const both = load(w);
                __m256i const first = _mm256_and_si256(both, low);
                __m256i const second = _mm256_and_si256(_mm256_srli_epi16(both, 4), low);
                for (int t = 0; t < N; ++t) {
                    std::int8_t const* at = x + t * Block + c;
                    pairs[t] =
                        _mm256_add_epi16(pairs[t], _mm256_maddubs_epi16(first, four(at)));
                    pairs[t] =
                        _mm256_add_epi16(pairs[t], _mm256_maddubs_epi16(second, four(at + 4)));
                }
            }
            for (int t = 0; t < N; ++t) { sum[t] = _mm256_add_epi32(sum[t], widen(pairs[t])); }
        }
        for (index_t c = 0; c < Block && Bits == 8; c += 4, w += 32) {
            __m256i const code = load(w), magnitude = _mm256_abs_epi8(code);
            for (int t = 0; t < N; ++t) {
                __m256i const signs = _mm256_sign_epi8(four(x + t * Block + c), code);
                sum[t] =
                    _mm256_add_epi32(sum[t], widen(_mm256_maddubs_epi16(magnitude, signs)));
            }
        }
    }

  private:
    static __m256i load(std::uint8_t const* at) {
        return _mm256_load_si256(reinterpret_cast<__m256i const*>(at));
    }
    /// Four columns of x, once for each row.
    static __m256i four(std::int8_t const* at) {
        std::int32_t columns;
        std::memcpy(&columns, at, sizeof columns);
        return _mm256_set1_epi32(columns);
    }
    static __m256i widen(__m256i pairs) {
        return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    }
};

} // namespace qad

#endif
#endif
