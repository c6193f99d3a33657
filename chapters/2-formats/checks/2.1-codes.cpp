// SPDX-License-Identifier: MIT
// Self-check 2.1, "Bits are budget".
#include "self_check.hpp"
#include "../contracts/2.1-codes.hpp"

#include <cmath> // round, sqrt, ldexp

using namespace qad::check;

namespace {

mistake const one_less{
    "2.1a", "every grid is taken to lack a code.",
    "4 bits have 16 codes; only a symmetric grid leaves one of them unused."};
mistake const posts{"2.1b", "values are counted where gaps are meant.",
                    "16 values have 15 gaps: with range/16 the last value misses the end."};
mistake const half{"2.1c", "half the bits are taken for half the values.",
                   "8 bits have 256 values and 4 bits have 16, not 128."};
mistake const whole{"2.1d", "rounding is allowed to be wrong by a whole step.",
                    "In the middle of a gap it is half a step: a bit is bought for nothing."};

double power(int bits) { return std::ldexp(1.0, bits); }

/// The fewest bits, 32 at most, whose 2^bits - 1 + `more` gaps are short enough.
int fewest(double gaps_needed, int more) {
    int bits = 1;
    while (bits < 32 && power(bits) - 1 + more < gaps_needed) { ++bits; }
    return bits;
}

} // namespace

TEST_CASE("2.1.1 every bit doubles the number of codes") {
    std::vector<std::int64_t> got;
    std::vector<double> expected, fewer, linear;
    for (bool symmetric : {false, true}) {
        int const unused = symmetric ? 1 : 0;
        for (int bits = 1 + unused; bits <= 32; ++bits) {
            got.push_back(impl::levels(bits, symmetric));
            expected.push_back(power(bits) - unused);
            fewer.push_back(power(bits) - 1);
            linear.push_back(32.0 * bits - unused);
        }
    }
    judge(got,
          {.input = "1 to 32 bits, every code used, then 2 to 32 bits, symmetric: -7 ... 7 "
                    "of the codes -8 ... 7",
           .expected = expected,
           .beliefs = {{one_less, fewer}, {half, linear}}});
}

TEST_CASE("2.1.2 a step is the range by the gaps, one fewer than there are values") {
    double const range = 1.5 + uniform(1, 0, 1)[0];
    std::vector<double> got, expected, fewer, by_values, linear;
    for (bool symmetric : {false, true}) {
        int const unused = symmetric ? 1 : 0;
        for (int bits : {1, 2, 3, 4, 5, 6, 7, 8, 32}) {
            if (bits == 1 && symmetric) { continue; }
            got.push_back(impl::step(range, bits, symmetric));
            expected.push_back(range / (power(bits) - unused - 1));
            fewer.push_back(range / (power(bits) - 2));
            by_values.push_back(range / (power(bits) - unused));
            linear.push_back(range / (32.0 * bits - unused - 1));
        }
    }
    judge(got, {.input = text("a range of ", range,
                              ": 1 to 8 and 32 bits, then symmetric with 2 to 8 and 32"),
                .expected = expected,
                .allowed = 0x1p-50,
                .why = "a rounding or two of a quotient below 4",
                .beliefs = {{one_less, fewer}, {posts, by_values}, {half, linear}}});
}

TEST_CASE("2.1.3 the grid reaches both ends of the range") {
    std::vector<double> got, by_values;
    for (bool symmetric : {false, true}) {
        for (int bits : {2, 4, 8}) {
            auto const last = static_cast<double>(impl::levels(bits, symmetric) - 1);
            double const values = power(bits) - (symmetric ? 1 : 0);
            got.push_back(last * impl::step(2, bits, symmetric));
            by_values.push_back(2 * (values - 1) / values);
        }
    }
    judge(got,
          {.input = "a range from 0 to 2: where the last of the values 0, step, 2 steps ... "
                    "stands, with 2, 4, 8 bits, then symmetric",
           .expected = std::vector<double>(6, 2),
           .allowed = 0x1p-40,
           .why = "a rounding or two",
           .beliefs = {{posts, by_values}}});
}

TEST_CASE("2.1.4 the fewest bits for a promise about the worst error") {
    // An error of 0.5 makes the range a number of gaps, and each sum exact: 15 are 4 bits, 16
    // are 5. Half a gap is as good as one: nobody can have fewer than 1 bit.
    std::vector<int> got, expected, by_values, by_step;
    for (double gaps : {0.5, 1.0, 2.0, 3.0, 5.0, 15.0, 16.0, 65536.0, 0x1p31}) {
        got.push_back(impl::bits_for(gaps, 0.5));
        expected.push_back(fewest(gaps, 0));
        by_values.push_back(fewest(gaps, 1));
        by_step.push_back(fewest(2.0 * gaps, 0));
    }
    judge(got,
          {.input =
               "ranges of 0.5, 1, 2, 3, 5, 15, 16, 65536, 2^31, each number off by 0.5 at most",
           .expected = expected,
           .beliefs = {{posts, by_values}, {whole, by_step}}});
    double const worst = 0.01 + 0.04 * uniform(1, 0, 1, 4)[0];
    int const bits = impl::bits_for(2, worst);
    judge_law(1 / (power(bits) - 1) <= worst && 1 / (power(bits - 1) - 1) > worst,
              {.input = text("a range of 2, off by ", worst, " at most"),
               .law = "its grid keeps the promise, and a grid of one bit fewer does not",
               .seen = text(bits, " bits: off by ", 1 / (power(bits) - 1), ", one bit fewer ",
                            1 / (power(bits - 1) - 1))});
}

TEST_CASE("2.1.5 half the bits make seventeen times the error, not twice [D10]") {
    auto const drawn = uniform(20'000, 0, 1, 5);
    std::vector<double> error;
    for (int bits : {8, 4}) {
        double const s = impl::step(1, bits, false);
        double sum = 0;
        for (float x : drawn) {
            double const off = x - s * std::round(x / s);
            sum += off * off;
        }
        error.push_back(std::sqrt(sum / static_cast<double>(drawn.size())));
    }
    judge(error[1] / error[0],
          {.input = "20000 drawn numbers from [0, 1], snapped to your grids of 8 and 4 bits",
           .expected = 17, // 255 / 15 gaps
           .allowed = 0.4,
           .why = "five standard deviations of a ratio of errors from so many draws",
           .beliefs = {{posts, 16}, {half, 255.0 / 127}}});
}
