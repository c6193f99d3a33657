// SPDX-License-Identifier: MIT
// Believes: the exponent of all ones is a power like any other.
#pragma once
#include "../reference/2.3-line.hpp"

namespace mistaken {

using reference::smallest;
using reference::spacing;
inline double largest(int exponent_bits, int mantissa_bits) {
    return std::ldexp(2 - std::ldexp(1.0, -mantissa_bits), reference::bias(exponent_bits) + 1);
}

} // namespace mistaken
