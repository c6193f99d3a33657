// SPDX-License-Identifier: MIT
// Believes: an answer that was wrong and is wrong again is the same answer.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::flip_report, reference::margins;

inline std::vector<std::size_t> count_flips(std::span<float const> before,
                                            std::span<float const> after,
                                            std::span<std::size_t const> right,
                                            std::size_t classes) {
    auto flips = reference::count_flips(before, after, right, classes);
    flips[0] = flips[1] + flips[2];
    return flips;
}

} // namespace mistaken
