// SPDX-License-Identifier: MIT
// Believes: a group that is not full goes on in the next row.
#pragma once
#include "../reference/2.5-table.hpp"

namespace mistaken {

using reference::bits_double_quantized;
using reference::bits_per_weight;
inline std::int64_t weight_bytes(std::int64_t rows, std::int64_t cols, int bits,
                                 std::int64_t group, int scale_bits) {
    std::int64_t const groups = (rows * cols + group - 1) / group;
    return (rows * cols * bits + 7) / 8 + (groups * scale_bits + 7) / 8;
}

} // namespace mistaken
