// SPDX-License-Identifier: MIT
// Believes: n bits count to 2^n - 1, so that is how many values they have.
#pragma once
#include <cstdint> // int64_t

namespace mistaken {

inline std::int64_t levels(int bits, bool) { return (std::int64_t{1} << bits) - 1; }
inline double step(double range, int bits, bool symmetric) {
    return range / static_cast<double>(levels(bits, symmetric) - 1);
}
inline int bits_for(double range, double worst) {
    int bits = 2;
    while (bits < 32 && step(range, bits, false) / 2 > worst) { ++bits; }
    return bits;
}

} // namespace mistaken
