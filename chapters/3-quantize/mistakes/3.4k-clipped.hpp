// SPDX-License-Identifier: MIT
// Believes: a weight beyond the last mark is cut off first, and rounded then.
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

using reference::hessian;

inline int round_and_push(std::span<double> w, std::span<double const> u, std::size_t i,
                          float s, int qmax) {
    w[i] = std::clamp(w[i], -double(s) * qmax, double(s) * qmax);
    return reference::round_and_push(w, u, i, s, qmax);
}
inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    std::vector<double> now(w.begin(), w.end());
    std::vector<int> codes;
    for (std::size_t i = 0; i < w.size(); ++i) {
        codes.push_back(round_and_push(now, u, i, s, qmax));
    }
    return codes;
}

} // namespace mistaken
