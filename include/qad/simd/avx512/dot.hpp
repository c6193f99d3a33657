// SPDX-License-Identifier: MIT
// Integer dot products of a panel with AVX-512 VNNI.
#ifndef QAD_SIMD_AVX512_DOT_HPP
#define QAD_SIMD_AVX512_DOT_HPP

#include <qad/simd/portable/dot.hpp> // dot_ops, fp16

#if defined(QAD_SIMD_AVX512)

#include <immintrin.h> // _mm512_load_si512, _mm512_cvtph_ps

#include <utility> // integer_sequence

namespace qad {

/// 16 rows: one register holds 4 columns of each. vpdpbusd multiplies unsigned codes with
/// signed activations and adds four products to 32 bits without saturation.
template <> struct dot_ops<isa::avx512> {
    static constexpr index_t rows = 16;
    static constexpr int tokens = 8;
    static constexpr bool has_fp16 = true;
    template <int Bits> static constexpr int bias = Bits == 4 ? 8 : 128;

    static constexpr __mmask16 all16 =
        0xffff; // g++ 12 warns about its unmasked ones (bug 105593)
    using ints = __m512i;
    using floats = __m512;

    static ints correction(int offset, std::int32_t sum) {
        return _mm512_set1_epi32(-offset * sum);
    }
    static ints correction(std::int16_t const* offset, std::int32_t sum) {
        __m512i const wide = _mm512_maskz_cvtepi16_epi32(
            all16, _mm256_loadu_si256(reinterpret_cast<__m256i const*>(offset)));
        return _mm512_mullo_epi32(wide, _mm512_set1_epi32(-sum));
    }
    static floats load(float const* at) { return _mm512_loadu_ps(at); }
    static floats load(fp16 const* at) {
        return _mm512_maskz_cvtph_ps(all16,
                                     _mm256_loadu_si256(reinterpret_cast<__m256i const*>(at)));
    }
    static floats load(std::int8_t const* at) {
        __m128i const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
        return _mm512_maskz_cvtepi32_ps(all16, _mm512_maskz_cvtepi8_epi32(all16, bytes));
    }
    static floats zero() { return _mm512_setzero_ps(); }
    static floats multiply(floats a, floats b) { return _mm512_mul_ps(a, b); }
    static floats accumulate(floats total, floats scale, float x_scale, ints dot) {
        return _mm512_fmadd_ps(_mm512_maskz_cvtepi32_ps(all16, dot),
                               _mm512_mul_ps(scale, _mm512_set1_ps(x_scale)), total);
    }
    static floats lower(floats total, floats low, float x_sum) {
        return _mm512_fnmadd_ps(low, _mm512_set1_ps(x_sum), total);
    }
    static void store(float* at, floats x, index_t count) {
        if (count == rows) { return _mm512_storeu_ps(at, x); }
        _mm512_mask_storeu_ps(at, static_cast<__mmask16>((1u << count) - 1), x);
    }

    template <int Bits, index_t Block, int N>
    static void dot(ints (&sum)[N], std::uint8_t const* w, std::int8_t const* x) {
        // Spelled out by the pack T, not by loops: sums with constant indices stay in
        // registers.
        [&]<int... T>(std::integer_sequence<int, T...>) {
            // Two chains of additions for each token where that leaves registers for all.
            ints even[N] = {sum[T]...}, odd[N] = {((void)T, _mm512_setzero_si512())...};
            constexpr index_t columns = 64 * 8 / (16 * Bits); // in a register of codes
#pragma GCC unroll 16
            for (index_t c = 0; c < Block; c += columns) {
                __m512i const codes = _mm512_load_si512(w + 2 * Bits * c);
                if constexpr (Bits == 4) {
                    __m512i const low = _mm512_set1_epi8(15);
                    __m512i const first = _mm512_and_si512(codes, low);
                    __m512i const second = _mm512_and_si512(_mm512_srli_epi16(codes, 4), low);
                    (add_four(even[T], first, x + T * Block + c), ...);
                    (add_four((N <= 4 ? odd : even)[T], second, x + T * Block + c + 4), ...);
                } else if (N <= 4 && c / columns % 2 == 1) {
                    (add_four(odd[T], codes, x + T * Block + c), ...);
                } else {
                    (add_four(even[T], codes, x + T * Block + c), ...);
                }
            }
            ((sum[T] = N <= 4 ? _mm512_add_epi32(even[T], odd[T]) : even[T]), ...);
        }
        (std::make_integer_sequence<int, N>{});
    }

  private:
    /// sum[row] += Σ of four columns of w[row] · x. In assembly, because g++ 12 would not
    /// broadcast inside the instruction, and the processor would decode two for one.
    static void add_four(ints& sum, __m512i w, std::int8_t const* x) {
        auto const& four = *reinterpret_cast<std::int8_t const(*)[4]>(x);
        asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(w), "m"(four));
    }
};

template <> struct dot_ops<isa::amx> : dot_ops<isa::avx512> {};

} // namespace qad

#endif
#endif
