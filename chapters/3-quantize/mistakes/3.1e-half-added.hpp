// SPDX-License-Identifier: MIT
// Believes: int(x + 0.5) rounds, so it rounds below zero too.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // clamp

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    std::vector<int> q;
    auto const end = static_cast<float>(qmax);
    for (float x : w) { q.push_back(static_cast<int>(std::clamp(x / s + 0.5f, -end, end))); }
    return q;
}

} // namespace mistaken
