// SPDX-License-Identifier: MIT
#include <qad/formats/integer.hpp>

#include <doctest/doctest.h>

#include <algorithm>        // min, max
#include <cmath>            // nearbyint, nextafter
#include <initializer_list> // for over a few values
#include <limits>           // numeric_limits
#include <type_traits>      // is_convertible_v

using namespace qad;

static_assert(!std::is_convertible_v<float, int4> && !std::is_convertible_v<int4, float>);
static_assert(!std::is_convertible_v<int, int4> && !std::is_convertible_v<int4, int>);
static_assert(!std::is_convertible_v<int4, int8> && !std::is_convertible_v<int8, int4>);
static_assert(!std::is_constructible_v<int8, float>); // only nearest() rounds
static_assert(sizeof(int8) == 1 && sizeof(int2) == 1);

TEST_CASE_TEMPLATE("n bits are 2^n codes, and each comes back from its bits and from its value",
                   I, integer<2>, integer<3>, integer<4>, integer<5>, integer<6>, integer<7>,
                   integer<8>) {
    CHECK(I::highest - I::lowest + 1 == 1 << I::bits);
    CHECK(static_cast<int>(I::largest) == -I::lowest - 1); // the symmetric grid leaves one code out
    for (unsigned code = 0; code < 1u << I::bits; ++code) {
        I const x = I::from_code(code);
        CHECK(x.code() == code);
        CHECK(I::nearest(static_cast<float>(x)) == x);
        // Two's complement: the upper half of the codes is negative.
        CHECK(x.value == static_cast<int>(code) - (code >= 1u << (I::bits - 1) ? 1 << I::bits : 0));
        CHECK(I::from_code(code | 1u << I::bits) == x); // bits above are not part of the code
    }
}

TEST_CASE_TEMPLATE("nearest rounds to nearest, ties to even, at every half and both sides of it", I,
                   integer<2>, integer<3>, integer<4>, integer<5>, integer<6>, integer<7>,
                   integer<8>) {
    for (int twice = 2 * I::lowest; twice <= 2 * I::highest; ++twice) {
        float const x = static_cast<float>(twice) / 2;
        for (float near : {std::nextafter(x, -1000.0f), x, std::nextafter(x, 1000.0f)}) {
            // nearbyint rounds to nearest even as well, but by another way.
            float const wanted = std::min(std::max(std::nearbyint(near), static_cast<float>(I::lowest)),
                                          static_cast<float>(I::highest));
            CHECK(static_cast<float>(I::nearest(near)) == wanted);
        }
    }
}

TEST_CASE_TEMPLATE("beyond the ends the end code stands, however far, infinity included", I,
                   integer<2>, integer<4>, integer<8>) {
    float const top = static_cast<float>(I::highest), bottom = static_cast<float>(I::lowest);
    float const infinity = std::numeric_limits<float>::infinity();
    for (float x : {top + 0.4f, top + 0.5f, top + 1, 1e9f, 3e38f, infinity}) {
        CHECK(I::nearest(x).value == I::highest);
    }
    for (float x : {bottom - 0.4f, bottom - 0.5f, bottom - 1, -1e9f, -3e38f, -infinity}) {
        CHECK(I::nearest(x).value == I::lowest);
    }
}

TEST_CASE("small numbers and zeros of both signs are 0; NaN is 0, as the contract says") {
    float const nan = std::numeric_limits<float>::quiet_NaN();
    for (float x : {0.0f, -0.0f, 1e-45f, -1e-45f, 0.49999997f, -0.49999997f, 0.5f, -0.5f, nan, -nan}) {
        CHECK(int4::nearest(x).value == 0);
    }
}

TEST_CASE("rounding is odd, q(-w) = -q(w), wherever -w is on the grid") {
    // The sum with 1.5·2²³ is symmetric as well, because ties to even are.
    for (int i = -7 * 64; i <= 7 * 64; ++i) {
        float const x = static_cast<float>(i) / 64;
        CHECK(int4::nearest(-x).value == -int4::nearest(x).value);
    }
}

TEST_CASE("order is that of the values, also while compiling") {
    static_assert(int4::from_code(15) < int4::from_code(0)); // −1 < 0
    static_assert(int4::nearest(2.5f) == int4{2} && int4::nearest(3.5f) == int4{4});
    static_assert(static_cast<float>(int3::from_code(4)) == -4.0f);
    CHECK(int8{-128} < int8{127});
}
