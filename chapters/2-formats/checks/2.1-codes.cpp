// SPDX-License-Identifier: MIT
// Self-check 2.1, "Bits are budget".
#include "self_check.hpp"
#include "../contracts/2.1-codes.hpp"

#include <algorithm> // min
#include <cmath>     // round, sqrt, ldexp

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

/// The fewest bits whose 2^bits - 1 + `more` gaps are short enough.
int fewest(double gaps_needed, int more) {
    int bits = 1;
    while (power(bits) - 1 + more < gaps_needed) { ++bits; }
    return bits;
}

} // namespace

TEST_CASE("2.1.1 every bit doubles the number of codes") {
    std::vector<std::int64_t> got, symmetric;
    std::vector<double> expected, fewer, linear, expected_symmetric, linear_symmetric;
    for (int bits = 1; bits <= 32; ++bits) {
        got.push_back(impl::levels(bits, false));
        expected.push_back(power(bits));
        fewer.push_back(power(bits) - 1);
        linear.push_back(32.0 * bits);
        if (bits == 1) { continue; }
        symmetric.push_back(impl::levels(bits, true));
        expected_symmetric.push_back(power(bits) - 1);
        linear_symmetric.push_back(32.0 * bits - 1);
    }
    judge(got, {.input = "1 to 32 bits, every code used",
                .expected = expected,
                .beliefs = {{one_less, fewer}, {half, linear}}});
    judge(symmetric, {.input = "2 to 32 bits, a symmetric grid: -7 ... 7 of the codes -8 ... 7",
                      .expected = expected_symmetric,
                      .beliefs = {{half, linear_symmetric}}});
}

TEST_CASE("2.1.2 a step is the range by the gaps, one fewer than there are values") {
    double const range = 1.5 + uniform(1, 0, 1)[0];
    std::vector<double> got, expected, fewer, by_values, linear;
    for (bool symmetric : {false, true}) {
        int const unused = symmetric ? 1 : 0;
        for (int bits = 2; bits <= 8; ++bits) {
            got.push_back(impl::step(range, bits, symmetric));
            expected.push_back(range / (power(bits) - unused - 1));
            fewer.push_back(range / (power(bits) - 2));
            by_values.push_back(range / (power(bits) - unused));
            linear.push_back(range / (32.0 * bits - unused - 1));
        }
    }
    judge(got,
          {.input = text("a range of ", range, ": 2 to 8 bits, then symmetric with 2 to 8"),
           .expected = expected,
           .allowed = 0x1p-50,
           .why = "a rounding or two of a quotient below 4",
           .beliefs = {{one_less, fewer}, {posts, by_values}, {half, linear}}});
}

TEST_CASE("2.1.3 the grid reaches both ends, nothing is off by more than half a step") {
    for (int bits : {2, 4, 8}) {
        for (bool symmetric : {false, true}) {
            double const range = 2;
            double const s = impl::step(range, bits, symmetric);
            auto const last = static_cast<double>(impl::levels(bits, symmetric) - 1);
            double worst = 0, where = 0;
            for (float x : uniform(200, 0, 2)) {
                double const k = std::min(std::round(x / s), last), off = std::abs(x - k * s);
                if (off > worst) { worst = off, where = x; }
            }
            auto const grid =
                text(bits, " bits", symmetric ? ", symmetric" : "", ", values 0, s, 2s ...");
            judge_law(std::abs(last * s - range) <= 0x1p-40,
                      {.input = grid,
                       .law = "the last value stands on the end of the range, at 2",
                       .seen = text("it stands at ", last * s),
                       .beliefs = {{posts, std::abs((last + 1) * s - range) <= 0x1p-40}}});
            judge_law(
                worst <= s / 2 + 0x1p-40,
                {.input = grid,
                 .law = text("no number of the range is farther than ", s / 2, " from a value"),
                 .seen = text(where, " is ", worst, " away"),
                 .beliefs = {{posts, std::abs((last + 1) * s - range) <= 0x1p-40}}});
        }
    }
}

TEST_CASE("2.1.4 the fewest bits for a promise about the worst error") {
    // Whole numbers of gaps, so that each sum is exact: 15 gaps are 4 bits, 16 are 5.
    std::vector<int> got, expected, by_values, by_step;
    for (int gaps : {1, 2, 3, 15, 16, 127, 128, 255, 256}) {
        got.push_back(impl::bits_for(gaps, 0.5));
        expected.push_back(fewest(gaps, 0));
        by_values.push_back(fewest(gaps, 1));
        by_step.push_back(fewest(2.0 * gaps, 0));
    }
    judge(got,
          {.input =
               "ranges of 1, 2, 3, 15, 16, 127, 128, 255, 256, each number off by 0.5 at most",
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
           .beliefs = {{one_less, 254.0 / 14}, {posts, 16}, {half, 255.0 / 127}}});
}
