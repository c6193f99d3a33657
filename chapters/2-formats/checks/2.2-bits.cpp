// SPDX-License-Identifier: MIT
// Self-check 2.2, "fp32, fp16, bf16, int8, int4".
#include "self_check.hpp"
#include "../contracts/2.2-bits.hpp"

#include <bit>   // bit_cast
#include <cmath> // ldexp, isnan, isinf, copysign, signbit

using namespace qad::check;

namespace {

mistake const cuts{
    "2.2a", "the lower half is cut away instead of rounded.",
    "Every number moves towards 0, by up to a step where half a step is enough."};
mistake const half_up{"2.2b", "half a step always goes up.",
                      "1.00390625 is as near to 1 as to 1.0078125; up each time, sums drift."};
mistake const carries{
    "2.2c", "a NaN is rounded like a number.",
    "Its carry makes it infinity, or -0: then nothing shows that a sum has failed."};
mistake const upper_half{
    "2.2f", "the upper half of a NaN is taken for a NaN.",
    "Where the lower half alone tells it from infinity, infinity is left: 7f80 of 7f800001."};
mistake const sixteen{"2.2d", "16 bits are read alike, whoever wrote them.",
                      "The bits of 1.0 in fp16, 3c00, are 0.0078125 in bf16: 128 times less."};
mistake const always_one{"2.2e", "a 1 is put before every mantissa, also at exponent 0.",
                         "Then no code is 0: the code of 0 gives 0.00003."};

/// What the bits mean, by the definition; with ldexp, so that nobody's tricks are shared.
double decoded(unsigned code, int exponent_bits, int mantissa_bits, bool one_at_zero = false) {
    int const bias = (1 << (exponent_bits - 1)) - 1;
    int const e = static_cast<int>(code >> mantissa_bits) & ((1 << exponent_bits) - 1);
    unsigned const m = code & ((1u << mantissa_bits) - 1), one = 1u << mantissa_bits;
    double const sign = (code >> 15) != 0 ? -1 : 1;
    if (e == (1 << exponent_bits) - 1) { return m != 0 ? std::nan("") : sign * HUGE_VAL; }
    if (e == 0 && !one_at_zero) { return sign * std::ldexp(m, 1 - bias - mantissa_bits); }
    return sign * std::ldexp(one + m, e - bias - mantissa_bits);
}
double bf16(unsigned code) { return decoded(code & 0xffff, 8, 7); }
double fp16(unsigned code) { return decoded(code & 0xffff, 5, 10); }

std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }
float float_of(std::uint32_t bits) { return std::bit_cast<float>(bits); }

/// Of the two codes around x the nearer one, by distance; at equal distance the even one.
unsigned nearest(float x) {
    unsigned const below = bits_of(x) >> 16, above = below + 1;
    if (std::isinf(x)) { return below; }
    double const end = std::ldexp(1.0, 128); // infinity stands where the next power would
    auto const place = [&](unsigned code) {
        return (code & 0x7fff) == 0x7f80 ? std::copysign(end, x) : bf16(code);
    };
    double const to_below = std::abs(x - place(below)), to_above = std::abs(place(above) - x);
    if (to_below == to_above) { return below % 2 == 0 ? below : above; }
    return to_below < to_above ? below : above;
}

/// What the known mistakes make of the numbers.
struct answers {
    std::vector<unsigned> got, expected, cut, up;
    void ask(float x) {
        got.push_back(impl::to_bf16(x));
        expected.push_back(nearest(x));
        cut.push_back(bits_of(x) >> 16);
        up.push_back((bits_of(x) + 0x8000) >> 16);
    }
};

} // namespace

TEST_CASE("2.2.1 the bits of a bf16 are the upper half of a float: all 65536 [P02]") {
    std::vector<double> got, expected;
    for (unsigned code = 0; code < 65536; ++code) {
        got.push_back(impl::from_bf16(static_cast<std::uint16_t>(code)));
        expected.push_back(bf16(code));
    }
    judge(got, {.input = "every code from 0 to 65535", .expected = expected});
}

