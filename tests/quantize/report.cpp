// SPDX-License-Identifier: MIT
#include <qad/quantize/report.hpp>

#include <qad/core/shared_matrix.hpp>
#include <qad/quantize/awq.hpp>
#include <qad/quantize/round.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

// Chapter 3.2's vector: errors 0.18, 0.07, 0.06, 0. A root mean square divides under the root.
TEST_CASE("the worked vector's errors") {
    auto const w = rows_of({{0.18f, -0.91f, 1.62f, 2.94f}});
    auto const r = report(w.view(), quantize<int4>(w, per_channel()));
    double const squares = 0.18 * 0.18 + 0.07 * 0.07 + 0.06 * 0.06;
    double const norm = 0.18 * 0.18 + 0.91 * 0.91 + 1.62 * 1.62 + 2.94 * 2.94;
    // The weights are floats: 2⁻²⁴ of 2.94 each, and so are their marks.
    double const unit = 3 * 0x1p-23;
    CHECK(std::fabs(r.largest_error - 0.18) <= unit);
    CHECK(std::fabs(r.weight_rmse() - std::sqrt(squares / 4)) <= unit);
    CHECK(std::fabs(r.weight_relative() - std::sqrt(squares / norm)) <= unit);
    CHECK(r.bits_per_weight() == 4 + 32.0 / 4);
    CHECK_FALSE(r.has_outputs());
}

// Inputs that are the unit vectors read the weights out: output error is weight error.
TEST_CASE("on unit inputs the output error is the weight error") {
    auto const w = random_matrix(8, 16, 191);
    matrix<float> unit(16, 16);
    for (index_t j = 0; j < 16; ++j) { unit(j, j) = 1; }
    auto const r = report(w.view(), quantize<int4>(w, per_group(8)), unit);
    // Squares are summed in another order, and e is a float in one of them: 2⁻²³ relative.
    CHECK(std::fabs(r.output_relative() - r.weight_relative()) <=
          0x1p-23 * r.weight_relative());
}

// A model's figure is not the mean of its layers' figures: the sums are added, the root comes
// last.
TEST_CASE("reports add up as one matrix would") {
    auto const w = random_matrix(10, 16, 192), x = random_matrix(5, 16, 193);
    auto const q = quantize<int8>(w, per_channel());
    auto const whole = report(w.view(), q, x);
    auto parts = report(w.rows(0, 3), quantize<int8>(w.rows(0, 3), per_channel()), x);
    parts += report(w.rows(3, 7), quantize<int8>(w.rows(3, 7), per_channel()), x);
    CHECK(parts.bits_per_weight() == whole.bits_per_weight());
    CHECK(parts.largest_error == whole.largest_error);
    // Sums of doubles and, in the outputs, of floats, in another order: 16·2⁻²⁴.
    CHECK(std::fabs(parts.weight_rmse() - whole.weight_rmse()) <=
          0x1p-45 * whole.weight_rmse());
    CHECK(std::fabs(parts.output_relative() - whole.output_relative()) <=
          0x1p-20 * whole.output_relative());
}

// Finding F3: 96 of 102,714 weights in linear layers, and an "int8 model" that is no smaller.
TEST_CASE("the coverage line tells how little may have been touched") {
    auto r = report(random_matrix(8, 12, 194).view(),
                    quantize<int8>(random_matrix(8, 12, 194), per_tensor()));
    CHECK(r.coverage() == 1);
    r.untouched(102'714 - 96);
    CHECK(r.coverage() == 96.0 / 102'714);
    CHECK(r.line().find("coverage 0.0934634 % of 102714 parameters") != std::string::npos);
}

// AWQ's result is judged as the outputs see it; its scale disappears in the norm before it.
TEST_CASE("a channel scale is undone, and costs nothing") {
    auto const w = random_matrix(16, 32, 195), x = random_matrix(20, 32, 196);
    auto const a = awq<int4>(w, x, per_channel());
    auto const r = report(w.view(), a.weights, x, a.channel_scale);
    // The same differences, rounded to float from double here and in float there: 2⁻²² of |w| ≈
    // 7 steps.
    CHECK(std::fabs(r.output_error - a.error) <= 0x1p-18 * a.error);
    CHECK(r.bits_per_weight() == 4 + 16 * 32.0 / (16 * 32));
}

// Nothing to lose, nothing lost: and it takes weights of any kind.
TEST_CASE("a plain copy has no error") {
    auto const w = random_matrix(4, 8, 197);
    auto const r =
        report(w.view(), shared_matrix<float>(matrix<float>(w)), random_matrix(3, 8, 198));
    CHECK(r.weight_rmse() == 0);
    CHECK(r.output_relative() == 0);
    CHECK(r.bits_per_weight() == 32);
    CHECK(quantization_report{}.weight_rmse() == 0);
    CHECK_THROWS_AS((void)report(w.rows(0, 3), shared_matrix<float>(matrix<float>(w))),
                    shape_error);
}
