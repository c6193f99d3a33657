// SPDX-License-Identifier: MIT
// Believes: whoever moves furthest is hurt most.
#pragma once
#include "../reference/3.2-hand.hpp"

#include <algorithm> // max_element

namespace mistaken {

using reference::codes, reference::errors;

inline std::size_t victim(std::span<float const> w, int qmax) {
    auto const moved = errors(w, qmax);
    return static_cast<std::size_t>(std::max_element(moved.begin(), moved.end()) -
                                    moved.begin());
}

} // namespace mistaken