TEST_CASE("2.2.2 rounding finds the nearest, and the even one of two equally near [P02]") {
    answers by_hand;
    // Ties on both sides of 0, above even and odd codes, and a tie but for the last bit.
    for (float x : {3.14159265f, 256.5f, 65520.0f, 1.0f + 0x1p-8f, 1.0f + 0x3p-8f,
                    -1.0f - 0x1p-8f, -1.0f - 0x3p-8f, 1.0f + 0x1p-8f + 0x1p-23f, 1.9999999f}) {
        by_hand.ask(x);
    }
    judge(by_hand.got, {.input = "the codes of pi, 256.5, 65520, 1+2^-8, 1+3*2^-8, -1-2^-8, "
                                 "-1-3*2^-8, 1+2^-8+2^-23, 1.9999999",
                        .expected = by_hand.expected,
                        .beliefs = {{cuts, by_hand.cut}, {half_up, by_hand.up}}});
    answers drawn;
    auto const size = uniform(3000, -120, 120, 1);
    auto const factor = normal(3000, 2);
    for (std::size_t i = 0; i < size.size(); ++i) {
        drawn.ask(std::ldexp(factor[i], static_cast<int>(size[i])));
    }
    judge(drawn.got, {.input = "the codes of 3000 drawn numbers, from tiny to huge",
                      .expected = drawn.expected,
                      .beliefs = {{cuts, drawn.cut}, {half_up, drawn.up}}});
}

TEST_CASE("2.2.3 every bf16 keeps its code: there and back [P02]") {
    std::vector<unsigned> got, expected;
    for (unsigned code = 0; code < 65536; ++code) {
        if (std::isnan(bf16(code))) { continue; }
        got.push_back(impl::to_bf16(impl::from_bf16(static_cast<std::uint16_t>(code))));
        expected.push_back(code);
    }
    judge(got,
          {.input = "every code that is a number, decoded and encoded", .expected = expected});
}

TEST_CASE("2.2.4 the ends: infinity, NaN, and numbers too small to be normal") {
    answers ends;
    for (std::uint32_t bits : {0x7f800000u, 0xff800000u, 0x7f7fffffu, 0xff7f8000u, 0x7f7f7fffu,
                               0x00008000u, 0x80008001u, 0x00018000u, 0x80000001u}) {
        ends.ask(float_of(bits));
    }
    judge(ends.got,
          {.input = "codes of +-inf, the largest float, -2^128+2^119, the largest that stays, "
                    "2^-134, -2^-134-2^-149, 3*2^-134, -2^-149",
           .expected = ends.expected,
           .beliefs = {{cuts, ends.cut}, {half_up, ends.up}}});
    if (ends.got != ends.expected) { return; } // whoever cuts numbers also cuts NaNs
    std::vector<bool> stays;
    for (std::uint32_t bits : {0x7fc00000u, 0x7f800001u, 0x7fffffffu, 0xffffffffu}) {
        stays.push_back(std::isnan(bf16(impl::to_bf16(float_of(bits)))));
    }
    judge(stays, {.input = "is it still a NaN? the NaNs 7fc00000, 7f800001, 7fffffff, ffffffff",
                  .expected = std::vector{true, true, true, true},
                  .beliefs = {{upper_half, std::vector{true, false, true, true}},
                              {carries, std::vector{true, false, false, false}}}});
}

TEST_CASE("2.2.5 the same sixteen bits are another number in fp16: all 65536 [D06]") {
    std::vector<double> got, expected, as_bf16, with_a_one;
    for (unsigned code = 0; code < 65536; ++code) {
        got.push_back(impl::from_fp16(static_cast<std::uint16_t>(code)));
        expected.push_back(fp16(code));
        as_bf16.push_back(bf16(code));
        with_a_one.push_back(decoded(code, 5, 10, true));
    }
    judge(std::signbit(impl::from_fp16(0x8000)),
          {.input = "is there a minus before the 0 of code 8000?", .expected = true});
    judge(got, {.input = "every code from 0 to 65535",
                .expected = expected,
                .beliefs = {{sixteen, as_bf16}, {always_one, with_a_one}}});
}
