// SPDX-License-Identifier: MIT
// Believes: what was gained comes first.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::flip_report, reference::margins;

inline std::vector<std::size_t> count_flips(std::span<float const> before,
                                            std::span<float const> after,
                                            std::span<std::size_t const> right,
                                            std::size_t classes) {
    auto const flips = reference::count_flips(before, after, right, classes);
    return {flips[0], flips[2], flips[1]};
}

} // namespace mistaken
