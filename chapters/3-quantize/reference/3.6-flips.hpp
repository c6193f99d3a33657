// SPDX-License-Identifier: MIT
// The answer to exercise 3.6. The library's own, qad/decide/flips.hpp, compares answers that are
// texts, and sorts them by bucket too; this is its heart.
#pragma once
#include <algorithm> // max_element, stable_sort
#include <cstddef>   // size_t
#include <numeric>   // iota
#include <span>      // span
#include <vector>    // vector

namespace reference {

inline std::size_t answer(std::span<float const> logits) {
    return static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) -
                                    logits.begin()); // the first of equals
}

inline std::vector<float> margins(std::span<float const> logits, std::size_t classes) {
    std::vector<float> result;
    for (std::size_t i = 0; i < logits.size(); i += classes) {
        std::vector<float> item(logits.begin() + static_cast<std::ptrdiff_t>(i),
                                logits.begin() + static_cast<std::ptrdiff_t>(i + classes));
        std::partial_sort(item.begin(), item.begin() + 2, item.end(), std::greater<>());
        result.push_back(item[0] - item[1]);
    }
    return result;
}

inline std::vector<std::size_t> count_flips(std::span<float const> before,
                                            std::span<float const> after,
                                            std::span<std::size_t const> right,
                                            std::size_t classes) {
    std::size_t changed = 0, lost = 0, gained = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
        std::size_t const was = answer(before.subspan(i * classes, classes)),
                          is = answer(after.subspan(i * classes, classes));
        changed += was != is;
        lost += was == right[i] && is != right[i];
        gained += was != right[i] && is == right[i];
    }
    return {changed, lost, gained};
}

inline std::vector<std::size_t> flip_report(std::span<float const> before,
                                            std::span<float const> after, std::size_t classes,
                                            std::size_t bins) {
    auto const margin = margins(before, classes);
    std::size_t const n = margin.size();
    std::vector<std::size_t> order(n), changed(bins);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return margin[a] < margin[b]; });
    for (std::size_t b = 0; b < bins; ++b) {
        for (std::size_t place = b * n / bins; place < (b + 1) * n / bins; ++place) {
            std::size_t const at = order[place] * classes;
            changed[b] +=
                answer(before.subspan(at, classes)) != answer(after.subspan(at, classes));
        }
    }
    return changed;
}

} // namespace reference
