// SPDX-License-Identifier: MIT
#include <qad/model/sample.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using namespace qad;

namespace {

std::vector<float> const five_logits = {1.0f, 3.0f, 2.0f, 3.0f, -1.0f};

std::array<int, 5> count(sampling const& how, int draws, std::uint64_t seed = 1) {
    generator random(seed);
    std::array<int, 5> seen{};
    for (int i = 0; i < draws; ++i) { ++seen[static_cast<std::size_t>(sample(five_logits, how, random))]; }
    return seen;
}

} // namespace

TEST_CASE("greedy takes the largest logit, the first of equals") {
    generator random(7);
    CHECK(sample(five_logits, {.temperature = 0}, random) == 1);
    CHECK(most_likely(five_logits) == 1);
}

// The frequency of a token with probability p in n draws has the standard deviation √(p(1−p)/n); six of
// them leave a chance of 10⁻⁹ to be wrong, and the seed is fixed.
TEST_CASE("without filters tokens come as often as softmax says") {
    int const draws = 20000;
    for (double temperature : {1.0, 0.5, 2.0}) {
        auto const seen = count({.temperature = temperature}, draws);
        double total = 0;
        for (float x : five_logits) { total += std::exp(x / temperature); }
        for (std::size_t i = 0; i < 5; ++i) {
            double const p = std::exp(five_logits[i] / temperature) / total;
            CHECK(std::abs(seen[i] - draws * p) <= 6 * std::sqrt(draws * p * (1 - p)));
        }
    }
}

TEST_CASE("top_k keeps k tokens, ties by the lower index") {
    auto const one = count({.top_k = 1}, 200);
    CHECK(one[1] == 200);
    auto const three = count({.top_k = 3}, 2000);
    CHECK(three[0] + three[4] == 0);
    CHECK((three[1] > 0 && three[2] > 0 && three[3] > 0));
}

// Probabilities are 0.051, 0.376, 0.138, 0.376, 0.007 …: 0.75 is reached by the two largest.
TEST_CASE("top_p keeps the shortest list that reaches p") {
    auto const seen = count({.top_p = 0.75}, 2000);
    CHECK(seen[1] + seen[3] == 2000);
    CHECK(count({.top_p = 1e-9}, 100)[1] == 100); // never an empty list
}

// e^(2−3) = 0.37 of the largest, e^(1−3) = 0.14.
TEST_CASE("min_p keeps tokens with a share of the largest probability") {
    auto const seen = count({.min_p = 0.2}, 2000);
    CHECK((seen[0] == 0 && seen[4] == 0 && seen[2] > 0));
    CHECK(count({.min_p = 1}, 100)[2] == 0);
}

TEST_CASE("the same seed draws the same tokens") {
    CHECK(count({.temperature = 1.3}, 500, 42) == count({.temperature = 1.3}, 500, 42));
}

TEST_CASE("huge five_logits do not overflow, -inf is never drawn") {
    std::vector<float> const extreme = {1e30f, -INFINITY, 1e30f};
    generator random(3);
    for (int i = 0; i < 100; ++i) { CHECK(sample(extreme, {}, random) != 1); }
}

TEST_CASE("NaN, no five_logits and senseless options are errors") {
    generator random(1);
    std::vector<float> const broken = {1.0f, NAN};
    CHECK_THROWS_AS(sample(broken, {}, random), error);
    CHECK_THROWS_AS(sample({}, {}, random), shape_error);
    CHECK_THROWS_AS(sample(five_logits, {.temperature = -1}, random), error);
    CHECK_THROWS_AS(sample(five_logits, {.top_p = 0}, random), error);
    CHECK_THROWS_AS(sample(five_logits, {.top_p = NAN}, random), error);
    CHECK_THROWS_AS(sample(five_logits, {.min_p = 2}, random), error);
    CHECK_THROWS_AS(sample(five_logits, {.top_k = -1}, random), error);
}
