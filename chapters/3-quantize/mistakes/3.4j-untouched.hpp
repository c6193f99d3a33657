// SPDX-License-Identifier: MIT
// Believes: what is rounded is the row that was given.
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

using reference::hessian;
using reference::round_and_push;

inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    std::vector<int> codes;
    for (std::size_t i = 0; i < w.size(); ++i) {
        std::vector<double> now(w.begin(), w.end()); // where the errors before are forgotten
        codes.push_back(round_and_push(now, u, i, s, qmax));
    }
    return codes;
}

} // namespace mistaken
