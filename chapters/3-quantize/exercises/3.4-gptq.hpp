// SPDX-License-Identifier: MIT
// Exercise 3.4, "GPTQ": read chapters/3-quantize/README.md#s3-4, then write these three in
// this order. A red one: three steps, none of them long, and no linear algebra library.
// Judge it with  ./qad check 3.4   stuck?  ./qad hint 3.4
#pragma once
#include <cstddef> // size_t
#include <span>    // span
#include <vector>  // vector
#include "todo.hpp"

namespace learner {

/// Step 1. What the inputs of a layer say about each other, added up over all tokens t:
///   H[i][j] = sum of x[t][i]·x[t][j] over t
/// and then, on the diagonal alone, + λ with λ = damping · (mean of the sum's diagonal).
/// x: tokens × inputs, row after row. Returns H: inputs × inputs, row after row.
inline std::vector<double> hessian(std::span<float const> x, std::size_t inputs,
                                   double damping) {
    todo(x, inputs, damping);
}

/// Step 2. Rounds weight i of a row of n weights, and lets the weights that follow make good:
///   k = w[i]/s rounded to the nearest whole number, no further from 0 than qmax
///   e = (w[i] − s·k) / U[i][i]
///   w[j] changes by −e·U[i][j] for each j > i;  w[i] becomes s·k;  the others stay
/// Returns k.
///
/// U comes from the check, which computed it from H in plain loops: n × n, row after row, zeros
/// below the diagonal, and Uᵀ·U is the inverse of H. Nothing is left for you to invert. Its row
/// i answers one question. The weights before i are finished, and w[i] has to move by d. How
/// should those that follow move, so that the outputs move least? w[j] by d·U[i][j]/U[i][i],
/// and the squared output error grows by (d/U[i][i])²: no choice makes it grow less.
inline int round_and_push(std::span<double> w, std::span<double const> u, std::size_t i,
                          float s, int qmax) {
    todo(w, u, i, s, qmax);
}

/// Step 3. The codes k of a whole row, rounded from the first weight to the last. w itself is
/// only read.
inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    todo(w, u, s, qmax);
}

} // namespace learner
