// SPDX-License-Identifier: MIT
// Softmax by the book: once for the largest, once for the sum, once for the shares.
#ifndef QAD_LAYERS_SOFTMAX_HPP
#define QAD_LAYERS_SOFTMAX_HPP

#include <qad/core/matrix.hpp> // span, index_t

#include <algorithm> // max
#include <cmath>     // exp, log
#include <concepts>  // floating_point

namespace qad {

/// ln Σ_j e^x[j]. The largest x is taken out of the sum, so that no exponential exceeds 1:
/// logits of 10⁴ are as good as logits of 1. The sum over a vocabulary is long, so it runs in
/// double.
template <std::floating_point T> double log_sum_exp(std::span<T const> x) {
    if (x.empty()) { fail<shape_error>("softmax: there are no logits"); }
    double const largest = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (T value : x) { sum += std::exp(static_cast<double>(value) - largest); }
    return largest + std::log(sum);
}

/// out[j] = e^x[j] / Σ_i e^x[i]. `out` may be x.
template <std::floating_point T> void softmax(std::span<T> out, std::span<T const> x) {
    if (out.size() != x.size()) {
        fail<shape_error>("softmax: ", out.size(), " from ", x.size());
    }
    double const log_sum = log_sum_exp<T>(x);
    for (std::size_t j = 0; j < x.size(); ++j) {
        out[j] = static_cast<T>(std::exp(static_cast<double>(x[j]) - log_sum));
    }
}

} // namespace qad

#endif
