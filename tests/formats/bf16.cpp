// SPDX-License-Identifier: MIT
#include <qad/formats/bf16.hpp>

#include <doctest/doctest.h>

#include <algorithm>        // max
#include <bit>              // bit_cast
#include <cmath>            // ldexp, nearbyint
#include <initializer_list> // for over a few values
#include <limits>           // numeric_limits
#include <type_traits>      // is_convertible_v

using namespace qad;

static_assert(!std::is_convertible_v<float, bf16> && !std::is_convertible_v<bf16, float>);
static_assert(!std::is_convertible_v<double, bf16> && !std::is_convertible_v<bf16, int>);
static_assert(!std::is_constructible_v<bf16, float>); // bf16(0.5f) would be code 0 in C++20
static_assert(!std::is_convertible_v<int, bf16> && !std::is_convertible_v<bf16, bool>);

namespace {

std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }
float from_bits(std::uint32_t u) { return std::bit_cast<float>(u); }
bool is_nan(bf16 h) { return (h.code & 0x7fff) > 0x7f80; }
bf16 coded(unsigned code) { return bf16(code); }

/// The value by its definition: 8 exponent bits, 7 of mantissa.
double defined(unsigned code) {
    int const exponent = static_cast<int>(code >> 7) & 255, mantissa = static_cast<int>(code & 0x7f);
    double const magnitude = exponent == 0 ? std::ldexp(mantissa, -133)
                                           : std::ldexp(128 + mantissa, exponent - 134);
    return (code & 0x8000) != 0 ? -magnitude : magnitude;
}

/// Rounds in double, with nearbyint at the last place. Not for NaN.
std::uint16_t rounded(float x) {
    double const magnitude = std::abs(static_cast<double>(x));
    unsigned const sign = std::signbit(x) ? 0x8000 : 0;
    if (magnitude >= 0x1.ffp127) { return static_cast<std::uint16_t>(sign | 0x7f80); }
    if (magnitude == 0) { return static_cast<std::uint16_t>(sign); }
    int exponent = 0;
    std::frexp(magnitude, &exponent);
    int const last = std::max(exponent - 8, -133);
    auto const steps = static_cast<int>(std::nearbyint(std::ldexp(magnitude, -last)));
    return static_cast<std::uint16_t>(sign | static_cast<unsigned>(((last + 133) << 7) + steps));
}

/// The floats at, just below and just above every code and every boundary between two codes.
template <class F> void near_boundaries(F&& f) {
    for (std::uint32_t sign : {0u, 0x80000000u}) {
        for (std::uint32_t code = 0; code < 0x7f80; ++code) {
            // Half-way to the next code is the bit below the kept ones.
            for (std::uint32_t centre : {code << 16, (code << 16) | 0x8000}) {
                if (centre != 0) { f(from_bits(sign | (centre - 1))); }
                f(from_bits(sign | centre));
                f(from_bits(sign | (centre + 1)));
            }
        }
    }
}

} // namespace

TEST_CASE("every code means what its fields say, exactly") {
    int wrong = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        if ((code & 0x7f80) == 0x7f80) { continue; }
        wrong += static_cast<double>(static_cast<float>(coded(code))) != defined(code);
    }
    CHECK(wrong == 0);
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK(static_cast<float>(coded(0x7f80)) == infinity);
    CHECK(static_cast<float>(coded(0xff80)) == -infinity);
    CHECK(static_cast<float>(coded(0x3f81)) - 1 == 0x1p-7f); // the step above 1 (chapter 2.3)
}

TEST_CASE("all 65,536 codes come back from float as they went, NaN payloads and signed zeros too") {
    int changed = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        changed += bf16::nearest(static_cast<float>(coded(code))).code != code;
    }
    CHECK(changed == 0);
}

TEST_CASE("nearest is nearest: no neighbouring code is closer, and a tie goes to the even one") {
    int farther = 0, odd_ties = 0;
    near_boundaries([&](float x) {
        bf16 const h = bf16::nearest(x);
        if ((h.code & 0x7f80) == 0x7f80) { return; }
        double const error = std::abs(static_cast<double>(x) - defined(h.code));
        for (int step : {-1, 1}) {
            unsigned const magnitude = (h.code & 0x7fffu) + static_cast<unsigned>(step);
            unsigned const code = (h.code & 0x7fff) == 0 && step < 0 ? (h.code ^ 0x8001u)
                                                                     : (h.code & 0x8000u) | magnitude;
            // Above the largest code, 2^128 would come: the formula gives it by itself.
            double const other_error = std::abs(static_cast<double>(x) - defined(code));
            farther += error > other_error;
            odd_ties += error == other_error && h.code % 2 == 1;
        }
    });
    CHECK(farther == 0);
    CHECK(odd_ties == 0);
}

TEST_CASE("every float beside a boundary rounds as an independent formulation rounds it") {
    int different = 0;
    near_boundaries([&](float x) { different += bf16::nearest(x).code != rounded(x); });
    CHECK(different == 0);
}

TEST_CASE("half a step beyond the largest it is infinity; infinities stay") {
    float const boundary = 0x1.ffp127f; // between 0x7f7f and where 0x7f80 would be: a tie, to even
    CHECK(bf16::nearest(std::nextafter(boundary, 0.0f)).code == 0x7f7f);
    CHECK(bf16::nearest(boundary).code == 0x7f80);
    CHECK(bf16::nearest(-boundary).code == 0xff80);
    CHECK(bf16::nearest(std::numeric_limits<float>::infinity()).code == 0x7f80);
    CHECK(bf16::nearest(-std::numeric_limits<float>::infinity()).code == 0xff80);
}

TEST_CASE("NaN stays NaN with its sign, also where its payload does not fit") {
    for (std::uint32_t u : {0x7f800001u, 0x7f80ffffu, 0x7f810000u, 0x7fc00000u, 0x7fffffffu}) {
        CAPTURE(u);
        CHECK(is_nan(bf16::nearest(from_bits(u))));
        CHECK((bf16::nearest(from_bits(u)).code & 0x8000) == 0);
        CHECK(is_nan(bf16::nearest(from_bits(u | 0x80000000))));
        CHECK((bf16::nearest(from_bits(u | 0x80000000)).code & 0x8000) != 0);
    }
}

TEST_CASE("what chapter 2.2 prints") {
    CHECK(static_cast<float>(bf16::nearest(3.14159265f)) == 3.140625f);
    CHECK(static_cast<float>(bf16::nearest(256.5f)) == 256.0f); // a tie, to even
    CHECK(static_cast<float>(bf16::nearest(257.0f)) == 256.0f);
    CHECK(static_cast<float>(bf16::nearest(65536.0f)) == 65536.0f);
    CHECK(static_cast<float>(bf16::nearest(1e-8f)) == doctest::Approx(1.0012e-8).epsilon(1e-4));
    CHECK(bits_of(static_cast<float>(bf16::nearest(-0.0f))) == 0x80000000);
    static_assert(bf16::nearest(1.0f).code == 0x3f80);
}
