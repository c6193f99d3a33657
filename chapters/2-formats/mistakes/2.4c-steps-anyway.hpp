// SPDX-License-Identifier: MIT
// Believes: an overflow is a large gradient, and a step is a step.
#pragma once
#include "../reference/2.4-train.hpp"

namespace mistaken {

using reference::lost;
using reference::rounding;
inline bool sgd_step(std::span<float> master, std::span<float const> gradients, float rate,
                     rounding nearest, float loss_scale) {
    for (std::size_t i = 0; i < master.size(); ++i) {
        master[i] -= rate * (nearest(gradients[i] * loss_scale) / loss_scale);
    }
    return true;
}

} // namespace mistaken
