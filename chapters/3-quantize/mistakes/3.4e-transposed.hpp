// SPDX-License-Identifier: MIT
// Believes: U is symmetric as H is, so U[j][i] will do for U[i][j].
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

using reference::hessian;

inline std::vector<double> turned(std::span<double const> u, std::size_t n) {
    std::vector<double> t(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) { t[i * n + j] = u[j * n + i]; }
    }
    return t;
}
inline int round_and_push(std::span<double> w, std::span<double const> u, std::size_t i,
                          float s, int qmax) {
    return reference::round_and_push(w, turned(u, w.size()), i, s, qmax);
}
inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    return reference::gptq_row(w, turned(u, w.size()), s, qmax);
}

} // namespace mistaken
