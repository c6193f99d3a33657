// SPDX-License-Identifier: MIT
#include <qad/io/piece_cache.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what is kept is found, until another takes its place") {
    piece_cache known;
    std::vector<std::int32_t> const tokens = {1, 2, 3};
    CHECK(known.find("word").empty());
    CHECK(known.find("").empty());
    known.keep("word", tokens);
    auto const found = known.find("word");
    CHECK(std::vector<std::int32_t>(found.begin(), found.end()) == tokens);
    CHECK(known.find("wor").empty());
    known.keep(std::string(31, 'x'), tokens); // too long
    CHECK(known.find(std::string(31, 'x')).empty());
    known.keep("many", std::vector<std::int32_t>(9));
    CHECK(known.find("many").empty());
    // More pieces than places: whatever is found is right.
    int kept = 0;
    for (std::int32_t i = 0; i < 40000; ++i) { known.keep(std::to_string(i), {&i, 1}); }
    for (std::int32_t i = 0; i < 40000; ++i) {
        auto const now = known.find(std::to_string(i));
        if (now.empty()) { continue; }
        ++kept;
        REQUIRE(now[0] == i);
    }
    CHECK(kept > 10000);
}

TEST_CASE("space is lent to one call at a time and comes back") {
    encode_spaces spaces;
    encode_space* first = nullptr;
    {
        auto const one = spaces.take(), other = spaces.take();
        CHECK(one.get() != other.get());
        first = other.get();
    }
    CHECK(spaces.take().get() != nullptr);
    auto const again = spaces.take(), more = spaces.take();
    CHECK((again.get() == first || more.get() == first));
}
