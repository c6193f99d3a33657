// SPDX-License-Identifier: MIT
// Self-check 2.3, "Precision vs range".
#include "self_check.hpp"
#include "../contracts/2.3-line.hpp"

#include <algorithm> // max
#include <cmath>     // ldexp, frexp, nextafter

using namespace qad::check;

namespace {

mistake const late{"2.3a", "a power of two still has the step of the numbers below it.",
                   "From 1 on fp16 steps by 0.00098; 0.00049 is its step just below 1."};
mistake const finer{"2.3b", "towards 0 the steps become ever finer.",
                    "fp16 steps by 6e-8 from 0 to 0.00012, however small the number."};
mistake const top{"2.3c", "the exponent of all ones is taken for a power.",
                  "Those codes are infinity and NaN: fp16 ends at 65504, not at 131008."};
mistake const normal_only{"2.3d", "below the smallest normal number comes 0.",
                          "fp16 goes on below 0.00006 in even steps, down to 0.00000006."};

struct split {
    int exponent, mantissa;
    int bias() const { return (1 << (exponent - 1)) - 1; }
    unsigned codes() const {
        return ((1u << exponent) - 1) << mantissa;
    } ///< of finite numbers >= 0
    /// What a code stands for, by definition: to step through the codes.
    double value(unsigned code) const {
        int const e = static_cast<int>(code >> mantissa);
        double const m = std::ldexp(code & ((1u << mantissa) - 1), -mantissa);
        return e == 0 ? std::ldexp(m, 1 - bias()) : std::ldexp(1 + m, e - bias());
    }
    /// 2^e <= x < 2^(e+1).
    static int power(double x) {
        int e = 0;
        std::frexp(x, &e);
        return e - 1;
    }
    double step_below(double x) const {
        int e = 0;
        bool const is_power = std::frexp(x, &e) == 0.5;
        return std::ldexp(1.0, std::max(e - (is_power ? 2 : 1), 1 - bias()) - mantissa);
    }
    double ever_finer(double x) const { return std::ldexp(1.0, power(x) - mantissa); }
};

constexpr split fp16{5, 10}, bf16{8, 7}, fp32{8, 23}, tiny{3, 2}, wide{10, 5};

/// The numbers of the format and the one after each, by stepping the code.
void step_through(split f, char const* name) {
    std::vector<double> got, expected, as_below, as_finer;
    for (unsigned code = 1; code + 1 < f.codes(); ++code) {
        double const x = f.value(code);
        got.push_back(impl::spacing(x, f.exponent, f.mantissa));
        expected.push_back(f.value(code + 1) - x);
        as_below.push_back(f.step_below(x));
        as_finer.push_back(f.ever_finer(x));
    }
    judge(got, {.input = text("each number of ", name, " above 0, in order, but the last"),
                .expected = expected,
                .beliefs = {{late, as_below}, {finer, as_finer}}});
}

} // namespace

TEST_CASE("2.3.1 three bits moved: bf16 is eight times coarser [R11 P36]") {
    std::vector<double> got, as_below;
    // Just below 1024 a logarithm is 10, and the step twice too large.
    for (double x : {1.0, 1024.0, std::nextafter(1024.0, 0.0), 3.0}) {
        for (split f : {fp16, bf16}) {
            got.push_back(impl::spacing(x, f.exponent, f.mantissa));
            as_below.push_back(f.step_below(x));
        }
    }
    judge(
        got,
        {.input = "steps at 1, 1024, just below 1024, 3: each in fp16 (5, 10), in bf16 (8, 7)",
         .expected = {0x1p-10, 0x1p-7, 1.0, 8.0, 0.5, 4.0, 0x1p-9, 0x1p-6},
         .beliefs = {{late, as_below}}});
}

TEST_CASE("2.3.2 the step is the distance to the next code, in all of fp16 and bf16 [D07]") {
    step_through(fp16, "fp16");
    step_through(bf16, "bf16");
}

TEST_CASE("2.3.3 between two numbers the step is their distance") {
    auto const where = uniform(400, 0, 1, 3);
    std::vector<double> got, expected, as_finer;
    for (split f : {fp16, bf16, tiny}) {
        for (std::size_t i = 0; i < where.size(); ++i) {
            auto const last = static_cast<float>(f.codes() - 2);
            auto const code = i == 0 ? 0 : static_cast<unsigned>(where[i] * last);
            double const gap = f.value(code + 1) - f.value(code);
            double const x = f.value(code) + gap * (0.1 + 0.8 * where[(i + 1) % where.size()]);
            got.push_back(impl::spacing(x, f.exponent, f.mantissa));
            expected.push_back(gap);
            as_finer.push_back(f.ever_finer(x));
        }
    }
    judge(got,
          {.input = "400 drawn numbers, the first below all of the format, in fp16 (5, 10), "
                    "in bf16 (8, 7), in tiny (3, 2)",
           .expected = expected,
           .beliefs = {{finer, as_finer}}});
}

TEST_CASE("2.3.4 where the numbers end, above and beside 0 [R11]") {
    // Both ends in one answer: a bias that is wrong moves both, a belief only one of them.
    std::vector<double> got, expected, with_top, normal_first;
    for (split f : {fp16, bf16, fp32, tiny, wide}) {
        double const last = f.value(f.codes() - 1), first = f.value(1);
        got.insert(got.end(), {impl::largest(f.exponent, f.mantissa),
                               impl::smallest(f.exponent, f.mantissa)});
        expected.insert(expected.end(), {last, first});
        with_top.insert(with_top.end(), {2 * last, first});
        normal_first.insert(normal_first.end(), {last, f.value(1u << f.mantissa)});
    }
    judge(got, {.input = "the largest and the smallest above 0 of fp16 (5, 10), bf16 (8, 7), "
                         "fp32 (8, 23), tiny (3, 2), wide (10, 5)",
                .expected = expected,
                .beliefs = {{top, with_top}, {normal_only, normal_first}}});
}
