// SPDX-License-Identifier: MIT
#include <qad/core/random.hpp>

#include <doctest/doctest.h>

#include <array>            // array
#include <cmath>            // log, sqrt
#include <cstdlib>          // abs
#include <cstdint>          // uint32_t
#include <initializer_list> // for over a few values
#include <limits>           // numeric_limits

using namespace qad;

TEST_CASE("the stream is PCG's: the first numbers of its author's demonstration") {
    // pcg32-demo of the PCG library, seed 42, stream 54.
    generator random(42, 54);
    for (std::uint32_t wanted : {0xa15c02b7u, 0x7b47f409u, 0xba1d3330u, 0x83d2f293u, 0xbfa4784bu,
                                 0xcbed606eu}) {
        CHECK(random.next() == wanted);
    }
    static_assert(generator(42, 54).next() == 0xa15c02b7u); // while compiling, too
}

TEST_CASE("a shuffle keeps every element and makes each order equally often") {
    std::array<int, 6> seen{}; // the orders of three
    generator random(5);
    for (int i = 0; i < 60000; ++i) {
        std::array<int, 3> list = {0, 1, 2};
        shuffle(random, list);
        REQUIRE(list[0] + list[1] + list[2] == 3);
        REQUIRE(list[0] * list[1] * list[2] == 0);
        ++seen[static_cast<std::size_t>(2 * list[0] + (list[1] > list[2] ? 1 : 0))];
    }
    for (int count : seen) { CHECK(std::abs(count - 10000) < 500); } // 5.5 deviations of 91
}

TEST_CASE("the same seed gives the same numbers, another seed or stream others") {
    generator a(7), b(7), other_seed(8), other_stream(7, 1);
    int same_seed = 0, same_stream = 0;
    for (int i = 0; i < 1000; ++i) {
        std::uint32_t const number = a.next();
        CHECK(number == b.next());
        same_seed += number == other_seed.next();
        same_stream += number == other_stream.next();
    }
    // By chance 1000 / 2^32 of them would agree.
    CHECK(same_seed == 0);
    CHECK(same_stream == 0);
}

TEST_CASE("uniform numbers are in [0, 1), fill it evenly, and are multiples of 2^-32") {
    generator random(1);
    int const count = 100'000, cells = 16;
    std::array<int, cells> seen{};
    double sum = 0;
    for (int i = 0; i < count; ++i) {
        double const u = random.uniform();
        REQUIRE(u >= 0);
        REQUIRE(u < 1);
        REQUIRE(u * 0x1p32 == std::floor(u * 0x1p32));
        ++seen[static_cast<std::size_t>(u * cells)];
        sum += u;
    }
    // Five standard deviations: of the mean 1/√(12 n), of a cell √(n p (1 − p)). The seed is
    // fixed, so this either always passes or never.
    CHECK(std::abs(sum / count - 0.5) <= 5 / std::sqrt(12.0 * count));
    double const p = 1.0 / cells;
    for (int n : seen) { CHECK(std::abs(n - count * p) <= 5 * std::sqrt(count * p * (1 - p))); }
}

TEST_CASE("uniform(low, high) and below(n) stay in their ranges and reach all of them") {
    generator random(2);
    std::array<int, 7> seen{};
    for (int i = 0; i < 7000; ++i) {
        double const x = random.uniform(-3, 5);
        CHECK(x >= -3);
        CHECK(x < 5);
        ++seen[random.below(7)];
    }
    for (int n : seen) { CHECK(std::abs(n - 1000) <= 5 * std::sqrt(7000.0 / 7 * 6 / 7)); }
    CHECK(random.below(1) == 0);
}

TEST_CASE("normal numbers have the moments of the normal distribution") {
    generator random(3);
    int const count = 200'000;
    double sum = 0, squares = 0, cubes = 0, fourths = 0;
    for (int i = 0; i < count; ++i) {
        double const x = random.normal();
        sum += x;
        squares += x * x;
        cubes += x * x * x;
        fourths += x * x * x * x;
    }
    // Five standard deviations of the averages of x, x², x³, x⁴: variances 1, 2, 15, 96 over n.
    CHECK(std::abs(sum / count) <= 5 * std::sqrt(1.0 / count));
    CHECK(std::abs(squares / count - 1) <= 5 * std::sqrt(2.0 / count));
    CHECK(std::abs(cubes / count) <= 5 * std::sqrt(15.0 / count));
    CHECK(std::abs(fourths / count - 3) <= 5 * std::sqrt(96.0 / count));
}

TEST_CASE("pairs of normal numbers come from one draw, and are still independent of each other") {
    generator random(4);
    double product = 0;
    int const pairs = 100'000;
    for (int i = 0; i < pairs; ++i) {
        double const x = random.normal();
        product += x * random.normal();
    }
    CHECK(std::abs(product / pairs) <= 5 / std::sqrt(pairs)); // E[xy] = 0, variance 1
}

TEST_CASE("portable_log is the logarithm, to a few units in its last place") {
    // The series' remainder is below 2^-56 of its sum; the steps before and after it round about
    // four times. Near x = 1 the sum is small, and so is its error: relative, as e is 0 there.
    generator random(5);
    for (int i = 0; i < 20'000; ++i) {
        double const x = std::ldexp(random.uniform(0.5, 1), static_cast<int>(random.below(120)) - 60);
        double const want = std::log(x);
        CHECK(std::abs(portable_log(x) - want) <= 8 * 0x1p-53 * std::abs(want));
    }
    CHECK(portable_log(1) == 0);
    double const smallest = std::numeric_limits<double>::min();
    CHECK(std::abs(portable_log(smallest) - std::log(smallest)) <= 4 * 0x1p-53 * 709);
}
