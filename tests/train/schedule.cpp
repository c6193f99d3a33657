// SPDX-License-Identifier: MIT
#include <qad/train/schedule.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("up, flat, down to zero") {
    schedule const s{.peak = 2, .warm_up = 3, .cool_down = 0.4};
    CHECK(s.rate(0, 20) == doctest::Approx(0.5));
    CHECK(s.rate(1, 20) == doctest::Approx(1.0));
    CHECK(s.rate(3, 20) == 2);
    CHECK(s.rate(12, 20) == 2); // 8 steps before the end the last 40 % begin
    CHECK(s.rate(16, 20) == doctest::Approx(1.0));
    CHECK(s.rate(19, 20) == doctest::Approx(0.25)); // the step that is none would have rate 0
    CHECK(s.rate(20, 20) == 0);
}

TEST_CASE("without warm-up and cool-down it is flat") {
    for (index_t step : {0, 1, 50, 99}) { CHECK(schedule{0.1}.rate(step, 100) == 0.1); }
}
