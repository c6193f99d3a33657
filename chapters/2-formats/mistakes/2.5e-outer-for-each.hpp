// SPDX-License-Identifier: MIT
// Believes: each group has a scale of the scale for itself.
#pragma once
#include "../reference/2.5-table.hpp"

namespace mistaken {

using reference::bits_per_weight;
using reference::weight_bytes;
inline double bits_double_quantized(int bits, std::int64_t group, int scale_bits, std::int64_t,
                                    int outer_bits) {
    return bits + double(scale_bits + outer_bits) / static_cast<double>(group);
}

} // namespace mistaken
