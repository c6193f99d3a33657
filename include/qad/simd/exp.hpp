// SPDX-License-Identifier: MIT
// The exponential function of a register of floats.
#ifndef QAD_SIMD_EXP_HPP
#define QAD_SIMD_EXP_HPP

#include <qad/core/size.hpp> // index_t
#include <qad/simd/isa.hpp>  // isa::native

#include <bit>     // bit_cast
#include <cstdint> // int32_t

namespace qad {

/// eˣ with a relative error below 2⁻²² (four units in the last place) for −87 ≤ x ≤ 88; beyond,
/// x counts as −87 or 88: 1.6·10⁻³⁸ and 1.7·10³⁸ stand for "nothing" and "more than all else".
/// NaN stays NaN.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, eˣ = 2ⁿ·eʳ, and eʳ from the first eight terms of its
/// series, whose rest is below 2·10⁻⁸. No branches and no table, so that a compiler turns a
/// loop over it into vector code; `Isa` keeps the symbols of differently compiled units apart.
template <class Isa = isa::native> constexpr float fast_exp(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    // n = round(x / ln 2): adding 1.5·2²³ rounds, and leaves n in the lowest bits.
    float const shifted = x * 1.44269504f + 0x1.8p23f;
    float const n = shifted - 0x1.8p23f;
    // ln 2 in two parts, the first so short that n times it is exact.
    float const r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float series = 1.98412698e-4f;
    series = series * r + 1.38888889e-3f;
    series = series * r + 8.33333333e-3f;
    series = series * r + 4.16666667e-2f;
    series = series * r + 1.66666667e-1f;
    series = series * r + 0.5f;
    series = series * r + 1.0f;
    series = series * r + 1.0f;
    // 2ⁿ: n + 127 moved into the exponent.
    auto const power = (std::bit_cast<std::uint32_t>(shifted) + 127u) << 23;
    return series * std::bit_cast<float>(power);
}

} // namespace qad

#endif
