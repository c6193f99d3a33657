// SPDX-License-Identifier: MIT
// Exercise 3.3, "Per-tensor vs per-channel": read chapters/3-quantize/README.md#s3-3,
// then write these three. Judge it with  ./qad check 3.3   stuck?  ./qad hint 3.3
// covers: P31
#pragma once
#include <cstddef> // size_t
#include <span>    // span
#include <vector>  // vector
#include "todo.hpp"

namespace learner {

/// One scale for each row: max|w| of the row / qmax, and 1 where the whole row is zero.
/// w holds rows of `cols` weights one after the other; cols divides w.size().
inline std::vector<float> row_scales(std::span<float const> w, std::size_t cols, int qmax) {
    todo(w, cols, qmax);
}

/// One scale for each group of `group` neighbours in a row, row after row. Each row begins a new
/// group; its last one is shorter where `group` does not divide `cols`. The scale is 1 where all
/// of a group is zero.
inline std::vector<float> group_scales(std::span<float const> w, std::size_t cols,
                                       std::size_t group, int qmax) {
    todo(w, cols, group, qmax);
}

/// The code of each weight as in 3.1, within -qmax … qmax. `scales` holds one scale for each row,
/// or a single one that all rows share; they need not have been made for these rows.
inline std::vector<int> codes(std::span<float const> w, std::size_t cols,
                              std::span<float const> scales, int qmax) {
    todo(w, cols, scales, qmax);
}

} // namespace learner
