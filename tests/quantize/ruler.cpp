// SPDX-License-Identifier: MIT
#include <qad/formats/integer.hpp>
#include <qad/quantize/ruler.hpp>

#include <qad/core/random.hpp>
#include <doctest/doctest.h>

#include <cmath>

using namespace qad;

// IEEE 754 defines nearbyint under the default mode as round to nearest, ties to even.
TEST_CASE("round_even is nearbyint, in float and double") {
    for (int k = -4000; k <= 4000; ++k) {
        float const x = static_cast<float>(k) / 8;
        CHECK(round_even(x) == std::nearbyint(x));
        CHECK(round_even(double(x)) == std::nearbyint(double(x)));
    }
    CHECK(round_even(std::nextafter(0.5f, 1.0f)) == 1);
    CHECK(round_even(std::nextafter(2.5f, 0.0f)) == 2);
}

// Zero must be representable, so that padding and dead weights stay exactly zero.
TEST_CASE("an extent always holds zero") {
    extent e;
    e.include(3);
    e.include(5);
    CHECK(e.least == 0);
    CHECK(e.greatest == 5);
    CHECK(e.magnitude() == 5);
}

// The three grids of sheet 2.1: 7, 7.5 and 15 steps for int4.
TEST_CASE("wanted scales") {
    extent const e{-3, 6};
    CHECK(ruler<int4>::wanted_scale(e, grid::symmetric) == 6.0f / 7);
    CHECK(ruler<int4>::wanted_scale(e, grid::centred) == 6.0f / 7.5f);
    CHECK(ruler<int4>::wanted_scale(e, grid::asymmetric) == 9.0f / 15);
    CHECK(ruler<int8>::wanted_scale(e, grid::symmetric) == 6.0f / 127);
    CHECK(ruler<int8>::wanted_scale(e, grid::centred) == 6.0f / 127.5f);
    // The range of the widest floats is wider than a float.
    CHECK(std::isfinite(ruler<int4>::wanted_scale({-3e38f, 3e38f}, grid::asymmetric)));
}

template <class Code> static void check_marks(grid marks) {
    generator random(7);
    for (int trial = 0; trial < 200; ++trial) {
        extent range;
        for (int k = 0; k < 5; ++k) {
            range.include(static_cast<float>(random.normal() + 0.5));
        }
        auto const r = ruler<Code>::fit(range, marks, scale_format::fp16);
        float const lowest =
            marks == grid::symmetric ? -Code::largest : static_cast<float>(Code::lowest);
        CHECK(r.low + r.zero == lowest);
        CHECK(r.high + r.zero == Code::highest);
        CHECK(r.nearest(0.0f) == 0);
        // Every mark is its own nearest mark, and its code says which one it is.
        for (float k = r.low; k <= r.high; ++k) {
            CHECK(r.steps(r.scale * k) == k);
            CHECK(static_cast<float>(r.code(k)) == k + r.zero);
        }
        // Beyond the ends: the ends.
        CHECK(r.steps(1e30f) == r.high);
        CHECK(r.steps(-1e30f) == r.low);
        CHECK(r.steps(1e30) == double(r.high));
    }
}

// A code is a mark and a mark is a code: otherwise rounding twice would move weights again.
TEST_CASE("marks are fixed points of rounding, codes are their names") {
    for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
        check_marks<int8>(marks);
        check_marks<int4>(marks);
        check_marks<int3>(marks);
        check_marks<int2>(marks);
    }
}

// Whoever divides by a scale must be able to; s = 1 leaves zeros zero.
TEST_CASE("an all-zero group has the scale 1") {
    for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
        auto const r = ruler<int4>::fit({}, marks, scale_format::fp16);
        CHECK(r.scale == 1);
        CHECK(r.nearest(0.0f) == 0);
    }
}
