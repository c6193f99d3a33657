// SPDX-License-Identifier: MIT
// Believes: H says how alike the tokens are.
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

inline std::vector<double> hessian(std::span<float const> x, std::size_t inputs,
                                   double damping) {
    std::size_t const tokens = x.size() / inputs;
    std::vector<float> turned(x.size());
    for (std::size_t t = 0; t < tokens; ++t) {
        for (std::size_t i = 0; i < inputs; ++i) { turned[i * tokens + t] = x[t * inputs + i]; }
    }
    return reference::hessian(turned, tokens, damping);
}
using reference::gptq_row;
using reference::round_and_push;

} // namespace mistaken
