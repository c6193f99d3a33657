// SPDX-License-Identifier: MIT
#include <qad/decide/bootstrap.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

std::vector<double> bernoulli(std::size_t n, std::size_t ones) {
    std::vector<double> scores(n);
    for (std::size_t i = 0; i < ones; ++i) { scores[i] = 1; }
    return scores;
}

} // namespace

TEST_CASE("equal scores have an interval of width zero, to the bit") {
    for (double score : {0.0, 1.0, 0.1, -3.7}) {
        auto const i = bootstrap_mean(std::vector<double>(50, score));
        CHECK(i.low == score);
        CHECK(i.high == score);
        CHECK(i.value == score);
    }
    auto const one = bootstrap_mean(std::vector<double>{0.3});
    CHECK(one.width() == 0);
}

TEST_CASE("a seed decides the interval; another gives nearly the same") {
    auto const scores = bernoulli(200, 150);
    auto const a = bootstrap_mean(scores, {.seed = 1}), b = bootstrap_mean(scores, {.seed = 1});
    auto const c = bootstrap_mean(scores, {.seed = 2});
    CHECK(a.low == b.low);
    CHECK(a.high == b.high);
    // An end is a quantile of 2,000 draws of spread σ = √(.75·.25/200) = .0306; its standard error
    // is √(q(1−q)/2000) / density = √(.025·.975/2000) / .0584·σ = .0018. Two ends from two seeds:
    // five times √2 of it, and one step of the grid of 1/200.
    double const apart = 5 * std::sqrt(2.0) * 0.0018 + 0.005;
    CHECK(std::abs(a.low - c.low) <= apart);
    CHECK(std::abs(a.high - c.high) <= apart);
}

// For n = 1600, p = .7 the mean is normal with σ = √(.21/1600), and its 95 % ends are ±1.96 σ up to
// what follows, in σ. The skewness (1−2p)/√(np(1−p)) = −.022 moves an end by (z²−1)/6 of it: .011
// (Cornish and Fisher). The Monte Carlo error of an end is √(.025·.975/8000)/.0584 = .030, of which
// five are allowed. The grid of 1/1600: .055. (A 90 % interval would be off by .315.)
TEST_CASE("on right-or-wrong scores it is the normal interval") {
    double const sigma = std::sqrt(0.7 * 0.3 / 1600);
    auto const i = bootstrap_mean(bernoulli(1600, 1120), {.resamples = 8000, .seed = 3});
    CHECK(i.value == doctest::Approx(0.7).epsilon(1e-14));
    double const bound = (0.011 + 5 * 0.030 + 0.055) * sigma;
    CHECK(std::abs(i.low - (0.7 - two_sided_95 * sigma)) <= bound);
    CHECK(std::abs(i.high - (0.7 + two_sided_95 * sigma)) <= bound);
}

// What 95 % means: of many sets of 100 normal scores, so many intervals hold the true mean. The
// exact share: the interval is ±1.96·s√(99/100)/√100, so P(|t₉₉| ≤ 1.95) = .946; for 80 %, ±1.2751
// in place of 1.2816: .795. 500 sets: a binomial standard error of .0101 and .0181, of which 4.4
// are allowed (chance 10⁻⁵); the ends' own Monte Carlo noise (400 resamples) costs some .005.
TEST_CASE("95 % and 80 % intervals hold the truth as often as they say") {
    generator random(7);
    int held95 = 0, held80 = 0;
    constexpr int sets = 500;
    for (int s = 0; s < sets; ++s) {
        std::vector<double> scores;
        for (int i = 0; i < 100; ++i) { scores.push_back(random.normal() + 2); }
        auto const seed = static_cast<std::uint64_t>(s);
        held95 += bootstrap_mean(scores, {.resamples = 400, .seed = seed}).contains(2);
        held80 +=
            bootstrap_mean(scores, {.resamples = 400, .level = 0.8, .seed = seed}).contains(2);
    }
    CHECK(std::abs(held95 / double(sets) - 0.946) <= 4.4 * 0.0101 + 0.005);
    CHECK(std::abs(held80 / double(sets) - 0.795) <= 4.4 * 0.0181 + 0.005);
}

TEST_CASE(
    "any statistic has an interval, and resamples are drawn from the items with repetition") {
    std::vector<int> seen(10);
    index_t calls = 0, repeated = 0;
    bootstrap(10,
              [&](std::span<std::uint32_t const> drawn) {
                  REQUIRE(drawn.size() == 10);
                  std::vector<bool> had(10);
                  for (std::uint32_t i : drawn) {
                      REQUIRE(i < 10);
                      ++seen[i];
                      repeated += had[i];
                      had[i] = true;
                  }
                  return static_cast<double>(++calls);
              },
              {.resamples = 1000});
    CHECK(calls == 1001); // once as they are
    // 10,000 draws with chance 1/10: a standard error of 30 around 1000, + 1 as they are.
    for (int count : seen) { CHECK(std::abs(count - 1001) < 5 * 30); }
    // 10·(1 − (1 − .9¹⁰)) = 3.49 repetitions in a resample, with variance below 1.
    CHECK(std::abs(static_cast<double>(repeated) / 1000 - 3.4868) < 5 / std::sqrt(1000.0));
}

