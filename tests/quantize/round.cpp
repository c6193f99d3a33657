// SPDX-License-Identifier: MIT
#include <qad/formats/nf4.hpp>
#include <qad/quantize/round.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include "support/same_codes.hpp"

#include <cmath>
#include <limits>

using namespace qad;
using namespace qad::testing;

template <class Code>
static std::vector<int> codes_of(quantized_matrix<Code> const& q, index_t row = 0) {
    std::vector<int> result;
    for (index_t j = 0; j < q.cols(); ++j) { result.push_back(q.code(row, j).value); }
    return result;
}

// Chapter 3.2, by hand: s = 2.94 / 7 = 0.42.
TEST_CASE("the worked vector") {
    auto const q = quantize<int4>(rows_of({{0.18f, -0.91f, 1.62f, 2.94f}}), per_channel());
    CHECK(codes_of(q) == std::vector{0, -2, 4, 7});
    CHECK(q.scale(0, 0) == 2.94f / 7);
    CHECK(q.symmetric());
}

// Chapter 3.3, by hand: row B's 3.10 makes s = 0.4429, which rounds all of row A to nothing.
TEST_CASE("the worked rows: one scale for both, then one for each") {
    auto const w = rows_of({{0.05f, -0.08f, 0.12f, -0.15f}, {3.10f, -1.0f, 0.5f, 2.0f}});
    CHECK(codes_of(quantize<int4>(w, per_tensor())) == std::vector{0, 0, 0, 0});
    auto const own = quantize<int4>(w, per_channel());
    CHECK(codes_of(own) == std::vector{2, -4, 6, -7});
    CHECK(own.scale(0, 0) == 0.15f / 7);
}

// Sheet 2.1: the grids of the files that others write.
TEST_CASE("the worked rows of the centred grid") {
    auto const w = rows_of({{1.0f, -0.5f, 0.25f}, {8.0f, 4.0f, -2.0f}});
    CHECK(codes_of(quantize<int8>(w, per_tensor())) == std::vector{16, -8, 4});
    CHECK(codes_of(quantize<int8>(w, per_channel())) == std::vector{127, -64, 32});
    CHECK(codes_of(quantize<int4>(w, per_tensor(), {.grid = grid::centred})) ==
          std::vector{1, 0, 0});
    CHECK(codes_of(quantize<int4>(w, per_channel(), {.grid = grid::centred})) ==
          std::vector{7, -4, 2});
}

template <class Code> static void check_half_step(grid marks, scale_format format) {
    auto const w = random_matrix(9, 60, 11, 0.3f);
    auto const q = quantize<Code>(w, per_group(20), {.grid = marks, .scales = format});
    for (index_t i = 0; i < w.rows(); ++i) {
        for (index_t j = 0; j < w.cols(); ++j) {
            double const s = q.scale(i, q.group_of(j)),
                         zero = marks == grid::asymmetric
                                    ? static_cast<float>(q.zero(i, q.group_of(j)))
                                    : 0.0f;
            double const low = marks == grid::symmetric ? -Code::largest : Code::lowest - zero,
                         high = Code::highest - zero;
            // In the range: between the lowest and the highest mark, and half a step beyond.
            double const k = std::fmin(std::fmax(w(i, j) / s, low - 0.5), high + 0.5);
            // Besides the theorem's s/2: the division and the product round, 2⁻²⁴ of |w| each.
            CHECK(std::fabs(k * s - double(q(i, j))) <=
                  s / 2 + 2 * std::fabs(double(w(i, j))) * 0x1p-24);
            // Symmetric with exact scales: all weights are in the range. Asymmetric too: z is
            // off by at most half a step, which clamping at one end costs, and no more than
            // that.
            if (marks != grid::centred && format == scale_format::fp32) {
                CHECK(k == w(i, j) / s);
            }
        }
    }
}

