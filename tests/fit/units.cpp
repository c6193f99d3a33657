// SPDX-License-Identifier: MIT
#include <qad/fit/units.hpp>

#include <doctest/doctest.h>

#include <concepts>    // convertible_to
#include <limits>      // infinity
#include <type_traits> // is_convertible_v

using namespace qad;

namespace {
template <class A, class B>
concept adds = requires(A a, B b) { a + b; };
template <class A, class B>
concept compares = requires(A a, B b) { a < b; };
} // namespace

// Misconception M1.1a, a GiB card against GB weights, does not compile.
static_assert(!adds<gigabytes, gibibytes> && !compares<gigabytes, gibibytes>);
static_assert(!adds<gigabytes, byte_count> && !adds<byte_count, index_t> && !adds<gigabytes, int>);
static_assert(adds<gigabytes, gigabytes> && adds<byte_count, byte_count>);
static_assert(!std::is_convertible_v<gigabytes, gibibytes>);
static_assert(!std::is_constructible_v<gigabytes, gibibytes>); // say it through byte_count
static_assert(!std::is_convertible_v<double, gigabytes> && !std::is_convertible_v<gigabytes, double>);
static_assert(!std::is_convertible_v<index_t, byte_count> && !std::is_convertible_v<byte_count, index_t>);

TEST_CASE("140 GB are 130.4 GiB, and saying so is the only way from one to the other") {
    // Chapter 1.1: 70e9 weights of 2 bytes.
    constexpr byte_count weights(140_GB);
    static_assert(weights == byte_count(140'000'000'000));
    CHECK(gibibytes(weights).value == doctest::Approx(130.385).epsilon(1e-5)); // 140e9 / 2^30
    CHECK(gigabytes(weights).value == 140);
    static_assert(byte_count(80_GiB) > byte_count(80_GB));
    static_assert(byte_count(80_GB) - weights == byte_count(-60_GB)); // a shortage is negative
}

TEST_CASE("amounts of one unit add, subtract and scale; fractions are the nearest whole byte") {
    CHECK((1.5_GB + 0.5_GB) == 2_GB);
    CHECK((1.5_GiB - 0.5_GiB) == 1_GiB);
    CHECK(2 * 40_GB == 80_GB);
    CHECK(byte_count(kibibytes(0.5)).count == 512);
    CHECK(byte_count(amount<1>(2.4)).count == 2);
    CHECK(byte_count(amount<1>(2.5)).count == 3);
    CHECK(byte_count(amount<1>(-2.4)).count == -2);
    CHECK(byte_count(amount<1>(-2.5)).count == -3);
}

TEST_CASE("sums of bytes are checked: damage is an error and not a small number") {
    byte_count const huge(INT64_MAX);
    CHECK_THROWS_AS(huge + byte_count(1), shape_error);
    CHECK_THROWS_AS(byte_count(INT64_MIN) - byte_count(1), shape_error);
    CHECK_THROWS_AS(2 * huge, shape_error);
    CHECK_THROWS_AS(byte_count(gigabytes(1e12)), shape_error);
    CHECK_THROWS_AS(byte_count(gigabytes(std::numeric_limits<double>::infinity())), shape_error);
    CHECK_THROWS_AS(byte_count(gigabytes(std::numeric_limits<double>::quiet_NaN())), shape_error);
    CHECK((huge - byte_count(1)).count == INT64_MAX - 1);
}
