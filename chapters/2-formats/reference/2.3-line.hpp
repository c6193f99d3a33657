// SPDX-License-Identifier: MIT
// The answer to exercise 2.3, for any split of the bits; the library has the two that it needs.
#pragma once
#include <algorithm> // max
#include <cmath>     // ldexp, ilogb

namespace reference {

constexpr int bias(int exponent_bits) { return (1 << (exponent_bits - 1)) - 1; }

// A mantissa of all ones is the last step before the next power of two.
inline double largest(int exponent_bits, int mantissa_bits) {
    return std::ldexp(2 - std::ldexp(1.0, -mantissa_bits), bias(exponent_bits));
}
inline double smallest(int exponent_bits, int mantissa_bits) {
    return std::ldexp(1.0, 1 - bias(exponent_bits) - mantissa_bits);
}

// Between 2^e and 2^(e+1) stand 2^mantissa_bits numbers, evenly; ilogb is that e, exactly.
inline double spacing(double x, int exponent_bits, int mantissa_bits) {
    int const e = std::max(std::ilogb(x), 1 - bias(exponent_bits));
    return std::ldexp(1.0, e - mantissa_bits);
}

} // namespace reference
