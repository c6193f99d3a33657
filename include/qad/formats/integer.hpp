// SPDX-License-Identifier: MIT
// Chapter 2.2, "fp32, fp16, bf16, int8, int4" — chapters/2-formats/README.md#s2-2
#ifndef QAD_FORMATS_INTEGER_HPP
#define QAD_FORMATS_INTEGER_HPP

#include <qad/formats/format.hpp> // code_format

#include <compare>  // operator<=>
#include <concepts> // integral
#include <cstdint>  // int8_t

namespace qad {

/// A signed integer of 2 to 8 bits, two's complement.
///
///   bits      codes         symmetric grid    reason to exist
///   8 (int8)  −128 … 127    −127 … 127        conservative inference; W8A8
///   4 (int4)  −8 … 7        −7 … 7            with scales little more than a quarter of bf16
///   3 (int3)  −4 … 3        −3 … 3            what breaks first, and what GPTQ can still save
///   2 (int2)  −2 … 1        −1 … 1            three values
///
/// A symmetric grid leaves its lowest code unused, so that −w is always as representable as w.
template <int Bits>
    requires(Bits >= 2 && Bits <= 8)
struct integer {
    static constexpr int bits = Bits;
    static constexpr int highest = (1 << (Bits - 1)) - 1;
    static constexpr int lowest = -highest - 1;
    static constexpr float largest = static_cast<float>(highest); // end of the symmetric grid

    std::int8_t value = 0;

    constexpr integer() = default;
    /// From lowest … highest. A float does not fit in here by mistake: it takes `nearest`.
    explicit constexpr integer(std::integral auto exact)
        : value(static_cast<std::int8_t>(exact)) {}

    /// The nearest integer, ties to even, saturated to lowest … highest. NaN gives 0: whoever
    /// quantizes looks for NaN first, because no integer can stand for it.
    static constexpr integer nearest(float x) {
        if (x != x) { return {}; }
        if (x <= static_cast<float>(lowest)) { return integer(lowest); }
        if (x >= static_cast<float>(highest)) { return integer(highest); }
        // Adding 1.5·2²³ leaves no bits below 1: the sum itself rounds to nearest even.
        float const sum = x + 12582912.0f;
        return integer(static_cast<int>(sum - 12582912.0f));
    }
    explicit constexpr operator float() const { return value; }

    constexpr unsigned code() const { return static_cast<unsigned>(value) & mask; }
    static constexpr integer from_code(unsigned code) {
        // The sign bit weighs −2^(Bits−1): flip it, then subtract its weight.
        constexpr int sign = 1 << (Bits - 1);
        return integer((static_cast<int>(code & mask) ^ sign) - sign);
    }
    constexpr auto operator<=>(integer const&) const = default;

  private:
    static constexpr unsigned mask = (1u << Bits) - 1;
};

using int8 = integer<8>;
using int4 = integer<4>;
using int3 = integer<3>;
using int2 = integer<2>;

static_assert(code_format<int8> && code_format<int4> && code_format<int3> && code_format<int2>);

} // namespace qad

#endif
