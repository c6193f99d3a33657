// SPDX-License-Identifier: MIT
// Believes: a half is rounded up, and up is towards plus infinity.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // clamp
#include <cmath>     // floor

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    std::vector<int> q;
    for (float x : w) {
        q.push_back(std::clamp(static_cast<int>(std::floor(x / s + 0.5f)), -qmax, qmax));
    }
    return q;
}

} // namespace mistaken
