// SPDX-License-Identifier: MIT
// Sizes are signed 64-bit; sizes that come from files are multiplied with overflow checks.
#ifndef QAD_CORE_SIZE_HPP
#define QAD_CORE_SIZE_HPP

#include <qad/core/error.hpp> // fail

#include <cstdint> // int64_t

namespace qad {

/// Every count, index and byte size of the library. Signed, so that differences are safe.
using index_t = std::int64_t;

/// ⌈a / b⌉ for a ≥ 0, b > 0.
constexpr index_t ceil_div(index_t a, index_t b) { return a / b + (a % b != 0); }

/// a · b, or `shape_error` when the product of two non-negative sizes leaves 63 bits.
constexpr index_t checked_mul(index_t a, index_t b) {
    index_t product = 0;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product)) {
        fail<shape_error>("a size overflows 64 bits (", a, " * ", b,
                          "): the file or the shape is damaged");
    }
    return product;
}

/// a + b, or `shape_error` when the sum of two non-negative sizes leaves 63 bits.
constexpr index_t checked_add(index_t a, index_t b) {
    index_t sum = 0;
    if (a < 0 || b < 0 || __builtin_add_overflow(a, b, &sum)) {
        fail<shape_error>("a size overflows 64 bits (", a, " + ", b,
                          "): the file or the shape is damaged");
    }
    return sum;
}

} // namespace qad

#endif
