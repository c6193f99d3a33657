// SPDX-License-Identifier: MIT
// Believes: U is a factor of H itself, so it has to be inverted before its rows are of use.
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

using reference::hessian;

inline std::vector<double> inverse(std::span<double const> u, std::size_t n) {
    std::vector<double> v(n * n);
    for (std::size_t i = n; i-- > 0;) {
        v[i * n + i] = 1 / u[i * n + i];
        for (std::size_t j = i + 1; j < n; ++j) {
            double sum = 0;
            for (std::size_t m = i + 1; m <= j; ++m) { sum += u[i * n + m] * v[m * n + j]; }
            v[i * n + j] = -sum / u[i * n + i];
        }
    }
    return v;
}
inline int round_and_push(std::span<double> w, std::span<double const> u, std::size_t i,
                          float s, int qmax) {
    return reference::round_and_push(w, inverse(u, w.size()), i, s, qmax);
}
inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    return reference::gptq_row(w, inverse(u, w.size()), s, qmax);
}

} // namespace mistaken
