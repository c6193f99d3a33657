// SPDX-License-Identifier: MIT
// Believes: weights that are all zero have the step zero.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // max
#include <cmath>     // abs

namespace mistaken {

using reference::dequantize, reference::quantize;

inline float step(std::span<float const> w, int qmax) {
    float loudest = 0;
    for (float x : w) { loudest = std::max(loudest, std::abs(x)); }
    return loudest / static_cast<float>(qmax);
}

} // namespace mistaken
