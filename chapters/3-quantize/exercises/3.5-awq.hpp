// SPDX-License-Identifier: MIT
// Exercise 3.5, "AWQ": read chapters/3-quantize/README.md#s3-5, then write these three in this
// order. A red one: three steps, and the third is made of the first two.
// Judge it with  ./qad check 3.5   stuck?  ./qad hint 3.5
#pragma once
#include <cstddef> // size_t
#include <span>    // span
#include <vector>  // vector
#include "todo.hpp"

namespace learner {

/// Step 1. How busy each input channel j is: the mean of |x[t][j]| over all tokens t.
/// x: tokens × inputs, row after row. Returns one number for each input.
inline std::vector<double> salience(std::span<float const> x, std::size_t inputs) {
    todo(x, inputs);
}

/// Step 2. The weights as the outputs see them when the scaled ones are rounded to int4:
///   v[j] = w[j]·s[j],  d = max|v| / 7 over the row,  code[j] = v[j]/d to the nearest, −7 … 7
/// and the inputs that meet them are divided by s, so that weight j acts as d·code[j] / s[j].
/// w: rows × inputs, row after row, each row with its own d; s: one for each input, above 0.
/// Returns rows × inputs; an all-zero row stays zero.
inline std::vector<float> scaled_quantize(std::span<float const> w, std::span<float const> s) {
    todo(w, s);
}

/// Step 3. The scales that AWQ chooses: s[j] = salience[j]^α, but at least 0.0001. Of the α
/// 0, 1/20, 2/20 … 19/20 take the one with the least squared error of the *outputs*: the sum
/// over all rows r and tokens t of
///   (sum over j of (ŵ[r][j] − w[r][j])·x[t][j])²      with ŵ from step 2
/// w: rows × inputs, x: tokens × inputs. Returns s, one for each input.
inline std::vector<float> search_scale(std::span<float const> w, std::span<float const> x,
                                       std::size_t inputs) {
    todo(w, x, inputs);
}

} // namespace learner
