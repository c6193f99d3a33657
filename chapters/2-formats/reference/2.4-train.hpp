// SPDX-License-Identifier: MIT
// The answer to exercise 2.4.
#pragma once
#include <cmath>   // isfinite
#include <cstddef> // size_t
#include <span>    // span

namespace reference {

using rounding = float (*)(float);

inline int lost(std::span<float const> gradients, rounding nearest, float loss_scale) {
    int count = 0;
    for (float g : gradients) { count += g != 0 && nearest(g * loss_scale) == 0 ? 1 : 0; }
    return count;
}

inline bool sgd_step(std::span<float> master, std::span<float const> gradients, float rate,
                     rounding nearest, float loss_scale) {
    // All are looked at before the first weight moves: half a step would be worse than none.
    for (float g : gradients) {
        if (!std::isfinite(nearest(g * loss_scale))) { return false; }
    }
    for (std::size_t i = 0; i < master.size(); ++i) {
        master[i] -= rate * (nearest(gradients[i] * loss_scale) / loss_scale);
    }
    return true;
}

} // namespace reference
