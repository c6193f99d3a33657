// SPDX-License-Identifier: MIT
#include <qad/formats/nf4.hpp>

#include <doctest/doctest.h>

#include <algorithm>   // is_sorted, min
#include <array>       // array
#include <cmath>       // abs, nextafter
#include <limits>      // numeric_limits
#include <type_traits> // is_convertible_v

using namespace qad;

static_assert(!std::is_convertible_v<float, nf4> && !std::is_convertible_v<nf4, float>);
static_assert(!std::is_constructible_v<nf4, float>);
static_assert(!std::is_convertible_v<int, nf4> && !std::is_convertible_v<nf4, int>);

TEST_CASE("all 16 codes come back from their level and from their bits") {
    for (unsigned code = 0; code < 16; ++code) {
        nf4 const x = nf4::from_code(code);
        CHECK(x.code() == code);
        CHECK(nf4::nearest(static_cast<float>(x)) == x);
        CHECK(nf4::from_code(code | 16) == x); // bits above are not part of the code
    }
    CHECK(std::is_sorted(nf4::levels.begin(), nf4::levels.end()));
    CHECK(static_cast<float>(nf4{}) == 0); // the number that was given no value is 0
}

TEST_CASE("the levels are the quantiles of the paper: 8 and 9 equal shares of a normal's halves") {
    // Appendix E: quantiles of 2^{b-1} = 8 negative and 2^{b-1} + 1 = 9 positive probabilities,
    // linearly spaced from 0.5 to the offset 0.9677083 (whose distance from 1 is the mean of
    // 1/(2·15) and 1/(2·16)), divided by the largest. Φ by erfc, exact to some 1e-16; the levels
    // were computed in double and stored as float: half a unit in the last place, 2^-25, of the
    // quotient, and what the literal's offset of 7 digits moves (1e-7).
    double const offset = 0.9677083;
    auto const quantile = [](double p) {
        double low = 0, high = 4; // bisection on Φ(x) = p
        for (int i = 0; i < 60; ++i) {
            double const middle = (low + high) / 2;
            (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
        }
        return low;
    };
    double const largest = quantile(offset);
    for (int i = 0; i < 9; ++i) { // upwards: 0 and 8 above
        double const p = 0.5 + (offset - 0.5) * i / 8;
        double const level = static_cast<double>(nf4::levels[static_cast<std::size_t>(7 + i)]);
        CHECK(std::abs(level - quantile(p) / largest) <= 2e-7);
    }
    for (int i = 0; i < 8; ++i) { // downwards: 0 and 7 below
        double const p = 0.5 + (offset - 0.5) * i / 7;
        double const level = static_cast<double>(nf4::levels[static_cast<std::size_t>(7 - i)]);
        CHECK(std::abs(level + quantile(p) / largest) <= 2e-7);
    }
}

TEST_CASE("nearest is nearest, and a midpoint belongs to the lower level") {
    for (unsigned i = 0; i < 15; ++i) {
        float const middle = nf4::midpoints[i];
        CHECK(nf4::nearest(middle).code() == i);
        CHECK(nf4::nearest(std::nextafter(middle, -2.0f)).code() == i);
        CHECK(nf4::nearest(std::nextafter(middle, 2.0f)).code() == i + 1);
    }
    int farther = 0;
    for (int i = -1100; i <= 1100; ++i) {
        float const x = static_cast<float>(i) / 1000;
        auto const distance = [&](unsigned code) {
            return std::abs(static_cast<double>(x) - static_cast<double>(nf4::levels[code]));
        };
        double best = distance(0);
        for (unsigned code = 1; code < 16; ++code) { best = std::min(best, distance(code)); }
        farther += distance(nf4::nearest(x).code()) > best;
    }
    CHECK(farther == 0);
}

TEST_CASE("beyond ±1 the end level stands; NaN is 0, as the contract says") {
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK(nf4::nearest(1.5f).code() == 15);
    CHECK(nf4::nearest(infinity).code() == 15);
    CHECK(nf4::nearest(-1.5f).code() == 0);
    CHECK(nf4::nearest(-infinity).code() == 0);
    CHECK(nf4::nearest(std::numeric_limits<float>::quiet_NaN()).code() == nf4::zero_index);
    CHECK(nf4::nearest(-0.0f).code() == nf4::zero_index);
}

TEST_CASE("a block by hand: divided by its largest, the codes that bitsandbytes finds") {
    // One block whose largest absolute value is 2.
    std::array<float, 8> const block = {0.5f, -1, 0.25f, 0, -0.1f, 2, 1, -2};
    std::array<unsigned, 8> const codes = {10, 2, 9, 7, 6, 15, 12, 0};
    std::array<double, 8> const back = {0.4922, -1.0501, 0.3219, 0, -0.1821, 2, 0.8814, -2};
    for (std::size_t i = 0; i < 8; ++i) {
        nf4 const x = nf4::nearest(block[i] / 2);
        CHECK(x.code() == codes[i]);
        CHECK(std::abs(2 * static_cast<double>(static_cast<float>(x)) - back[i]) <= 5e-5); // 4 digits
    }
    static_assert(nf4::nearest(0.25f).code() == 10); // while compiling, too
}
