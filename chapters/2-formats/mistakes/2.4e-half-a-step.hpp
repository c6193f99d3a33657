// SPDX-License-Identifier: MIT
// Believes: one loop will do: look at a gradient, move its weight.
#pragma once
#include "../reference/2.4-train.hpp"

namespace mistaken {

using reference::lost;
using reference::rounding;
inline bool sgd_step(std::span<float> master, std::span<float const> gradients, float rate,
                     rounding nearest, float loss_scale) {
    for (std::size_t i = 0; i < master.size(); ++i) {
        float const g = nearest(gradients[i] * loss_scale);
        if (!std::isfinite(g)) { return false; }
        master[i] -= rate * (g / loss_scale);
    }
    return true;
}

} // namespace mistaken
