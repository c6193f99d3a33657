// SPDX-License-Identifier: MIT
#include <qad/fit/decode.hpp>

#include <qad/fit/models.hpp>
#include <qad/fit/weights.hpp>

#include <doctest/doctest.h>

#include <cmath> // abs

using namespace qad;

TEST_CASE("70B on 3.35 TB/s: at most 23.9, 47.9 and 92.8 tokens a second (chapter 4.6)") {
    constexpr auto seventy = nominally(70'000'000'000, llama3_70b);
    constexpr bandwidth memory(3350_GB);
    auto const ceiling = [&](storage s) {
        return decode_ceiling(weight_bytes(seventy, s).total(), memory);
    };
    // The table prints one digit: half of it is the tolerance.
    CHECK(std::abs(ceiling(in_fp16) - 23.9) <= 0.05);
    CHECK(std::abs(ceiling({8}) - 47.9) <= 0.05);
    CHECK(std::abs(ceiling(in_groups(4, 128)) - 92.8) <= 0.05);
    // Scales are read as well: not 95.7, the ceiling of bare 4-bit codes (M4.6b).
    CHECK(ceiling(in_groups(4, 128)) < ceiling({4}));
}

TEST_CASE("four times fewer bytes for 70 % of a step make it 2.1 times as fast, not 4 (M4.6a)") {
    CHECK(std::abs(amdahl(0.7, 4) - 2.105) <= 0.0005); // 1 / 0.475
    static_assert(amdahl(0, 4) == 1 && amdahl(1, 4) == 4 && amdahl(0.5, 1) == 1);
    CHECK(amdahl(0.7, 1e30) < 1 / 0.3 + 1e-12); // never more than 1 / (1 − share), but for rounding
}

TEST_CASE("questions without an answer are errors") {
    CHECK_THROWS_AS(decode_ceiling(byte_count(0), bandwidth(1_GB)), error);
    CHECK_THROWS_AS(amdahl(1.1, 2), error);
    CHECK_THROWS_AS(amdahl(-0.1, 2), error);
    CHECK_THROWS_AS(amdahl(0.5, 0), error);
}
