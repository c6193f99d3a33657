// SPDX-License-Identifier: MIT
#include <qad/io/number_map.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

#include <map> // map

using namespace qad;

TEST_CASE("it finds what was put in, and nothing else") {
    number_map<int> map;
    std::map<std::uint64_t, int> plain;
    generator random(4);
    for (int i = 0; i < 5000; ++i) {
        // Few low bits and few high ones, so that places collide.
        std::uint64_t const key = std::uint64_t{random.below(64)} << 32 | random.below(64);
        map.insert(key, i);
        plain.try_emplace(key, i);
    }
    CHECK(map.size() == plain.size());
    for (std::uint64_t key = 0; key < 64; ++key) {
        for (std::uint64_t low = 0; low < 66; ++low) {
            int const* found = map.find(key << 32 | low);
            auto const known = plain.find(key << 32 | low);
            REQUIRE((found != nullptr) == (known != plain.end()));
            if (found) { CHECK(*found == known->second); } // the first value stays
        }
    }
    map.insert(7, 1) = 2;
    CHECK(*map.find(7) == 2);
}
