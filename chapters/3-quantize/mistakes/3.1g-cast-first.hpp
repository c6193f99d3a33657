// SPDX-License-Identifier: MIT
// Believes: a code fits into eight bits, so its count does too, and may be clamped afterwards.
#pragma once
#include "../reference/3.1-roundtrip.hpp"

#include <algorithm> // clamp
#include <cmath>     // lrint
#include <cstdint>   // int8_t

namespace mistaken {

using reference::dequantize, reference::step;

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    std::vector<int> q;
    for (float x : w) {
        auto const count = static_cast<std::int8_t>(std::lrint(x / s));
        q.push_back(std::clamp(static_cast<int>(count), -qmax, qmax));
    }
    return q;
}

} // namespace mistaken
