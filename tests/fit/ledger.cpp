// SPDX-License-Identifier: MIT
#include <qad/fit/ledger.hpp>

#include <doctest/doctest.h>

#include <iterator> // distance

using namespace qad;

namespace {
constexpr ledger sample() {
    ledger all;
    all.add("weights", 1000, byte_count(2000));
    all.add("scales", 0, byte_count(0));
    all.add("workspace", 0, byte_count(500));
    return all;
}
} // namespace

TEST_CASE("a ledger is its lines and their sum, while compiling, too") {
    static_assert(sample().total() == byte_count(2500));
    ledger const all = sample();
    CHECK(std::distance(all.begin(), all.end()) == 2); // a line of nothing is left out
    CHECK(all["weights"] == byte_count(2000));
    CHECK(all["workspace"] == byte_count(500));
    CHECK(all["no such line"] == byte_count(0));
}

TEST_CASE("each line says how many bits a number takes; lines that count no numbers say 0") {
    ledger const all = sample();
    CHECK(all.begin()->bits() == 16);
    CHECK((all.begin() + 1)->bits() == 0);
}

TEST_CASE("more lines than a ledger has are an error, and an empty one sums to nothing") {
    ledger all;
    CHECK(all.total() == byte_count(0));
    for (int i = 0; i < 16; ++i) { all.add("line", 1, byte_count(1)); }
    CHECK_THROWS_AS(all.add("one more", 1, byte_count(1)), error);
    CHECK(all.total() == byte_count(16));
}
