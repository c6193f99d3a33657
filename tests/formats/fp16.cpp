// SPDX-License-Identifier: MIT
#include <qad/formats/fp16.hpp>

#include <doctest/doctest.h>

#include <algorithm>        // max
#include <bit>              // bit_cast
#include <cmath>            // ldexp, nearbyint
#include <initializer_list> // for over a few values
#include <limits>           // numeric_limits
#include <type_traits>      // is_convertible_v

using namespace qad;

static_assert(!std::is_convertible_v<float, fp16> && !std::is_convertible_v<fp16, float>);
static_assert(!std::is_convertible_v<double, fp16> && !std::is_convertible_v<fp16, int>);
static_assert(!std::is_constructible_v<fp16, float>); // fp16(0.5f) would be code 0 in C++20
static_assert(!std::is_convertible_v<int, fp16> && !std::is_convertible_v<fp16, bool>);

namespace {

std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }
float from_bits(std::uint32_t u) { return std::bit_cast<float>(u); }
bool is_nan(fp16 h) { return (h.code & 0x7fff) > 0x7c00; }
fp16 coded(unsigned code) { return fp16(code); }

/// The value by its definition (IEEE 754, §3.4), in double, which holds it exactly.
double defined(unsigned code) {
    int const exponent = static_cast<int>(code >> 10) & 31, mantissa = static_cast<int>(code & 0x3ff);
    double const magnitude = exponent == 0 ? std::ldexp(mantissa, -24)
                                           : std::ldexp(1024 + mantissa, exponent - 25);
    return (code & 0x8000) != 0 ? -magnitude : magnitude;
}

/// Rounds by another way than the header: scale so that the last place is 1, and let nearbyint,
/// which rounds to nearest even, do the rest. Not for NaN.
std::uint16_t rounded(float x) {
    double const magnitude = std::abs(static_cast<double>(x));
    unsigned const sign = std::signbit(x) ? 0x8000 : 0;
    if (magnitude >= 65520) { return static_cast<std::uint16_t>(sign | 0x7c00); }
    if (magnitude == 0) { return static_cast<std::uint16_t>(sign); }
    int exponent = 0;
    std::frexp(magnitude, &exponent); // magnitude < 2^exponent
    int const last = std::max(exponent - 11, -24); // weight of the last place
    auto const steps = static_cast<int>(std::nearbyint(std::ldexp(magnitude, -last)));
    // A mantissa that reaches 2048 carries into the exponent field by itself.
    return static_cast<std::uint16_t>(sign | static_cast<unsigned>(((last + 24) << 10) + steps));
}

// g++ 12 knows the type in C++ on x86 only.
#if defined(__FLT16_MANT_DIG__) && (defined(__x86_64__) || defined(__clang__) || __GNUC__ >= 13)
#define QAD_TEST_HAS_FLOAT16 1
std::uint16_t hardware(float x) { return std::bit_cast<std::uint16_t>(static_cast<_Float16>(x)); }
float hardware(std::uint16_t code) { return static_cast<float>(std::bit_cast<_Float16>(code)); }
#endif

/// Every float within one step of the boundaries between neighbouring codes: the boundary itself,
/// and the floats next to it on both sides; likewise around the codes' own values.
template <class F> void near_boundaries(F&& f) {
    auto const around = [&](float x) {
        std::uint32_t const u = bits_of(x);
        for (std::uint32_t v : {u - 1, u, u + 1}) {
            if ((u & 0x7fffffff) == 0 && v == u - 1) { continue; } // nothing below zero's magnitude
            f(from_bits(v));
        }
    };
    for (unsigned sign : {0u, 0x8000u}) {
        for (unsigned code = 0; code < 0x7c00; ++code) {
            double const below = defined(sign | code);
            // The step above the largest leads to 2^16, where infinity stands.
            double const above = code == 0x7bff ? (sign != 0 ? -65536.0 : 65536.0)
                                                : defined(sign | (code + 1));
            around(static_cast<float>(below));
            around(static_cast<float>((below + above) / 2)); // exact: one bit more than fp16 has
        }
        around(sign != 0 ? -65536.0f : 65536.0f);
    }
}

} // namespace

TEST_CASE("every code means what IEEE 754 says, exactly") {
    int wrong = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        if ((code & 0x7c00) == 0x7c00) { continue; } // infinities and NaN below
        wrong += static_cast<double>(static_cast<float>(coded(code))) != defined(code);
    }
    CHECK(wrong == 0);
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK(static_cast<float>(coded(0x7c00)) == infinity);
    CHECK(static_cast<float>(coded(0xfc00)) == -infinity);
    CHECK(static_cast<float>(coded(0x0001)) == 0x1p-24f);  // smallest
    CHECK(static_cast<float>(coded(0x0400)) == 0x1p-14f);  // smallest normal
    CHECK(static_cast<float>(coded(0x7bff)) == 65504.0f);  // largest
    CHECK(static_cast<float>(coded(0x3c01)) - 1 == 0x1p-10f); // the step above 1 (chapter 2.3)
}

