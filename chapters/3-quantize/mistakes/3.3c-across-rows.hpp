// SPDX-License-Identifier: MIT
// Believes: a matrix is one long row, cut into groups from its beginning to its end.
#pragma once
#include "../reference/3.3-rows.hpp"

namespace mistaken {

using reference::codes, reference::row_scales;

inline std::vector<float> group_scales(std::span<float const> w, std::size_t, std::size_t group,
                                       int qmax) {
    return reference::group_scales(w, w.size(), group, qmax);
}

} // namespace mistaken
