// SPDX-License-Identifier: MIT
// From logits to the next token.
#ifndef QAD_MODEL_SAMPLE_HPP
#define QAD_MODEL_SAMPLE_HPP

#include <qad/core/random.hpp> // generator
#include <qad/core/size.hpp>   // index_t

#include <algorithm> // max_element, partial_sort
#include <cmath>     // exp, isnan
#include <limits>    // numeric_limits
#include <numeric>   // iota
#include <span>      // span
#include <vector>    // vector

namespace qad {

/// How the next token is drawn. The filters apply in the order of the members; each keeps at
/// least the most likely token. Defaults draw from the model's own distribution.
struct sampling {
    double temperature = 1; ///< logits are divided by it; 0 is greedy: always the most likely
    index_t top_k = 0;      ///< keep the k most likely tokens; 0 keeps all
    double top_p = 1; ///< keep the shortest list whose probability reaches p (Holtzman 2020)
    double min_p = 0; ///< keep tokens with at least min_p of the largest probability
};

/// The index of the largest logit, the lower one of equals. NaN is an error, not a token.
inline std::int32_t most_likely(std::span<float const> logits) {
    if (logits.empty()) { fail<shape_error>("there are no logits to choose from"); }
    for (float logit : logits) {
        if (std::isnan(logit)) {
            fail("the logits contain NaN: the weights or the activations overflowed; try "
                 "float32 "
                 "weights, or `./qad inspect` for the tensor at fault (chapter 2.4)");
        }
    }
    return static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) -
                                     logits.begin());
}

/// Draws the next token from softmax(logits / temperature) after the filters of `how`.
inline std::int32_t sample(std::span<float const> logits, sampling const& how,
                           generator& random) {
    if (how.temperature < 0 || how.top_k < 0 || !(how.top_p > 0) || how.top_p > 1 ||
        !(how.min_p >= 0) || how.min_p > 1) {
        fail("sampling needs temperature >= 0, top_k >= 0, 0 < top_p <= 1 and 0 <= min_p <= 1");
    }
    std::int32_t const best = most_likely(logits);
    if (how.temperature == 0) { return best; }

    // Sort the candidates, the most likely first; equal logits keep the order of their tokens.
    std::vector<std::int32_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    auto const before = [&](std::int32_t a, std::int32_t b) {
        float const x = logits[static_cast<std::size_t>(a)],
                    y = logits[static_cast<std::size_t>(b)];
        return x != y ? x > y : a < b;
    };
    bool const few = how.top_k > 0 && static_cast<std::size_t>(how.top_k) < order.size();
    auto const kept = few ? order.begin() + how.top_k : order.end();
    std::partial_sort(order.begin(), kept, order.end(), before);
    order.erase(kept, order.end());

    // Turn them into probabilities relative to the largest.
    std::vector<double> weight;
    double total = 0;
    double const top = logits[static_cast<std::size_t>(best)];
    for (std::int32_t token : order) {
        weight.push_back(
            std::exp((logits[static_cast<std::size_t>(token)] - top) / how.temperature));
        total += weight.back();
    }

    // Cut the tail: first by the running sum (top_p), then by the share of the largest (min_p).
    std::size_t count = 0;
    double sum = 0;
    while (count < weight.size() &&
           (count == 0 || (sum < how.top_p * total && weight[count] >= how.min_p))) {
        sum += weight[count++];
    }

    // Draw by inverting the cumulative distribution.
    double left = random.uniform() * sum;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        left -= weight[i];
        if (left < 0) { return order[i]; }
    }
    return order[count - 1];
}

} // namespace qad

#endif
