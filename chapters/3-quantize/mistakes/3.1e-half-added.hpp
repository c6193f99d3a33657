// SPDX-License-Identifier: MIT
// Believes: int(x + 0.5) rounds, so it rounds below zero too.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // clamp

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    std::vector<int> q;
    for (float x : w) { q.push_back(std::clamp(static_cast<int>(x / s + 0.5f), -qmax, qmax)); }
    return q;
}

} // namespace mistaken
