// SPDX-License-Identifier: MIT
// Believes: widest first, turned round, is thinnest first, also where margins are equal.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::count_flips, reference::margins;

inline std::vector<std::size_t> flip_report(std::span<float const> before,
                                            std::span<float const> after, std::size_t classes,
                                            std::size_t bins) {
    auto const margin = margins(before, classes);
    std::size_t const n = margin.size();
    std::vector<std::size_t> order(n), changed(bins);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return margin[a] > margin[b]; });
    std::reverse(order.begin(), order.end());
    for (std::size_t b = 0; b < bins; ++b) {
        for (std::size_t place = b * n / bins; place < (b + 1) * n / bins; ++place) {
            std::size_t const at = order[place] * classes;
            changed[b] += reference::answer(before.subspan(at, classes)) !=
                          reference::answer(after.subspan(at, classes));
        }
    }
    return changed;
}

} // namespace mistaken
