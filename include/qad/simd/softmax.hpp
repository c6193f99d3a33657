// SPDX-License-Identifier: MIT
// Exponentials of a row of scores: the inner step of attention's softmax.
#ifndef QAD_SIMD_SOFTMAX_HPP
#define QAD_SIMD_SOFTMAX_HPP

#include <qad/simd/batch.hpp> // batch
#include <qad/simd/exp.hpp>   // fast_exp

#include <algorithm> // max

namespace qad {

/// max_j x[j] of count ≥ 1 scores.
inline float largest_of(float const* x, index_t count) {
    float result = x[0];
    index_t j = 0;
    if (count >= batch_size) {
        batch most = load(x);
        for (j = batch_size; j + batch_size <= count; j += batch_size) {
            most = larger(most, load(x + j));
        }
        result = largest(most);
    }
    for (; j < count; ++j) { result = std::max(result, x[j]); }
    return result;
}

namespace detail {
template <class Isa> void exp_row(float* x, index_t count, float shift) {
    for (index_t j = 0; j < count; ++j) { x[j] = fast_exp<Isa>(x[j] - shift); }
}
} // namespace detail

/// x[j] ← e^(x[j] − shift); returns their sum. With shift ≥ max x no term exceeds 1.
inline float exponentials(float* x, index_t count, float shift) {
    detail::exp_row<isa::native>(x, count, shift);
    batch total(0.0f);
    index_t j = 0;
    for (; j + batch_size <= count; j += batch_size) { total = total + load(x + j); }
    float result = sum(total);
    for (; j < count; ++j) { result += x[j]; }
    return result;
}

} // namespace qad

#endif
