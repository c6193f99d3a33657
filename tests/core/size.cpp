// SPDX-License-Identifier: MIT
#include <qad/core/size.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
constexpr index_t largest = INT64_MAX;
}

TEST_CASE("ceil_div is the smallest number of parts that holds all, up to the largest size") {
    for (index_t a = 0; a <= 40; ++a) {
        for (index_t b = 1; b <= 9; ++b) {
            index_t const parts = ceil_div(a, b);
            CHECK(parts * b >= a);
            CHECK((parts - 1) * b < a);
        }
    }
    static_assert(ceil_div(largest, 1) == largest);
    static_assert(ceil_div(largest, 2) == largest / 2 + 1); // (a + b − 1) would overflow
    static_assert(ceil_div(largest, largest) == 1);
}

TEST_CASE("products of sizes are right up to 2^63 − 1 and an error beyond") {
    static_assert(checked_mul(largest, 1) == largest);
    static_assert(checked_mul(0, largest) == 0);
    static_assert(checked_mul(index_t{1} << 31, index_t{1} << 31) == index_t{1} << 62);
    CHECK_THROWS_AS(checked_mul(index_t{1} << 32, index_t{1} << 31), shape_error);
    CHECK_THROWS_AS(checked_mul(largest, 2), shape_error);
    // 2^32 · 2^32 wraps to 0, which would look like a small file.
    CHECK_THROWS_AS(checked_mul(index_t{1} << 32, index_t{1} << 32), shape_error);
}

TEST_CASE("sums of sizes are right up to 2^63 − 1 and an error beyond") {
    static_assert(checked_add(largest - 1, 1) == largest);
    CHECK_THROWS_AS(checked_add(largest, 1), shape_error);
    CHECK_THROWS_AS(checked_add(largest, largest), shape_error);
}

TEST_CASE("a negative size is an error: as an unsigned number it would be huge") {
    CHECK_THROWS_AS(checked_mul(-1, 1), shape_error);
    CHECK_THROWS_AS(checked_mul(1, -1), shape_error);
    CHECK_THROWS_AS(checked_mul(-1, -1), shape_error);
    CHECK_THROWS_AS(checked_add(-1, 1), shape_error);
    CHECK_THROWS_AS(checked_add(1, -1), shape_error);
}
