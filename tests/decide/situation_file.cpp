// SPDX-License-Identifier: MIT
#include <qad/decide/situation_file.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what is written is read again") {
    situation const s{.behaviour = answer::yes,
                      .must_cite = answer::no,
                      .recall_at_k = 0.85,
                      .requests = 1e6};
    CHECK(situation_from(to_json(s), "x") == s);
    CHECK(to_json(s).size() == 4);
    CHECK(situation_from(json::object(), "x") == situation{});
}

TEST_CASE("yes and no as people write them; null and unknown say nothing") {
    json const object = {{"facts", true},           {"behaviour", "no"},
                         {"must_cite", "y"},        {"instructions", "n"},
                         {"cost_hurts", nullptr},   {"labelled_pairs", "200"},
                         {"recall_at_k", "unknown"}};
    situation const s = situation_from(object, "x");
    CHECK(s.facts == answer::yes);
    CHECK(s.behaviour == answer::no);
    CHECK(s.must_cite == answer::yes);
    CHECK(s.instructions == answer::no);
    CHECK(s.cost_hurts == answer::unknown);
    CHECK(s.labelled_pairs == 200);
    CHECK_FALSE(s.recall_at_k.has_value());
}

TEST_CASE("a misspelt property and a value of another kind are errors, not silence") {
    auto const refuses = [](json const& object, char const* says) {
        CHECK_THROWS_WITH_AS(situation_from(object, "s.yaml"), doctest::Contains(says),
                             format_error);
    };
    refuses({{"fact", "yes"}}, "\"fact\"");
    refuses({{"facts", "maybe"}}, "yes, no or unknown");
    refuses({{"facts", 1}}, "yes, no or unknown");
    refuses({{"recall_at_k", "yes"}}, "from 0 to 1");
    refuses({{"recall_at_k", 1.2}}, "from 0 to 1");
    refuses({{"labelled_pairs", -3}}, "from 0");
    refuses({{"labelled_pairs", "nan"}}, "from 0");
    refuses({{"facts", json::array()}}, "one value");
    refuses(json::array(), "named properties");
}
