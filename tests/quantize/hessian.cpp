// SPDX-License-Identifier: MIT
#include <qad/quantize/hessian.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <limits>

using namespace qad;
using namespace qad::testing;

// Sums of n products in precision u: at most n·u·Σ|products| away from the true sum
// (Higham, "Accuracy and Stability", §3.1), whatever their order.
TEST_CASE("H is the sum of x xT, in float and double") {
    index_t const tokens = 77, n = 200; // more than one tile
    auto const x = correlated_tokens(tokens, n, 0.8, 31);
    hessian h(n);
    exact_hessian d(n);
    h.accumulate(x.rows(0, 30));
    h.accumulate(x.rows(30, 47));
    d.accumulate(x);
    CHECK(h.tokens() == tokens);
    for (index_t i = 0; i < n; i += 7) {
        for (index_t j = 0; j < n; ++j) {
            long double sum = 0, size = 0;
            for (index_t t = 0; t < tokens; ++t) {
                sum += static_cast<long double>(x(t, i)) * x(t, j);
                size += std::fabs(static_cast<long double>(x(t, i)) * x(t, j));
            }
            CHECK(std::fabs(h(i, j) - sum) <= tokens * 0x1p-24L * size);
            CHECK(std::fabs(d(i, j) - sum) <= tokens * 0x1p-53L * size);
        }
    }
}

// Only one half is computed; the other is copied.
TEST_CASE("H is exactly symmetric") {
    hessian h(390);
    h.accumulate(correlated_tokens(50, 390, 0.9, 32));
    for (index_t i = 0; i < 390; ++i) {
        for (index_t j = 0; j < i; ++j) { CHECK(h(i, j) == h(j, i)); }
    }
    CHECK(h.diagonal()[17] == h(17, 17));
}

// Tiles have one size and one owner: a share of the work changes who computes, not what.
TEST_CASE("the bits do not depend on the number of threads") {
    auto const x = correlated_tokens(64, 400, 0.9, 33);
    auto const with = [&](int count) {
        set_threads(count);
        hessian h(400);
        h.accumulate(x);
        return h;
    };
    auto const one = with(1), two = with(2), three = with(3);
    set_threads(0);
    for (index_t i = 0; i < 400; ++i) {
        for (index_t j = 0; j < 400; ++j) {
            CHECK(one(i, j) == two(i, j));
            CHECK(one(i, j) == three(i, j));
        }
    }
}

TEST_CASE("two gatherers add up to one") {
    auto const x = correlated_tokens(20, 8, 0.5, 34);
    exact_hessian all(8), first(8), second(8);
    all.accumulate(x);
    first.accumulate(x.rows(0, 9));
    second.accumulate(x.rows(9, 11));
    first.add(second);
    CHECK(first.tokens() == 20);
    // Floats' products are exact in double; 20 additions in another order: 20·2⁻⁵³ each of
    // Σ|x·x|.
    for (index_t i = 0; i < 8; ++i) {
        CHECK(std::fabs(first(i, i) - all(i, i)) <= 20 * 0x1p-53 * all(i, i));
    }
}

// One NaN would spread over a whole row and column of H, and from there over every weight.
TEST_CASE("bad inputs are errors") {
    auto x = correlated_tokens(5, 8, 0.5, 35);
    hessian h(8), other(9);
    CHECK_THROWS_AS(h.add(other), shape_error);
    CHECK_THROWS_AS(other.accumulate(x), shape_error);
    CHECK_THROWS_AS(hessian(matrix<float>(2, 3), 1), shape_error);
    x(3, 4) = std::numeric_limits<float>::infinity();
    auto const message = message_of<shape_error>([&] { h.accumulate(x); });
    CHECK(message.find("token 3, channel 4") != std::string::npos);
    CHECK(h.tokens() == 0);
}
