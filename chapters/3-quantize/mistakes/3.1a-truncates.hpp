// SPDX-License-Identifier: MIT
// Believes: turning w/s into a whole number is rounding it.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // clamp

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    std::vector<int> q;
    auto const end = static_cast<float>(qmax);
    for (float x : w) { q.push_back(static_cast<int>(std::clamp(x / s, -end, end))); }
    return q;
}

} // namespace mistaken
