// SPDX-License-Identifier: MIT
// Believes: how thin an answer was can be read off the model that has already changed it.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::count_flips, reference::margins;

inline std::vector<std::size_t> flip_report(std::span<float const> before,
                                            std::span<float const> after, std::size_t classes,
                                            std::size_t bins) {
    return reference::flip_report(after, before, classes, bins);
}

} // namespace mistaken
