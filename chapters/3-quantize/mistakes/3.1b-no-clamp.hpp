// SPDX-License-Identifier: MIT
// Believes: the step is always made for the weights at hand, so no code can leave the range.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <cmath> // lrint

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int) {
    std::vector<int> q;
    for (float x : w) { q.push_back(static_cast<int>(std::lrint(x / s))); }
    return q;
}

} // namespace mistaken
