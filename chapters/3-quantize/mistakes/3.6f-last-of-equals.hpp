// SPDX-License-Identifier: MIT
// Believes: which of several largest logits is the answer does not matter.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::flip_report, reference::margins;

inline std::size_t last_answer(std::span<float const> logits) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < logits.size(); ++k) {
        if (logits[k] >= logits[best]) { best = k; }
    }
    return best;
}
inline std::vector<std::size_t> count_flips(std::span<float const> before,
                                            std::span<float const> after,
                                            std::span<std::size_t const> right,
                                            std::size_t classes) {
    std::size_t changed = 0, lost = 0, gained = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
        std::size_t const was = last_answer(before.subspan(i * classes, classes)),
                          is = last_answer(after.subspan(i * classes, classes));
        changed += was != is;
        lost += was == right[i] && is != right[i];
        gained += was != right[i] && is == right[i];
    }
    return {changed, lost, gained};
}

} // namespace mistaken