// The theorem of chapter 3.1: the nearest mark is at most half a step away.
TEST_CASE("inside the range no weight moves more than half a step") {
    for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
        for (auto format : {scale_format::fp32, scale_format::fp16, scale_format::bf16}) {
            check_half_step<int8>(marks, format);
            check_half_step<int4>(marks, format);
            check_half_step<int3>(marks, format);
            check_half_step<int2>(marks, format);
        }
    }
}

// Marks round to themselves, and the loudest mark of a group is ±Q·s, so that the scale stays
// too.
TEST_CASE("rounding what was rounded changes nothing") {
    auto const w = random_matrix(8, 64, 12);
    auto const q4 = quantize<int4>(w, per_group(16), {.scales = scale_format::fp16});
    CHECK(test::same_codes(q4,
               quantize<int4>(dequantize(q4), per_group(16), {.scales = scale_format::fp16})));
    auto const q8 = quantize<int8>(w, per_channel(), {.scales = scale_format::fp16});
    CHECK(test::same_codes(q8,
               quantize<int8>(dequantize(q8), per_channel(), {.scales = scale_format::fp16})));
}

// Symmetric marks and ties to even know no sign: that is why code −Q−1 stays unused.
TEST_CASE("q(-w) = -q(w)") {
    auto const w = random_matrix(8, 64, 13);
    matrix<float> negative(w);
    for (index_t k = 0; k < w.size(); ++k) { negative.data()[k] *= -1; }
    auto const q = quantize<int4>(w, per_group(16)),
               m = quantize<int4>(negative, per_group(16));
    for (index_t i = 0; i < 8; ++i) {
        for (index_t j = 0; j < 64; ++j) { CHECK(q.code(i, j).value == -m.code(i, j).value); }
    }
}

// A power of two changes no mantissa: the scale takes it, the codes do not notice.
TEST_CASE("q(a·w) = q(w) and s(a·w) = a·s(w) for powers of two") {
    auto const w = random_matrix(4, 32, 14);
    for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
        auto const q = quantize<int4>(w, per_group(8), {.grid = marks});
        for (float a : {0x1p-9f, 0.5f, 64.0f}) {
            matrix<float> louder(w);
            for (index_t k = 0; k < w.size(); ++k) { louder.data()[k] *= a; }
            auto const p = quantize<int4>(louder, per_group(8), {.grid = marks});
            for (index_t i = 0; i < 4; ++i) {
                for (index_t j = 0; j < 32; ++j) {
                    CHECK(p.code(i, j) == q.code(i, j));
                    CHECK(p(i, j) == a * q(i, j));
                }
            }
        }
    }
}

template <class Code> static bool survives(float ratio) {
    auto const q = quantize<Code>(rows_of({{1.0f}, {ratio}}), per_tensor());
    return q.code(0, 0) != Code{};
}

// With one scale a weight of 1 survives beside one of r when 1 / (r/Q) > ½: r < 2Q.
TEST_CASE("a row vanishes when it is 2Q times quieter: 14 for int4, 254 for int8") {
    CHECK(survives<int4>(13.9f));
    CHECK_FALSE(survives<int4>(14.1f));
    CHECK(survives<int8>(253.0f));
    CHECK_FALSE(survives<int8>(255.0f));
    CHECK(survives<int3>(5.9f));
    CHECK_FALSE(survives<int3>(6.1f));
    // Its own scale saves it, at any loudness.
    auto const own = quantize<int4>(rows_of({{1.0f}, {1e6f}}), per_channel());
    CHECK(own.code(0, 0).value == 7);
}

// They are the same cut with different names.
TEST_CASE("per_group(cols) is per_channel, and per_channel of one row is per_tensor") {
    auto const w = random_matrix(6, 48, 15);
    CHECK(test::same_codes(quantize<int4>(w, per_group(48)), quantize<int4>(w, per_channel())));
    auto const row = w.view().rows(2, 1);
    CHECK(test::same_codes(quantize<int4>(row, per_channel()), quantize<int4>(row, per_tensor())));
}

