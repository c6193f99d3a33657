// SPDX-License-Identifier: MIT
// Believes: 16 / 128 is an eighth, whatever the type of 16 and 128.
#pragma once
#include "../reference/2.5-table.hpp"

namespace mistaken {

using reference::weight_bytes;
inline double bits_per_weight(int bits, std::int64_t group, int scale_bits) {
    return static_cast<double>(bits + scale_bits / group);
}
inline double bits_double_quantized(int bits, std::int64_t group, int scale_bits,
                                    std::int64_t outer_group, int outer_bits) {
    return static_cast<double>(bits + (scale_bits + outer_bits / outer_group) / group);
}

} // namespace mistaken
