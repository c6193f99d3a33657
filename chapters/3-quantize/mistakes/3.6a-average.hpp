// SPDX-License-Identifier: MIT
// Believes: an average that stands still says that the answers stand still.
#pragma once
#include "../reference/3.6-flips.hpp"

namespace mistaken {

using reference::flip_report, reference::margins;

inline std::vector<std::size_t> count_flips(std::span<float const> before,
                                            std::span<float const> after,
                                            std::span<std::size_t const> right,
                                            std::size_t classes) {
    std::size_t was = 0, is = 0; // right answers
    for (std::size_t i = 0; i < right.size(); ++i) {
        was += reference::answer(before.subspan(i * classes, classes)) == right[i];
        is += reference::answer(after.subspan(i * classes, classes)) == right[i];
    }
    std::size_t const lost = was > is ? was - is : 0, gained = is > was ? is - was : 0;
    return {lost + gained, lost, gained};
}

} // namespace mistaken
