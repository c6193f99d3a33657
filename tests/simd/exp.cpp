// SPDX-License-Identifier: MIT
#include <qad/simd/exp.hpp>

#include <doctest/doctest.h>

#include <algorithm> // max
#include <cmath>     // exp
#include <limits>    // numeric_limits

using namespace qad;

TEST_CASE("the exponential errs by less than 2^-22 of its value over its whole range") {
    double worst = 0;
    for (float x = -87; x <= 88; x += 0x1p-12f) {
        double const exact = std::exp(static_cast<double>(x));
        worst = std::max(worst, std::fabs(static_cast<double>(fast_exp(x)) - exact) / exact);
    }
    CHECK(worst < 0x1p-22);
}

TEST_CASE("beyond its range it is next to nothing, or very much, and NaN stays NaN") {
    CHECK(fast_exp(-1000.0f) < 1.7e-38f);
    CHECK(fast_exp(-1000.0f) >= 0);
    CHECK(fast_exp(-std::numeric_limits<float>::infinity()) < 1.7e-38f);
    CHECK(fast_exp(1000.0f) > 1e38f);
    CHECK(std::isfinite(fast_exp(1000.0f)));
    CHECK(std::isnan(fast_exp(std::numeric_limits<float>::quiet_NaN())));
    CHECK(fast_exp(0.0f) == 1.0f);
}
