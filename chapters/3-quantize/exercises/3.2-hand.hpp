// SPDX-License-Identifier: MIT
// Exercise 3.2, "A rounding example with real numbers": read chapters/3-quantize/README.md,
// section 3.2, work its four weights out by hand, then write these three.
// Judge it with  ./qad check 3.2   stuck?  ./qad hint 3.2
#pragma once
#include <cstddef> // size_t
#include <span>    // span
#include <vector>  // vector
#include "todo.hpp"

namespace learner {

/// The code of each weight on the ruler of these very weights: s = max|w| / qmax. Weights that
/// are all zero have the codes 0. qmax is 7 for int4, 127 for int8.
inline std::vector<int> codes(std::span<float const> w, int qmax) {
    todo(w, qmax);
}

/// By how much each weight moves: |w - q·s|.
inline std::vector<float> errors(std::span<float const> w, int qmax) {
    todo(w, qmax);
}

/// The index of the weight that loses the largest share of itself, error / |w|; the first one
/// where several lose the same. A weight of zero has nothing to lose: its share is 0.
inline std::size_t victim(std::span<float const> w, int qmax) {
    todo(w, qmax);
}

} // namespace learner
