// SPDX-License-Identifier: MIT
// Believes: 4 bits are 4 bits, on disk too.
#pragma once
#include <cstdint> // int64_t

namespace mistaken {

inline std::int64_t weight_bytes(std::int64_t rows, std::int64_t cols, int bits, std::int64_t,
                                 int) {
    return (rows * cols * bits + 7) / 8;
}
inline double bits_per_weight(int bits, std::int64_t, int) { return bits; }
inline double bits_double_quantized(int bits, std::int64_t, int, std::int64_t, int) {
    return bits;
}

} // namespace mistaken
