// SPDX-License-Identifier: MIT
// Exercise 3.1, "The core trick": read chapters/3-quantize/README.md#s3-1, then write these.
// Judge it with  ./qad check 3.1   stuck?  ./qad hint 3.1
#pragma once
#include <span>   // span
#include <vector> // vector
#include "todo.hpp"

namespace learner {

/// The step s = max|w| / qmax that puts the loudest weight on the last mark. One divides by it,
/// so weights that are all zero get the step 1. qmax is 7 for int4, 127 for int8.
inline float step(std::span<float const> w, int qmax) {
    todo(w, qmax);
}

/// One code for each weight: the whole number nearest to w/s (a tie may go either way, as long
/// as q(-w) = -q(w)), and never outside -qmax … qmax. The step may be another vector's, so that
/// w/s may well be 9, or three billion, which an int cannot hold.
inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    todo(w, s, qmax);
}

/// One weight for each code: q·s.
inline std::vector<float> dequantize(std::span<int const> q, float s) {
    todo(q, s);
}

} // namespace learner
