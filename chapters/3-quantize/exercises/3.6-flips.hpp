// SPDX-License-Identifier: MIT
// Exercise 3.6, "What usually breaks first": read chapters/3-quantize/README.md#s3-6, then write
// these three. Judge it with  ./qad check 3.6   stuck?  ./qad hint 3.6
#pragma once
#include <cstddef> // size_t
#include <span>    // span
#include <vector>  // vector
#include "todo.hpp"

namespace learner {

/// The margin of each item: its largest logit minus its second largest, so 0 where two are the
/// largest. Each item is `classes` logits (2 or more), one item after the other.
inline std::vector<float> margins(std::span<float const> logits, std::size_t classes) {
    todo(logits, classes);
}

/// Two runs over the same items: { answers that changed, lost, gained }.
/// An answer is the class of the largest logit (the first of equals). `right` holds the right
/// class of each item. Lost: right before, wrong after. Gained: wrong before, right after.
inline std::vector<std::size_t> count_flips(std::span<float const> before,
                                            std::span<float const> after,
                                            std::span<std::size_t const> right,
                                            std::size_t classes) {
    todo(before, after, right, classes);
}

/// Answers that changed, by margin: the n items in the order of their margin before (thin ones
/// first, equal ones as they come), cut into `bins` parts; part b holds the places from
/// b·n/bins up to, and without, (b + 1)·n/bins. n >= bins.
inline std::vector<std::size_t> flip_report(std::span<float const> before,
                                            std::span<float const> after, std::size_t classes,
                                            std::size_t bins) {
    todo(before, after, classes, bins);
}

} // namespace learner
