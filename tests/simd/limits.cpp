// SPDX-License-Identifier: MIT
#include <qad/simd/limits.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace qad;

// How fast is the machine's affair; that the figures are rates at all is ours.
TEST_CASE("limits are positive, finite rates") {
    for (double rate : {read_bandwidth(1 << 20), read_bandwidth(0), sgemm_rate()}) {
        CHECK(std::isfinite(rate));
        CHECK(rate > 0);
    }
}

TEST_CASE("the median of nine is one of the nine") {
    int calls = 0;
    CHECK(median_seconds([&] { ++calls; }) >= 0);
    CHECK(calls == 9);
}
