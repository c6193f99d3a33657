// SPDX-License-Identifier: MIT
// Exercise 2.5, "Worked memory calculations": read chapters/2-formats/README.md#s2-5, then
// write these three. Judge it with  ./qad check 2.5   stuck?  ./qad hint 2.5
#pragma once
#include <cstdint> // int64_t
#include "todo.hpp"

namespace learner {

/// The bytes of rows x cols weights of `bits` bits each, and of their scales. Each run of
/// `group` weights of a row shares one scale of `scale_bits` bits; where these are 0, there are
/// no scales. A group never goes on in the next row, so the last group of a row may be short
/// and still has its scale. All codes together are rounded up to whole bytes, and so are all
/// scales.
inline std::int64_t weight_bytes(std::int64_t rows, std::int64_t cols, int bits,
                                 std::int64_t group, int scale_bits) {
    todo(rows, cols, bits, group, scale_bits);
}

/// The bits of a weight with its share of the scale, where groups divide the rows.
inline double bits_per_weight(int bits, std::int64_t group, int scale_bits) {
    todo(bits, group, scale_bits);
}

/// The same where the scales are quantized too: `scale_bits` each, and every `outer_group`
/// scales share one more scale of `outer_bits` bits.
inline double bits_double_quantized(int bits, std::int64_t group, int scale_bits,
                                    std::int64_t outer_group, int outer_bits) {
    todo(bits, group, scale_bits, outer_group, outer_bits);
}

} // namespace learner
