// SPDX-License-Identifier: MIT
// Integer dot products of a panel with AVX-512 VNNI.
#ifndef QAD_SIMD_AVX512_DOT_HPP
#define QAD_SIMD_AVX512_DOT_HPP

#include <qad/simd/portable/dot.hpp> // dot_ops, fp16

#if defined(QAD_SIMD_AVX512)

#include <immintrin.h> // _mm512_load_si512, _mm512_cvtph_ps

namespace qad {

/// 16 rows: one register holds 4 columns of each. vpdpbusd multiplies unsigned codes with signed
/// activations and adds four products to 32 bits without saturation.
template <> struct dot_ops<isa::avx512> {
    static constexpr index_t rows = 16;
    static constexpr int tokens = 8;
    static constexpr bool has_fp16 = true;
    template <int Bits> static constexpr int bias = Bits == 4 ? 8 : 128;

    static constexpr __mmask16 all16 = 0xffff; // g++ 12 warns about its unmasked ones (bug 105593)
    using ints = __m512i;
    using floats = __m512;

    template <int Bits> static ints correction(std::int32_t sum) {
        return _mm512_set1_epi32(-bias<Bits> * sum);
    }
    static ints correction(std::int16_t const* offset, std::int32_t sum) {
        __m512i const wide =
            _mm512_maskz_cvtepi16_epi32(all16, _mm256_loadu_si256(reinterpret_cast<__m256i const*>(offset)));
        return _mm512_mullo_epi32(wide, _mm512_set1_epi32(-sum));
    }
    static floats load(float const* at) { return _mm512_loadu_ps(at); }
    static floats load(fp16 const* at) {
        return _mm512_maskz_cvtph_ps(all16, _mm256_loadu_si256(reinterpret_cast<__m256i const*>(at)));
    }
    static floats zero() { return _mm512_setzero_ps(); }
    static floats accumulate(floats total, floats scale, float x_scale, ints dot) {
        return _mm512_fmadd_ps(_mm512_maskz_cvtepi32_ps(all16, dot),
                               _mm512_mul_ps(scale, _mm512_set1_ps(x_scale)), total);
    }
    static void store(float* at, floats x, index_t count) {
        if (count == rows) { return _mm512_storeu_ps(at, x); }
        _mm512_mask_storeu_ps(at, static_cast<__mmask16>((1u << count) - 1), x);
    }

    template <int Bits, index_t Block, int N>
    static void dot(ints (&sum)[N], std::uint8_t const* w, std::int8_t const* x) {
        if constexpr (Bits == 4) {
            __m512i const low = _mm512_set1_epi8(15);
#pragma GCC unroll 8
            for (index_t c = 0; c < Block; c += 8) {
                __m512i const both = _mm512_load_si512(w + 8 * c);
                __m512i const first = _mm512_and_si512(both, low);
                __m512i const second = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);
#pragma GCC unroll 8
                for (int t = 0; t < N; ++t) {
                    add_four(sum[t], first, x + t * Block + c);
                    add_four(sum[t], second, x + t * Block + c + 4);
                }
            }
        } else {
#pragma GCC unroll 16
            for (index_t c = 0; c < Block; c += 4) {
                __m512i const code = _mm512_load_si512(w + 16 * c);
#pragma GCC unroll 8
                for (int t = 0; t < N; ++t) { add_four(sum[t], code, x + t * Block + c); }
            }
        }
    }

  private:
    /// sum[row] += Σ of four columns of w[row] · x. In assembly, because g++ 12 neither broadcasts inside
    /// the instruction nor keeps the sums where they are, which costs half the speed.
    static void add_four(ints& sum, __m512i w, std::int8_t const* x) {
        auto const& four = *reinterpret_cast<std::int8_t const(*)[4]>(x);
        asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(w), "m"(four));
    }
};

template <> struct dot_ops<isa::amx> : dot_ops<isa::avx512> {};

} // namespace qad

#endif
#endif
