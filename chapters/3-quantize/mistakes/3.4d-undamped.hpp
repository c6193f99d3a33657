// SPDX-License-Identifier: MIT
// Believes: the sum over the tokens is all there is to H; damping only blurs it.
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

inline std::vector<double> hessian(std::span<float const> x, std::size_t inputs, double) {
    return reference::hessian(x, inputs, 0);
}
using reference::gptq_row;
using reference::round_and_push;

} // namespace mistaken
