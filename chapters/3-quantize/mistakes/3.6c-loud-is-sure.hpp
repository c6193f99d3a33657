// SPDX-License-Identifier: MIT
// Believes: a large logit is a sure answer, whatever the second one says.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::count_flips;

inline std::vector<float> margins(std::span<float const> logits, std::size_t classes) {
    std::vector<float> result;
    for (std::size_t i = 0; i < logits.size(); i += classes) {
        auto const item = logits.subspan(i, classes);
        result.push_back(item[reference::answer(item)]);
    }
    return result;
}

inline std::vector<std::size_t> flip_report(std::span<float const> before,
                                            std::span<float const> after, std::size_t classes,
                                            std::size_t bins) {
    auto const loud = margins(before, classes);
    std::vector<std::size_t> order(loud.size()), changed(bins);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return loud[a] < loud[b]; });
    for (std::size_t b = 0; b < bins; ++b) {
        for (std::size_t place = b * loud.size() / bins; place < (b + 1) * loud.size() / bins;
             ++place) {
            std::size_t const at = order[place] * classes;
            changed[b] += reference::answer(before.subspan(at, classes)) !=
                          reference::answer(after.subspan(at, classes));
        }
    }
    return changed;
}

} // namespace mistaken
