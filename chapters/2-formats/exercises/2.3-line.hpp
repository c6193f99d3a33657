// SPDX-License-Identifier: MIT
// Exercise 2.3, "Precision vs range": read chapters/2-formats/README.md#s2-3, then write these
// three. Judge it with  ./qad check 2.3   stuck?  ./qad hint 2.3
#pragma once
#include <cmath> // ldexp, ilogb
#include "todo.hpp"

namespace learner {

// A format has E exponent bits and M mantissa bits (fp16: 5 and 10, bf16: 8 and 7). With
// bias = 2^(E-1) - 1 its normal numbers lie between 2^(1-bias) and 2^(bias+1); the exponent of
// all ones is kept for infinity and NaN. Below 2^(1-bias) the step stays what it is there.

/// The largest number that is not infinite.
inline double largest(int exponent_bits, int mantissa_bits) {
    todo(exponent_bits, mantissa_bits);
}

/// The smallest number above 0.
inline double smallest(int exponent_bits, int mantissa_bits) {
    todo(exponent_bits, mantissa_bits);
}

/// How far the numbers of the format lie apart where x is, 0 < x < largest: x lies in the gap
/// between two of them, or x is one and the gap is the one above it.
inline double spacing(double x, int exponent_bits, int mantissa_bits) {
    todo(x, exponent_bits, mantissa_bits);
}

} // namespace learner
