// SPDX-License-Identifier: MIT
// Believes: a matrix has one scale, so scales weigh nothing.
#pragma once
#include "../reference/2.5-table.hpp"

namespace mistaken {

using reference::bits_double_quantized;
using reference::bits_per_weight;
inline std::int64_t weight_bytes(std::int64_t rows, std::int64_t cols, int bits, std::int64_t,
                                 int scale_bits) {
    return (rows * cols * bits + 7) / 8 + (scale_bits + 7) / 8;
}

} // namespace mistaken
