// SPDX-License-Identifier: MIT
// Believes: the largest weight is the loudest.
#pragma once
#include <algorithm> // clamp, max
#include <cmath>     // abs, nearbyint
#include <cstddef>   // size_t
#include <span>      // span
#include <vector>    // vector

namespace mistaken {

inline float step(std::span<float const> w, int qmax) {
    float loudest = 0;
    for (float x : w) { loudest = std::max(loudest, x); }
    return loudest > 0 ? loudest / static_cast<float>(qmax) : 1;
}

inline std::vector<int> codes(std::span<float const> w, int qmax) {
    std::vector<int> q;
    for (float x : w) {
        float const k = std::nearbyint(x / step(w, qmax));
        q.push_back(std::clamp(static_cast<int>(k), -qmax, qmax));
    }
    return q;
}

inline std::vector<float> errors(std::span<float const> w, int qmax) {
    std::vector<float> moved;
    auto const q = codes(w, qmax);
    for (std::size_t i = 0; i < w.size(); ++i) {
        moved.push_back(std::abs(w[i] - static_cast<float>(q[i]) * step(w, qmax)));
    }
    return moved;
}

inline std::size_t victim(std::span<float const> w, int qmax) {
    auto const moved = errors(w, qmax);
    std::size_t worst = 0;
    auto const share = [&](std::size_t i) { return w[i] == 0 ? 0 : moved[i] / std::abs(w[i]); };
    for (std::size_t i = 1; i < w.size(); ++i) {
        if (share(i) > share(worst)) { worst = i; }
    }
    return worst;
}

} // namespace mistaken
