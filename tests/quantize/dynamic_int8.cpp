// SPDX-License-Identifier: MIT
#include <qad/quantize/dynamic_int8.hpp>

#include <qad/quantize/round.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace qad;
using namespace qad::testing;

// Sheet 2.4: 127 / 7 steps for an outlier of 7 leave few for the rest; without it they have
// all.
TEST_CASE("the worked token, with and without its outlier") {
    auto const x =
        quantize_tokens(rows_of({{1.0f, -0.5f, 0.25f, 7.0f}, {1.0f, -0.5f, 0.25f, 0.0f}}));
    int const with[] = {18, -9, 5, 127}, without[] = {127, -64, 32, 0};
    for (index_t j = 0; j < 4; ++j) {
        CHECK(x.codes(0, j) == with[j]);
        CHECK(x.codes(1, j) == without[j]);
    }
}

// |y − Σ x·ŵ| ≤ s/2 · Σ|ŵ|: each activation moves by half a step at most, the integer sum is
// exact. Rounding: the sum becomes a float and is scaled: g + 3 operations of 2⁻²⁴ each with g
// groups.
TEST_CASE("W8A8 stays within half a step of each activation") {
    auto const w = random_matrix(12, 96, 141), tokens = random_matrix(7, 96, 142);
    auto const x = quantize_tokens(tokens);
    for (granularity cut : {per_tensor(), per_channel(), per_group(32)}) {
        auto const q = quantize<int8>(w, cut);
        matrix<float> y(7, 12);
        multiply(ref, y, q, x);
        for (index_t t = 0; t < 7; ++t) {
            for (index_t o = 0; o < 12; ++o) {
                double exact = 0, from_codes = 0, weights = 0, size = 0;
                double const s = x.scales[static_cast<std::size_t>(t)];
                for (index_t j = 0; j < 96; ++j) {
                    exact += double(tokens(t, j)) * double(q(o, j));
                    double const product = s * x.codes(t, j) *
                                           double(q.scale(o, q.group_of(j))) *
                                           q.code(o, j).value;
                    from_codes += product;
                    weights += std::fabs(double(q(o, j)));
                    size += std::fabs(product);
                }
                CHECK(std::fabs(y(t, o) - from_codes) <=
                      static_cast<double>(q.groups() + 3) * 0x1p-24 * size);
                CHECK(std::fabs(y(t, o) - exact) <=
                      s / 2 * weights + static_cast<double>(q.groups() + 4) * 0x1p-24 * size);
            }
        }
    }
}

// The longest sum of the loudest codes still fits into int32 (UBSan watches this test).
TEST_CASE("the longest sum does not overflow") {
    matrix<float> ones(1, longest_int8_sum);
    for (float& x : ones.row(0)) { x = 1; }
    auto const x = quantize_tokens(ones);
    auto w = quantize<int8>(ones, per_channel());
    for (index_t j = 0; j < w.cols(); ++j) { w.set_code(0, j, int8{int8::lowest}); }
    matrix<float> y(1, 1);
    multiply(ref, y, w, x);
    double const expected = -128.0 / 127 * static_cast<double>(longest_int8_sum);
    CHECK(std::fabs(y(0, 0) - expected) <= 6 * 0x1p-24 * -expected); // six roundings
    CHECK_THROWS_AS(
        multiply(ref, y, quantize<int8>(matrix<float>(1, longest_int8_sum + 1), per_channel()),
                 quantize_tokens(matrix<float>(1, longest_int8_sum + 1))),
        shape_error);
}

// A token of zeros is padding.
TEST_CASE("zeros stay zeros; louder tokens have the same codes") {
    auto const x = quantize_tokens(rows_of({{0.0f, 0.0f}, {0.5f, -0.25f}, {64.0f, -32.0f}}));
    CHECK(x.codes(0, 0) == 0);
    CHECK(x.scales[0] == 1);
    CHECK(x.codes(1, 1) == x.codes(2, 1));
    CHECK(x.scales[2] == 128 * x.scales[1]);
}

TEST_CASE("what cannot be multiplied in integers is an error") {
    auto const w = random_matrix(4, 8, 143);
    auto x = random_matrix(2, 8, 144);
    auto const q = quantize_tokens(x);
    matrix<float> y(2, 4), wrong(3, 4);
    CHECK_THROWS_AS(
        multiply(ref, y, quantize<int8>(w, per_channel(), {.grid = grid::asymmetric}), q),
        shape_error);
    CHECK_THROWS_AS(multiply(ref, wrong, quantize<int8>(w, per_channel()), q), shape_error);
    x(1, 1) = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS((void)quantize_tokens(x), shape_error);
}
