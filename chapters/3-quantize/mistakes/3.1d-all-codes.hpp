// SPDX-License-Identifier: MIT
// Believes: sixteen codes exist, so a symmetric grid uses all sixteen.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // clamp
#include <cmath>     // nearbyint

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    std::vector<int> q;
    auto const end = static_cast<float>(qmax);
    for (float x : w) {
        q.push_back(static_cast<int>(std::clamp(std::nearbyint(x / s), -end - 1, end)));
    }
    return q;
}

} // namespace mistaken
