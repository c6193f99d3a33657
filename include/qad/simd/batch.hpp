// SPDX-License-Identifier: MIT
// A register of floats: xsimd's, with the few things that its versions do differently or lack.
#ifndef QAD_SIMD_BATCH_HPP
#define QAD_SIMD_BATCH_HPP

#include <qad/core/size.hpp>       // index_t
#include <qad/formats/bf16.hpp>    // bf16
#include <qad/formats/fp16.hpp>    // fp16
#include <qad/formats/integer.hpp> // int8
#include <qad/simd/isa.hpp>        // QAD_SIMD_AVX512, QAD_SIMD_AVX2

#include <xsimd/xsimd.hpp> // batch, fma

#if defined(QAD_SIMD_AVX2) || defined(QAD_SIMD_AVX512)
#include <immintrin.h> // _mm512_cvtph_ps
#endif

#include <concepts> // same_as

namespace qad {

#if defined(QAD_SIMD_AVX512)
/// Conversions with a full mask: g++ 12 warns about its own unmasked ones (GCC bug 105593).
inline constexpr __mmask16 all16 = 0xffff;
#endif

/// The widest register of floats of this processor. Its type names the instruction set.
using batch = xsimd::batch<float>;
inline constexpr index_t batch_size = batch::size;

/// batch_size elements from any address, as floats.
inline batch load(float const* at) { return batch::load_unaligned(at); }
template <class E>
requires std::same_as<E, bf16> || std::same_as<E, fp16> || std::same_as<E, int8>
    batch load(E const* at) {
#if defined(QAD_SIMD_AVX512)
    if constexpr (std::same_as<E, int8>) {
        auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
        return _mm512_maskz_cvtepi32_ps(all16, _mm512_maskz_cvtepi8_epi32(all16, bytes));
    } else {
        auto const halves = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(at));
        if constexpr (std::same_as<E, fp16>) { return _mm512_maskz_cvtph_ps(all16, halves); }
        return _mm512_castsi512_ps(
            _mm512_maskz_slli_epi32(all16, _mm512_maskz_cvtepu16_epi32(all16, halves), 16));
    }
#elif defined(QAD_SIMD_AVX2)
    if constexpr (std::same_as<E, int8>) {
        auto const bytes = _mm_loadl_epi64(reinterpret_cast<__m128i const*>(at));
        return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
    } else {
        auto const halves = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
        if constexpr (std::same_as<E, fp16>) { return _mm256_cvtph_ps(halves); }
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
    }
#else
    float lane[batch_size];
    for (index_t i = 0; i < batch_size; ++i) { lane[i] = static_cast<float>(at[i]); }
    return batch::load_unaligned(lane);
#endif
}
inline void store(float* at, batch x) { x.store_unaligned(at); }

/// The sum of the elements. (xsimd calls it hadd until 8, reduce_add since 9.)
inline float sum(batch x) {
#if XSIMD_VERSION_MAJOR < 9
    return xsimd::hadd(x);
#else
    return xsimd::reduce_add(x);
#endif
}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push // g++ 12 warns about its own AVX-512 headers (bug 105593)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
/// The sums of batch_size registers, side by side in one. (haddp of xsimd 8.1 returns them out
/// of order on AVX-512.)
inline batch sums(batch const* x) {
#if defined(QAD_SIMD_AVX512)
    // Fold each register to a quarter, four registers into one …
    __m512 fours[4];
    for (int i = 0; i < 4; ++i) {
        batch const* const four = x + 4 * i;
        auto const pair = [](__m512 a, __m512 b) {
            return _mm512_castps_pd(
                _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)));
        };
        __m512d const left = pair(four[0], four[1]), right = pair(four[2], four[3]);
        fours[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(left, right)),
                                 _mm512_castpd_ps(_mm512_unpackhi_pd(left, right)));
    }
    // … then the quarters of 128 bits onto each other.
    auto const fold = [](__m512 a, __m512 b) {
        return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44),
                             _mm512_shuffle_f32x4(a, b, 0xee));
    };
    __m512 const left = fold(fours[0], fours[1]), right = fold(fours[2], fours[3]);
    return _mm512_add_ps(_mm512_shuffle_f32x4(left, right, 0x88),
                         _mm512_shuffle_f32x4(left, right, 0xdd));
#else
    return xsimd::haddp(x);
#endif
}
/// The larger of each two elements.
inline batch larger(batch a, batch b) { return xsimd::max(a, b); }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
/// The largest element.
inline float largest(batch x) {
    float lane[batch_size];
    store(lane, x);
    float result = lane[0];
    for (float value : lane) { result = value > result ? value : result; }
    return result;
}
/// a·b + c, rounded once where the processor can.
inline batch multiply_add(batch a, batch b, batch c) { return xsimd::fma(a, b, c); }

} // namespace qad

#endif
