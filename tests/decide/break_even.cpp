// SPDX-License-Identifier: MIT
#include <qad/decide/break_even.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("by hand: 12 GPU hours at 2.50, 2000 tokens at 0.10 a million: 150,000 requests") {
    // 30 / (2000 · 1e-7) = 150,000; a product of decimals, so a few roundings of double.
    running_cost const c{12 * 2.50, 2000, 0.10};
    CHECK(cost_per_request(c) == doctest::Approx(0.0002).epsilon(1e-12));
    CHECK(break_even(c) == doctest::Approx(150'000).epsilon(1e-12));
}

TEST_CASE("at the break-even both ways cost the same") {
    for (double tokens : {1.0, 300.0, 8000.0}) {
        running_cost const c{17.5, tokens, 0.4};
        CHECK(break_even(c) * cost_per_request(c) == doctest::Approx(17.5).epsilon(1e-12));
    }
}

TEST_CASE("twice the training, twice the requests; twice the tokens, half of them") {
    auto const one = break_even({10, 100, 1});
    CHECK(break_even({20, 100, 1}) == doctest::Approx(2 * one));
    CHECK(break_even({10, 200, 1}) == doctest::Approx(one / 2));
    CHECK(break_even({0, 100, 1}) == 0);
}

TEST_CASE("what has no break-even is refused") {
    CHECK_THROWS_AS(break_even({10, 0, 1}), error);
    CHECK_THROWS_AS(break_even({10, 100, 0}), error);
    CHECK_THROWS_AS(break_even({-1, 100, 1}), error);
}
