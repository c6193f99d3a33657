// SPDX-License-Identifier: MIT
// The answer to exercise 2.5: the library's sums.
#pragma once
#include <qad/fit/storage.hpp> // storage, stored_bytes, bits_per_weight

namespace reference {

inline std::int64_t weight_bytes(std::int64_t rows, std::int64_t cols, int bits,
                                 std::int64_t group, int scale_bits) {
    return qad::stored_bytes(rows, cols, {double(bits), group, double(scale_bits)}).count;
}
inline double bits_per_weight(int bits, std::int64_t group, int scale_bits) {
    return qad::bits_per_weight({double(bits), group, double(scale_bits)});
}
inline double bits_double_quantized(int bits, std::int64_t group, int scale_bits,
                                    std::int64_t outer_group, int outer_bits) {
    return qad::bits_per_weight({.bits = double(bits),
                                 .group = group,
                                 .scale_bits = double(scale_bits),
                                 .outer_group = outer_group,
                                 .outer_bits = double(outer_bits)});
}

} // namespace reference
