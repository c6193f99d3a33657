// SPDX-License-Identifier: MIT
#include <qad/train/examples.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace qad;

namespace {
std::vector<token_example> numbered(std::int32_t count) {
    std::vector<token_example> examples;
    for (std::int32_t i = 0; i < count; ++i) { examples.push_back({{i, 100, 101}, 2}); }
    return examples;
}
} // namespace

TEST_CASE("every example once a round, each round in another order") {
    example_order order(numbered(10), 3);
    std::vector<std::vector<std::int32_t>> rounds;
    for (index_t round = 0; round < 3; ++round) {
        auto& seen = rounds.emplace_back();
        for (index_t i = 0; i < 10; ++i) { seen.push_back(order.at(10 * round + i).tokens[0]); }
        CHECK(std::set<std::int32_t>(seen.begin(), seen.end()).size() == 10);
    }
    CHECK(rounds[0] != rounds[1]);
    CHECK(rounds[1] != rounds[2]);
    // Another seed, another order; the same one, the same.
    example_order other(numbered(10), 4), same(numbered(10), 3);
    std::vector<std::int32_t> first, again;
    for (index_t i = 0; i < 10; ++i) {
        first.push_back(other.at(i).tokens[0]);
        again.push_back(same.at(20 + i).tokens[0]); // begun in the middle
    }
    CHECK(first != rounds[0]);
    CHECK(again == rounds[2]);
}

TEST_CASE("a batch crosses from one round into the next, and asks only for answers") {
    example_order order(numbered(3), 1);
    auto const batch = order.batch(2, 2);
    CHECK(batch.lengths == std::vector<index_t>{3, 3});
    CHECK(batch.asked() == 2); // the last token of each
    CHECK(batch.targets[0] == no_target);
    CHECK(batch.targets[1] == 101);
}

TEST_CASE("no examples are an error") { CHECK_THROWS_AS(example_order({}, 1), error); }
