// SPDX-License-Identifier: MIT
// Believes: the loudest weight suffers most.
#pragma once
#include "../reference/3.2-hand.hpp"

namespace mistaken {

using reference::codes, reference::errors;

inline std::size_t victim(std::span<float const> w, int) {
    std::size_t worst = 0;
    for (std::size_t i = 1; i < w.size(); ++i) {
        if (std::fabs(w[i]) > std::fabs(w[worst])) { worst = i; }
    }
    return worst;
}

} // namespace mistaken
