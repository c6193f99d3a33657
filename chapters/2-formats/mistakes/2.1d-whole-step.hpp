// SPDX-License-Identifier: MIT
// Believes: rounding can be wrong by a whole step.
#pragma once
#include "../reference/2.1-codes.hpp"

namespace mistaken {

using reference::levels;
using reference::step;
inline int bits_for(double range, double worst) {
    int bits = 1;
    while (bits < 32 && step(range, bits, false) > worst) { ++bits; }
    return bits;
}

} // namespace mistaken
