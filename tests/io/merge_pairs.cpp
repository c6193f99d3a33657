// SPDX-License-Identifier: MIT
#include <qad/io/merge_pairs.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("short pieces and long ones are merged alike") {
    generator random(5);
    for (int trial = 0; trial < 200; ++trial) {
        // Tokens 0 … 5; a pair makes one of them, with few different priorities so that many tie.
        std::uint32_t const seed = random.below(1000);
        auto const lookup = [seed](merge_symbol const& a, merge_symbol const& b) {
            auto const mix = static_cast<std::uint32_t>(a.token * 7 + b.token * 13) + seed;
            bool const none = mix % 3 == 0 || a.size + b.size > 9;
            return none ? merge_result{no_merge, -1}
                        : merge_result{static_cast<float>(mix % 4),
                                       static_cast<std::int32_t>(mix % 6)};
        };
        merge_space few, many;
        for (std::uint32_t i = 0; i < 2 + random.below(60); ++i) {
            few.symbols.push_back({static_cast<std::int32_t>(random.below(6)), i, 1});
        }
        many.symbols = few.symbols;
        detail::merge_few(few, lookup);
        detail::merge_many(many, lookup);
        REQUIRE(few.symbols.size() == many.symbols.size());
        for (std::size_t i = 0; i < few.symbols.size(); ++i) {
            CHECK(few.symbols[i].token == many.symbols[i].token);
            CHECK(few.symbols[i].begin == many.symbols[i].begin);
            CHECK(few.symbols[i].size == many.symbols[i].size);
        }
    }
}

TEST_CASE("nothing to merge stays as it is") {
    merge_space space;
    auto const never = [](merge_symbol const&, merge_symbol const&) {
        return merge_result{no_merge, -1};
    };
    merge_pairs(space, never);
    CHECK(space.symbols.empty());
    space.symbols.resize(100, {1, 0, 1});
    merge_pairs(space, never);
    CHECK(space.symbols.size() == 100);
}
