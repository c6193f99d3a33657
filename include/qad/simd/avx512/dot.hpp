// SPDX-License-Identifier: MIT
// Integer dot products of a panel with AVX-512 VNNI.
#ifndef QAD_SIMD_AVX512_DOT_HPP
#define QAD_SIMD_AVX512_DOT_HPP

#include <qad/simd/portable/dot.hpp> // dot_ops, fp16

#if defined(QAD_SIMD_AVX512)

#include <immintrin.h> // _mm512_dpbusd_epi32, _mm512_cvtph_ps

#include <cstring> // memcpy

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

    static ints correction(std::int32_t offset, std::int32_t sum) {
        return _mm512_set1_epi32(-offset * sum);
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

    template <int Bits, int N>
    static void dot32(ints (&sum)[N], std::uint8_t const* w, std::int8_t const* x, index_t stride) {
        if constexpr (Bits == 4) {
            __m512i const low = _mm512_set1_epi8(15);
            for (index_t c = 0; c < 32; c += 8, w += 64) {
                __m512i const both = _mm512_load_si512(w);
                __m512i const first = _mm512_and_si512(both, low);
                __m512i const second = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);
                for (int t = 0; t < N; ++t) {
                    std::int8_t const* at = x + t * stride + c;
                    sum[t] = _mm512_dpbusd_epi32(sum[t], first, four(at));
                    sum[t] = _mm512_dpbusd_epi32(sum[t], second, four(at + 4));
                }
            }
        } else {
            for (index_t c = 0; c < 32; c += 4, w += 64) {
                __m512i const code = _mm512_load_si512(w);
                for (int t = 0; t < N; ++t) {
                    sum[t] = _mm512_dpbusd_epi32(sum[t], code, four(x + t * stride + c));
                }
            }
        }
    }

  private:
    /// Four columns of x, once for each row.
    static __m512i four(std::int8_t const* at) {
        std::int32_t columns;
        std::memcpy(&columns, at, sizeof columns);
        return _mm512_set1_epi32(columns);
    }
};

template <> struct dot_ops<isa::amx> : dot_ops<isa::avx512> {};

} // namespace qad

#endif
#endif
