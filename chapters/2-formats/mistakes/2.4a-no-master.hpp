// SPDX-License-Identifier: MIT
// Believes: weights that are used in 16 bits are kept in 16 bits.
#pragma once
#include "../reference/2.4-train.hpp"

namespace mistaken {

using reference::lost;
using reference::rounding;
inline bool sgd_step(std::span<float> master, std::span<float const> gradients, float rate,
                     rounding nearest, float loss_scale) {
    if (!reference::sgd_step(master, gradients, rate, nearest, loss_scale)) { return false; }
    for (float& w : master) { w = nearest(w); }
    return true;
}

} // namespace mistaken
