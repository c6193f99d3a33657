// SPDX-License-Identifier: MIT
#include <qad/train/adamw.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace qad;

TEST_CASE("two steps by hand") {
    std::vector<double> w = {1}, m = {0}, v = {0};
    std::vector<double> const g = {0.5};
    adamw_options const o{.beta1 = .9, .beta2 = .99, .epsilon = 0, .decay = .1};
    // The first step is as long as the rate, whatever the gradient's size: m̂ / √v̂ = ±1.
    adamw_step<double>(w, g, m, v, 0.01, 1, o);
    CHECK(w[0] == doctest::Approx(1 - 0.01 * 0.1 - 0.01).epsilon(1e-12));
    CHECK(m[0] == doctest::Approx(0.05).epsilon(1e-12));
    CHECK(v[0] == doctest::Approx(0.0025).epsilon(1e-12));
    // The same gradient again: both means are still 0.5 and 0.25.
    double const before = w[0];
    adamw_step<double>(w, g, m, v, 0.01, 2, o);
    CHECK(w[0] == doctest::Approx(before * (1 - 0.01 * 0.1) - 0.01).epsilon(1e-12));
}

TEST_CASE("a gradient of zero leaves a weight alone but for its decay") {
    std::vector<float> w = {2, -3}, m(2), v(2);
    std::vector<float> const g(2);
    adamw_step<float>(w, g, m, v, 0.5, 1, {.decay = 0});
    CHECK(w == std::vector<float>{2, -3});
    adamw_step<float>(w, g, m, v, 0.5, 2, {.decay = 0.5});
    CHECK(w == std::vector<float>{1.5, -2.25});
}

TEST_CASE("moments of another size are an error") {
    std::vector<float> w(2), m(2), v(1);
    std::vector<float> const g(2);
    CHECK_THROWS_AS(adamw_step<float>(w, g, m, v, 1, 1, {}), shape_error);
}
