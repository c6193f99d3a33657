// SPDX-License-Identifier: MIT
// Believes: place p of n lies in part bins·p/n, which is the same as cutting at b·n/bins.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::count_flips, reference::margins;

inline std::vector<std::size_t> flip_report(std::span<float const> before,
                                            std::span<float const> after, std::size_t classes,
                                            std::size_t bins) {
    std::size_t const n = before.size() / classes;
    auto const each = reference::flip_report(before, after, classes, n); // a part for each item
    std::vector<std::size_t> changed(bins);
    for (std::size_t place = 0; place < n; ++place) {
        changed[bins * place / n] += each[place];
    }
    return changed;
}

} // namespace mistaken
