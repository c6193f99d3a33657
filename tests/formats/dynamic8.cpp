// SPDX-License-Identifier: MIT
#include <qad/formats/dynamic8.hpp>

#include <doctest/doctest.h>

#include <algorithm>   // is_sorted, adjacent_find, max
#include <cmath>       // abs, nextafter, pow
#include <limits>      // numeric_limits
#include <type_traits> // is_convertible_v

using namespace qad;

static_assert(!std::is_convertible_v<float, dynamic8> && !std::is_convertible_v<dynamic8, float>);
static_assert(!std::is_constructible_v<dynamic8, float>);
static_assert(!std::is_convertible_v<int, dynamic8> && !std::is_convertible_v<dynamic8, int>);

TEST_CASE("all 256 codes come back from their level and from their bits") {
    for (unsigned code = 0; code < 256; ++code) {
        dynamic8 const x = dynamic8::from_code(code);
        CHECK(x.code() == code);
        CHECK(dynamic8::nearest(static_cast<float>(x)) == x);
    }
    auto const& levels = dynamic8::levels;
    CHECK(std::is_sorted(levels.begin(), levels.end()));
    CHECK(std::adjacent_find(levels.begin(), levels.end()) == levels.end()); // all different
    CHECK(static_cast<float>(dynamic8{}) == 0);
}

TEST_CASE("the levels are the middles of 2^i equal parts of each decade") {
    // In double, from the definition. The header rounds edges, middles and products to float:
    // three roundings of 2^-24 relative, of edges that are at most 1 and at least 0.1.
    std::size_t at = 128;
    for (int decade = 0; decade < 7; ++decade) {
        int const parts = 1 << decade;
        for (int k = 0; k < parts; ++k, ++at) {
            double const wanted = (0.1 + 0.9 * (k + 0.5) / parts) * std::pow(10.0, decade - 6);
            double const got = static_cast<double>(dynamic8::levels[at]);
            CHECK(std::abs(got - wanted) <= 4 * 0x1p-24 * wanted / 0.1);
            CHECK(dynamic8::levels[254 - at] == -dynamic8::levels[at]);
        }
    }
    CHECK(at == 255);
}

TEST_CASE("the ends are bitsandbytes', to the last bit: there is 1 and no −1") {
    CHECK(dynamic8::levels[0] == -0.992968738079071f);
    CHECK(dynamic8::levels[127] == 0);
    CHECK(dynamic8::levels[128] == 5.500000384017767e-07f);
    CHECK(dynamic8::levels[254] == 0.992968738079071f);
    CHECK(dynamic8::levels[255] == 1);
}

TEST_CASE("nearest is nearest, and a midpoint belongs to the lower level") {
    for (unsigned i = 0; i < 255; ++i) {
        float const middle = dynamic8::midpoints[i];
        CHECK(dynamic8::nearest(middle).code() == i);
        CHECK(dynamic8::nearest(std::nextafter(middle, 2.0f)).code() == i + 1);
        double const below = static_cast<double>(dynamic8::levels[i]);
        double const above = static_cast<double>(dynamic8::levels[i + 1]);
        // The float nearest to the middle; twice it, to compare without rounding.
        double const off = std::abs(2 * static_cast<double>(middle) - (below + above));
        CHECK(off <= 0x1p-23 * std::abs(static_cast<double>(middle)));
    }
}

TEST_CASE("beyond the ends the end level stands; NaN is 0, as the contract says") {
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK(dynamic8::nearest(infinity).code() == 255);
    CHECK(dynamic8::nearest(1.5f).code() == 255);
    CHECK(dynamic8::nearest(-1.0f).code() == 0);
    CHECK(dynamic8::nearest(-infinity).code() == 0);
    CHECK(dynamic8::nearest(-0.0f).code() == dynamic8::zero_index);
    CHECK(dynamic8::nearest(std::numeric_limits<float>::quiet_NaN()).code() == dynamic8::zero_index);
}

TEST_CASE("what the map is for: between 0.1 and 1 a value moves by at most 0.0036") {
    // 64 parts of 0.9/64 in the top decade: half a part is 0.00703 from the middle; below 0.993.
    double worst = 0;
    for (int i = 1000; i <= 9929; ++i) {
        float const x = static_cast<float>(i) / 10000;
        auto const back = static_cast<float>(dynamic8::nearest(x));
        worst = std::max(worst, std::abs(static_cast<double>(x) - static_cast<double>(back)));
    }
    CHECK(worst <= 0.9 / 64 / 2 + 1e-6); // 1e-6: the roundings above
}
