// SPDX-License-Identifier: MIT
// Believes: sixteen values cut a range into sixteen steps.
#pragma once
#include "../reference/2.1-codes.hpp"

namespace mistaken {

using reference::levels;
inline double step(double range, int bits, bool symmetric) {
    return range / static_cast<double>(levels(bits, symmetric));
}
inline int bits_for(double range, double worst) {
    int bits = 1;
    while (bits < 32 && step(range, bits, false) / 2 > worst) { ++bits; }
    return bits;
}

} // namespace mistaken
