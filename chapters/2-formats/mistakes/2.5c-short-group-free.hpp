// SPDX-License-Identifier: MIT
// Believes: what is left of a row after its last whole group needs no scale.
#pragma once
#include "../reference/2.5-table.hpp"

namespace mistaken {

using reference::bits_double_quantized;
using reference::bits_per_weight;
inline std::int64_t weight_bytes(std::int64_t rows, std::int64_t cols, int bits,
                                 std::int64_t group, int scale_bits) {
    return (rows * cols * bits + 7) / 8 + (rows * (cols / group) * scale_bits + 7) / 8;
}

} // namespace mistaken