TEST_CASE("all 65,536 codes come back from float as they went, NaN payloads and signed zeros too") {
    int changed = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        changed += fp16::nearest(static_cast<float>(coded(code))).code != code;
    }
    CHECK(changed == 0);
}

TEST_CASE("nearest is nearest: no neighbouring code is closer, and a tie goes to the even one") {
    int farther = 0, odd_ties = 0;
    near_boundaries([&](float x) {
        fp16 const h = fp16::nearest(x);
        if ((h.code & 0x7c00) == 0x7c00) { return; } // to infinity: the next law
        double const error = std::abs(static_cast<double>(x) - defined(h.code));
        for (int step : {-1, 1}) {
            unsigned const magnitude = (h.code & 0x7fffu) + static_cast<unsigned>(step);
            // Beside zero stands the smallest of the other sign; beside the largest, 65536.
            unsigned const code = (h.code & 0x7fff) == 0 && step < 0 ? (h.code ^ 0x8001u)
                                                                     : (h.code & 0x8000u) | magnitude;
            double const other = (code & 0x7fff) == 0x7c00
                                     ? std::copysign(65536.0, static_cast<double>(x))
                                     : defined(code);
            double const other_error = std::abs(static_cast<double>(x) - other);
            farther += error > other_error;
            odd_ties += error == other_error && h.code % 2 == 1;
        }
    });
    CHECK(farther == 0);
    CHECK(odd_ties == 0);
}

TEST_CASE("from 65520 on it is infinity: half a step beyond the largest, where the tie is even") {
    CHECK(fp16::nearest(std::nextafter(65520.0f, 0.0f)).code == 0x7bff);
    CHECK(fp16::nearest(65520.0f).code == 0x7c00);
    CHECK(fp16::nearest(-65520.0f).code == 0xfc00);
    CHECK(fp16::nearest(std::numeric_limits<float>::max()).code == 0x7c00);
    CHECK(fp16::nearest(std::numeric_limits<float>::infinity()).code == 0x7c00);
    CHECK(fp16::nearest(-std::numeric_limits<float>::infinity()).code == 0xfc00);
}

TEST_CASE("every float beside a boundary rounds as an independent formulation rounds it") {
    int different = 0;
    near_boundaries([&](float x) { different += fp16::nearest(x).code != rounded(x); });
    CHECK(different == 0);
}

#if defined(QAD_TEST_HAS_FLOAT16)
TEST_CASE("every float beside a boundary rounds as the processor or the compiler rounds it") {
    int different = 0;
    near_boundaries([&](float x) { different += fp16::nearest(x).code != hardware(x); });
    CHECK(different == 0);
    int read_differently = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        if (is_nan(coded(code))) { continue; } // signalling ones may come back quiet
        auto const back = static_cast<float>(coded(code));
        read_differently += bits_of(back) != bits_of(hardware(static_cast<std::uint16_t>(code)));
    }
    CHECK(read_differently == 0);
}

TEST_CASE("a float from every part of the range rounds as the processor rounds it") {
    // A stride that is prime to 2^32 visits all exponents, and mantissas without a pattern.
    int different = 0;
    for (std::uint64_t u = 0; u < (std::uint64_t{1} << 32); u += 4093) {
        float const x = from_bits(static_cast<std::uint32_t>(u));
        if (x != x) { continue; }
        different += fp16::nearest(x).code != hardware(x);
    }
    CHECK(different == 0);
}
#endif

TEST_CASE("NaN stays NaN with its sign, also where its payload does not fit") {
    for (std::uint32_t u : {0x7f800001u, 0x7f801fffu, 0x7f802000u, 0x7fc00000u, 0x7fffffffu}) {
        CAPTURE(u);
        CHECK(is_nan(fp16::nearest(from_bits(u))));
        CHECK((fp16::nearest(from_bits(u)).code & 0x8000) == 0);
        CHECK(is_nan(fp16::nearest(from_bits(u | 0x80000000))));
        CHECK((fp16::nearest(from_bits(u | 0x80000000)).code & 0x8000) != 0);
    }
}

TEST_CASE("what chapter 2.2 prints") {
    CHECK(static_cast<float>(fp16::nearest(3.14159265f)) == 3.140625f);
    CHECK(static_cast<float>(fp16::nearest(256.5f)) == 256.5f);
    CHECK(static_cast<float>(fp16::nearest(1e-8f)) == 0);
    CHECK(std::signbit(static_cast<float>(fp16::nearest(-1e-8f))));
    static_assert(fp16::nearest(1.0f).code == 0x3c00); // while compiling, too
    static_assert(static_cast<float>(fp16{0x3555}) == 0x1.554p-2f);
}
