// SPDX-License-Identifier: MIT
// Believes: a channel is a column of the matrix.
#pragma once
#include "../reference/3.3-rows.hpp"

namespace mistaken {

using reference::codes, reference::group_scales;

inline std::vector<float> row_scales(std::span<float const> w, std::size_t cols, int qmax) {
    std::vector<float> turned; // columns one after the other
    for (std::size_t j = 0; j < cols; ++j) {
        for (std::size_t i = j; i < w.size(); i += cols) { turned.push_back(w[i]); }
    }
    return reference::row_scales(turned, w.size() / cols, qmax);
}

} // namespace mistaken
