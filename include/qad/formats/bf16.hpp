// SPDX-License-Identifier: MIT
// Chapter 2.2, "fp32, fp16, bf16, int8, int4" — chapters/2-formats/README.md#s2-2
#ifndef QAD_FORMATS_BF16_HPP
#define QAD_FORMATS_BF16_HPP

#include <qad/formats/format.hpp> // number_format

#include <bit>      // bit_cast
#include <concepts> // integral
#include <cstdint>  // uint16_t

namespace qad {

/// bfloat16: the upper half of a float.
///
///   sign 1 · exponent 8 · mantissa 7        unit roundoff 2⁻⁸
///   largest 3.39·10³⁸, smallest normal 1.18·10⁻³⁸, smallest 9.2·10⁻⁴¹: fp32's range
///   reason to exist: training keeps its range, at half the bytes
struct bf16 {
    static constexpr int bits = 16;

    std::uint16_t code = 0;

    constexpr bf16() = default;
    /// From the bare bits. A float does not fit in here by mistake: it goes through `nearest`.
    explicit constexpr bf16(std::integral auto bare) : code(static_cast<std::uint16_t>(bare)) {}

    //[nearest]
    /// The nearest bf16, ties to the even code; beyond the largest: infinity; NaN stays NaN.
    static constexpr bf16 nearest(float x) {
        auto const u = std::bit_cast<std::uint32_t>(x);
        // A NaN keeps what fits of its payload; where that is 0, one bit tells it from ∞.
        if ((u & 0x7fffffff) > 0x7f800000) {
            std::uint32_t const quiet = (u & 0x7f0000) == 0 ? 0x40 : 0;
            return bf16((u >> 16) | quiet);
        }
        // Add half a step, a little less when the kept part is even: ties go to even.
        std::uint32_t const half = 0x7fff + ((u >> 16) & 1);
        return bf16((u + half) >> 16);
    }
    explicit constexpr operator float() const {
        return std::bit_cast<float>(static_cast<std::uint32_t>(code) << 16);
    }
    //[nearest]
    constexpr bool operator==(bf16 const&) const = default;
};

static_assert(number_format<bf16> && sizeof(bf16) == 2);

} // namespace qad

#endif
