// SPDX-License-Identifier: MIT
// Exercise 2.1, "Bits are budget": read chapters/2-formats/README.md#s2-1, then write these
// three.
// Judge it with  ./qad check 2.1   stuck?  ./qad hint 2.1
#pragma once
#include <cstdint> // int64_t
#include "todo.hpp"

namespace learner {

/// How many values `bits` bits can tell apart, 1 to 32 bits. A symmetric grid (at least 2 bits)
/// leaves its lowest code unused, so that -w can be stored wherever w can.
inline std::int64_t levels(int bits, bool symmetric) {
    todo(bits, symmetric);
}

/// The distance between neighbours when that many values stand evenly over a range, one of them
/// on each of its ends. `range`: highest minus lowest, 2 for the numbers from -1 to 1.
inline double step(double range, int bits, bool symmetric) {
    todo(range, bits, symmetric);
}

/// The fewest bits, 1 to 32, of a grid that is not symmetric, with which no number of the range
/// is farther than `worst` from the value that stands for it. 32 are always enough here.
inline int bits_for(double range, double worst) {
    todo(range, worst);
}

} // namespace learner
