// SPDX-License-Identifier: MIT
// Believes: at a power of two the numbers still stand as they did below it.
#pragma once
#include "../reference/2.3-line.hpp"

namespace mistaken {

using reference::largest;
using reference::smallest;
inline double spacing(double x, int exponent_bits, int mantissa_bits) {
    int e = 0;
    double const fraction = std::frexp(x, &e); // in [1/2, 1): 1 is 1/2 times 2^1
    int const power = fraction == 0.5 ? e - 2 : e - 1;
    return std::ldexp(1.0, std::max(power, 1 - reference::bias(exponent_bits)) - mantissa_bits);
}

} // namespace mistaken
