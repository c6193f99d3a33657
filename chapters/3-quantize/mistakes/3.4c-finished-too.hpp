// SPDX-License-Identifier: MIT
// Believes: an error is shared among all other weights, also those that are finished.
#pragma once
#include "../reference/3.4-gptq.hpp"

namespace mistaken {

using reference::hessian;

inline int round_and_push(std::span<double> w, std::span<double const> u, std::size_t i,
                          float s, int qmax) {
    double const before = w[i];
    int const k = reference::round_and_push(w, u, i, s, qmax);
    double const e = (before - double(s) * k) / u[i * w.size() + i];
    for (std::size_t j = 0; j < i; ++j) { w[j] -= e * u[j * w.size() + i]; }
    return k;
}
inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    std::vector<double> now(w.begin(), w.end());
    for (std::size_t i = 0; i < w.size(); ++i) { round_and_push(now, u, i, s, qmax); }
    std::vector<int> codes;
    for (double x : now) {
        double const k = std::nearbyint(x / double(s));
        codes.push_back(static_cast<int>(std::clamp(k, -double(qmax), double(qmax))));
    }
    return codes;
}

} // namespace mistaken