TEST_CASE("quantiles lie between the smallest and the largest, in proportion") {
    std::vector<double> const v = {1, 2, 4};
    CHECK(sorted_quantile(v, 0) == 1);
    CHECK(sorted_quantile(v, 1) == 4);
    CHECK(sorted_quantile(v, 0.5) == 2);
    CHECK(sorted_quantile(v, 0.75) == 3);
    CHECK(sorted_quantile(std::vector<double>{5}, 0.3) == 5);
}

TEST_CASE("a row against itself is not distinguishable, and a constant change always is") {
    auto const a = bernoulli(60, 40);
    auto const same = paired_difference(a, a);
    CHECK(same.value == 0);
    CHECK(same.width() == 0);
    CHECK_FALSE(same.distinguishable());
    auto better = a;
    for (double& x : better) { x += 0.125; }
    auto const change = paired_difference(a, better);
    CHECK(change.low == 0.125);
    CHECK(change.distinguishable());
    CHECK(paired_difference(better, a).high == -0.125);
}

// Two rows of 70 % and 78 % of 200 items. Where one is the other with 16 items repaired, the
// difference is 16 of 200 and its σ √(.08·.92/200) = .019: 4 σ from 0. As two sets of their own σ
// would be √(.21/200 + .1716/200) = .044, and .08 lies within 1.96 σ of 0.
TEST_CASE("pairing sees what two intervals side by side do not") {
    auto const a = bernoulli(200, 140), b = bernoulli(200, 156);
    CHECK(paired_difference(a, b).distinguishable());
    CHECK(bootstrap_mean(a).high > bootstrap_mean(b).low);
    auto const spread = std::vector<double>(b.rbegin(), b.rend()); // right elsewhere
    CHECK_FALSE(paired_difference(a, spread).distinguishable());
}

TEST_CASE("the paired difference of statistics is that of means where they are means") {
    auto const a = bernoulli(50, 20);
    auto const b = bernoulli(50, 33);
    auto const mean_of = [](std::vector<double> const& v) {
        return [&v](std::span<std::uint32_t const> drawn) {
            double sum = 0;
            for (std::uint32_t i : drawn) { sum += v[i]; }
            return sum / static_cast<double>(drawn.size());
        };
    };
    auto const x = paired_difference(50, mean_of(a), mean_of(b), {.seed = 4});
    auto const y = paired_difference(a, b, {.seed = 4});
    CHECK(x.value == doctest::Approx(y.value).epsilon(1e-12));
    CHECK(x.low == doctest::Approx(y.low).epsilon(1e-12));
    CHECK(x.high == doctest::Approx(y.high).epsilon(1e-12));
}

TEST_CASE("items_needed is the textbook number, and is enough") {
    CHECK(items_needed(0.9, 0.05) == 139);
    CHECK(items_needed(0.5, 0.05) == 385);
    CHECK(items_needed(0, 0.05) == 1);
    for (double p : {0.05, 0.3, 0.5, 0.92}) {
        for (double h : {0.01, 0.05, 0.1}) {
            auto const n = static_cast<double>(items_needed(p, h));
            CHECK(two_sided_95 * std::sqrt(p * (1 - p) / n) <= h);
            CHECK(two_sided_95 * std::sqrt(p * (1 - p) / (n - 1)) > h);
        }
    }
}

TEST_CASE("what never happened in n items may happen to nearly 3/n") {
    for (index_t n : {20, 50, 250, 1000}) {
        double const most = unseen_at_most(n);
        CHECK(std::pow(1 - most, static_cast<double>(n)) == doctest::Approx(0.05));
        CHECK(most < 3.0 / static_cast<double>(n));
        CHECK(most > 2.6 / static_cast<double>(n));
    }
}

TEST_CASE("questions without an answer are errors") {
    std::vector<double> const none, one = {1}, two = {1, 0};
    CHECK_THROWS_AS(bootstrap_mean(none), shape_error);
    CHECK_THROWS_AS(bootstrap_mean(one, {.resamples = 0}), shape_error);
    CHECK_THROWS_AS(bootstrap_mean(one, {.level = 1}), shape_error);
    CHECK_THROWS_AS(bootstrap_mean(one, {.level = 0}), shape_error);
    CHECK_THROWS_AS(paired_difference(one, two), shape_error);
    CHECK_THROWS_AS(items_needed(1.5, 0.1), shape_error);
    CHECK_THROWS_AS(items_needed(0.5, 0), shape_error);
    CHECK_THROWS_AS(unseen_at_most(0), shape_error);
}
