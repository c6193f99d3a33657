// SPDX-License-Identifier: MIT
// Believes: below the smallest normal number comes 0.
#pragma once
#include "../reference/2.3-line.hpp"

namespace mistaken {

using reference::largest;
using reference::spacing;
inline double smallest(int exponent_bits, int) {
    return std::ldexp(1.0, 1 - reference::bias(exponent_bits));
}

} // namespace mistaken
