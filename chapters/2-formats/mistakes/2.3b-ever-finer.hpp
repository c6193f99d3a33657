// SPDX-License-Identifier: MIT
// Believes: towards 0 the steps become ever finer.
#pragma once
#include "../reference/2.3-line.hpp"

namespace mistaken {

using reference::largest;
using reference::smallest;
inline double spacing(double x, int, int mantissa_bits) {
    return std::ldexp(1.0, std::ilogb(x) - mantissa_bits);
}

} // namespace mistaken
