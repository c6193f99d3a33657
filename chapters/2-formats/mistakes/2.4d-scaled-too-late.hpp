// SPDX-License-Identifier: MIT
// Believes: multiplying brings back a gradient that the format has already lost.
#pragma once
#include "../reference/2.4-train.hpp"

namespace mistaken {

using reference::rounding;
inline int lost(std::span<float const> gradients, rounding nearest, float loss_scale) {
    int count = 0;
    for (float g : gradients) { count += g != 0 && nearest(g) * loss_scale == 0 ? 1 : 0; }
    return count;
}
inline bool sgd_step(std::span<float> master, std::span<float const> gradients, float rate,
                     rounding nearest, float loss_scale) {
    for (float g : gradients) {
        if (!std::isfinite(nearest(nearest(g) * loss_scale))) { return false; }
    }
    for (std::size_t i = 0; i < master.size(); ++i) {
        master[i] -= rate * (nearest(gradients[i]) * loss_scale / loss_scale);
    }
    return true;
}

} // namespace mistaken
