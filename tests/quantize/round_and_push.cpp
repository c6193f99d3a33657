// SPDX-License-Identifier: MIT
#include <qad/quantize/round_and_push.hpp>

#include <qad/formats/integer.hpp>
#include <qad/quantize/inverse_factor.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <utility>

using namespace qad;
using namespace qad::testing;

// One row, one ruler: what round_and_push does to w, and the sum of its squared errors.
static std::pair<std::vector<double>, double> push(matrix<double> const& h,
                                                   std::vector<double> w, float step) {
    auto const n = static_cast<index_t>(w.size());
    auto const u = inverse_factor<double>(h, 0.0, 1.0).upper;
    matrix<double> k(n, 1), e(n, 1);
    ruler<int8> const marks{.scale = step};
    round_and_push<double>({w.data(), n, 1}, k, e, u, [&](index_t) { return &marks; });
    std::vector<double> rounded;
    double sum = 0;
    for (index_t i = 0; i < n; ++i) {
        rounded.push_back(step * k(i, 0));
        sum += e(i, 0) * e(i, 0);
    }
    return {rounded, sum};
}
static double cost(matrix<double> const& h, std::vector<double> const& w,
                   std::vector<double> const& q) {
    double sum = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
        for (std::size_t j = 0; j < w.size(); ++j) {
            sum += (w[i] - q[i]) * h(static_cast<index_t>(i), static_cast<index_t>(j)) *
                   (w[j] - q[j]);
        }
    }
    return sum;
}

// Chapter 3.4: both weights round down, and both errors point the same way; GPTQ rounds one up.
TEST_CASE("the two weights of the chapter") {
    auto const h = rows_of<double>({{1, 0.9}, {0.9, 1}});
    std::vector<double> const w{0.4, 0.4}, nearest{0, 0};
    auto const [q, sum] = push(h, w, 1.0f);
    CHECK(q == std::vector<double>{0, 1});
    // Some ten operations on numbers below 1.
    CHECK(std::fabs(cost(h, w, nearest) - 0.608) <= 10 * 0x1p-53);
    CHECK(std::fabs(cost(h, w, q) - 0.088) <= 10 * 0x1p-53);
}

// Sheet 2.2, by hand: q = [1.0, 0.0] at 0.1208 where rounding gives [1.0, 0.5] at 0.1608.
TEST_CASE("the worked example of the sheet, and its identity") {
    auto const h = rows_of<double>({{2, 1}, {1, 2}});
    auto const [q, sum] = push(h, {0.90, 0.28}, 0.5f);
    CHECK(q == std::vector<double>{1.0, 0.0});
    CHECK(std::fabs(cost(h, {0.90, 0.28}, q) - 0.1208) <= 20 * 0x1p-53);
    CHECK(std::fabs(sum - 0.1208) <= 20 * 0x1p-53);
    CHECK(std::fabs(cost(h, {0.90, 0.28}, {1.0, 0.5}) - 0.1608) <= 20 * 0x1p-53);
}

// Without correlation there is nothing to make good: U is diagonal and each weight is on its
// own.
TEST_CASE("a diagonal H rounds each weight to its nearest mark") {
    auto const [q, sum] =
        push(rows_of<double>({{4, 0, 0}, {0, 1, 0}, {0, 0, 9}}), {0.4, 1.6, -2.7}, 1.0f);
    CHECK(q == std::vector<double>{0, 2, -3});
    // 4·0.4² + 0.4² + 9·0.3²: some twenty roundings of numbers near 1.
    CHECK(std::fabs(sum - 1.61) <= 20 * 0x1p-53);
}

// The last weight has nobody left to pay for it, the first one is never moved before it is
// rounded.
TEST_CASE("errors go forward only") {
    auto const h = rows_of<double>({{2, 1}, {1, 2}});
    CHECK(push(h, {0.6, 0.4}, 1.0f).first == std::vector<double>{1, 0});
    CHECK(push(h, {0.4, 0.6}, 1.0f).first == std::vector<double>{0, 1});
    CHECK(push(h, {0.4, 0.2}, 1.0f).first == std::vector<double>{0, 0}); // 0.2 + 0.4/2 = 0.4
    CHECK(push(h, {0.4, 0.4}, 1.0f).first == std::vector<double>{0, 1}); // 0.4 + 0.4/2 = 0.6
}
