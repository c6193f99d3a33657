// SPDX-License-Identifier: MIT
// Chapter 2.2, "fp32, fp16, bf16, int8, int4" — chapters/2-formats/README.md#s2-2
#ifndef QAD_FORMATS_FP16_HPP
#define QAD_FORMATS_FP16_HPP

#include <qad/formats/format.hpp> // number_format

#include <bit>      // bit_cast
#include <concepts> // integral
#include <cstdint>  // uint16_t

namespace qad {

/// IEEE 754 binary16.
///
///   sign 1 · exponent 5 · mantissa 10       unit roundoff 2⁻¹¹
///   largest 65504, smallest normal 6.10·10⁻⁵, smallest 5.96·10⁻⁸
///   reason to exist: inference; eight times finer than bf16, but a range that training leaves
struct fp16 {
    static constexpr int bits = 16;

    std::uint16_t code = 0;

    constexpr fp16() = default;
    /// From the bare bits. A float does not fit in here by mistake: it goes through `nearest`.
    explicit constexpr fp16(std::integral auto bare) : code(static_cast<std::uint16_t>(bare)) {}

    /// The nearest fp16, ties to the even code; from 65520 on infinity; NaN stays NaN.
    static constexpr fp16 nearest(float x) {
        auto const u = std::bit_cast<std::uint32_t>(x);
        std::uint32_t const sign = (u >> 16) & 0x8000, magnitude = u & 0x7fffffff;
        std::uint32_t result = 0;
        if (magnitude > 0x7f800000) {
            // A NaN keeps what fits of its payload; where that is 0, one bit tells it from ∞.
            std::uint32_t const payload = (magnitude >> 13) & 0x3ff;
            result = 0x7c00 | (payload != 0 ? payload : 0x200);
        } else if (magnitude >= 0x477ff000) {
            result = 0x7c00; // 65520 and beyond: infinity
        } else if (magnitude >= 0x38800000) {
            // Normal: move the exponent bias from 127 to 15, round 13 bits away, ties to even.
            std::uint32_t const rebased = magnitude - (112u << 23);
            result = (rebased + 0xfff + ((rebased >> 13) & 1)) >> 13;
        } else {
            // Subnormal: 0.5's last mantissa bit weighs 2⁻²⁴, so this sum rounds to that grid.
            float const sum = std::bit_cast<float>(magnitude) + 0.5f;
            result = std::bit_cast<std::uint32_t>(sum) - std::bit_cast<std::uint32_t>(0.5f);
        }
        return fp16(sign | result);
    }
    explicit constexpr operator float() const {
        std::uint32_t const sign = static_cast<std::uint32_t>(code & 0x8000) << 16;
        std::uint32_t const exponent = (code >> 10) & 31, mantissa = code & 0x3ff;
        if (exponent == 0) {
            float const magnitude = static_cast<float>(mantissa) * 0x1p-24f;
            return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
        }
        std::uint32_t const rebased = exponent == 31 ? 255 : exponent + 112;
        return std::bit_cast<float>(sign | (rebased << 23) | (mantissa << 13));
    }
    constexpr bool operator==(fp16 const&) const = default;
};

static_assert(number_format<fp16> && sizeof(fp16) == 2);

} // namespace qad

#endif