// A scale of 0 would divide 0 by 0.
TEST_CASE("an all-zero group keeps its zeros and has a usable scale") {
    auto w = random_matrix(2, 32, 16);
    for (index_t j = 8; j < 16; ++j) { w(1, j) = 0; }
    for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
        auto const q =
            quantize<int4>(w, per_group(8), {.grid = marks, .scales = scale_format::fp16});
        CHECK(q.scale(1, 1) > 0);
        for (index_t j = 8; j < 16; ++j) { CHECK(q(1, j) == 0); }
    }
    // So quiet that fp16 has no scale for it, or no float: still numbers, still within half a
    // step.
    auto const quiet = quantize<int4>(rows_of({{1e-12f, -3e-13f}}), per_channel(),
                                      {.scales = scale_format::fp16});
    CHECK(quiet.scale(0, 0) == 0x1p-24f);
    CHECK(quiet(0, 0) == 0);
    auto const least = std::numeric_limits<float>::denorm_min();
    CHECK(std::isfinite(quantize<int4>(rows_of({{least, 0.0f}}), per_channel())(0, 0)));
}

// A file holds fp16 scales: a code chosen for another scale would be off by up to half a step.
TEST_CASE("codes are chosen for the stored scale") {
    auto const w = random_matrix(16, 128, 17);
    auto const q = quantize<int8>(w, per_channel(), {.scales = scale_format::bf16});
    for (index_t i = 0; i < w.rows(); ++i) {
        float const s = q.scale(i, 0);
        CHECK(s == static_cast<float>(bf16::nearest(s)));
        for (index_t j = 0; j < w.cols(); ++j) {
            float const k = std::fmin(std::fmax(w(i, j) / s, -127.0f), 127.0f);
            CHECK(q.code(i, j).value == static_cast<int>(std::nearbyint(k)));
        }
    }
}

// An outlier of one sign wastes half of a symmetric grid; zero stays exact in either.
TEST_CASE("asymmetric marks use the whole range and keep zero exact") {
    auto const w = rows_of({{0.0f, 1.0f, 2.0f, 15.0f}});
    auto const q = quantize<int4>(w, per_channel(), {.grid = grid::asymmetric});
    CHECK(q.scale(0, 0) == 1);
    CHECK(q.zero(0, 0).value == -8);
    CHECK(codes_of(q) == std::vector{-8, -7, -6, 7});
    for (index_t j = 0; j < 4; ++j) { CHECK(q(0, j) == w(0, j)); }
}

// Sheet 1.9: bitsandbytes' own codes for this block.
TEST_CASE("nf4 blocks are those of bitsandbytes") {
    auto const w = rows_of({{0.5f, -1.0f, 0.25f, 0.0f, -0.1f, 2.0f, 1.0f, -2.0f}});
    auto const q = quantize<nf4>(w, per_group(8));
    unsigned const expected[] = {10, 2, 9, 7, 6, 15, 12, 0};
    for (index_t j = 0; j < 8; ++j) { CHECK(q.code(0, j).code() == expected[j]); }
    CHECK(q.scale(0, 0) == 2);
    CHECK(q(0, 3) == 0);
    CHECK_THROWS_AS((void)quantize<nf4>(w, per_group(8), {.grid = grid::asymmetric}),
                    shape_error);
}

// NaN compares false with everything and would silently become some code.
TEST_CASE("NaN weights and indivisible groups are errors that name the place") {
    auto w = random_matrix(4, 10, 18);
    CHECK_THROWS_AS((void)quantize<int4>(w, per_group(3)), shape_error);
    w(2, 5) = std::numeric_limits<float>::quiet_NaN();
    auto const message =
        message_of<shape_error>([&] { (void)quantize<int4>(w, per_group(5)); });
    CHECK(message.find("row 2, column 5") != std::string::npos);
    // 1e30 / 7 is no fp16.
    CHECK_THROWS_AS(
        (void)quantize<int4>(rows_of({{1e30f}}), per_channel(), {.scales = scale_format::fp16}),
        shape_error);
}
