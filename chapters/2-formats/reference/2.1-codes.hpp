// SPDX-License-Identifier: MIT
// The answer to exercise 2.1. The library knows the bits of a code when it is compiled
// (integer<4>); here they are numbers, so the sums are written out.
#pragma once
#include <cstdint> // int64_t

namespace reference {

inline std::int64_t levels(int bits, bool symmetric) {
    return (std::int64_t{1} << bits) - (symmetric ? 1 : 0);
}

// Both ends carry a value, so there is one gap fewer than there are values.
inline double step(double range, int bits, bool symmetric) {
    return range / static_cast<double>(levels(bits, symmetric) - 1);
}

// The worst place is the middle of a gap: half a step from either value.
inline int bits_for(double range, double worst) {
    int bits = 1;
    while (bits < 32 && step(range, bits, false) / 2 > worst) { ++bits; }
    return bits;
}

} // namespace reference
