// SPDX-License-Identifier: MIT
// Believes: half the bits leave half the values.
#pragma once
#include <cstdint> // int64_t

namespace mistaken {

inline std::int64_t levels(int bits, bool symmetric) {
    return 256 * bits / 8 - (symmetric ? 1 : 0);
}
inline double step(double range, int bits, bool symmetric) {
    return range / static_cast<double>(levels(bits, symmetric) - 1);
}
inline int bits_for(double range, double worst) {
    int bits = 1;
    while (bits < 32 && step(range, bits, false) / 2 > worst) { ++bits; }
    return bits;
}

} // namespace mistaken
