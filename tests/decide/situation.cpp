// SPDX-License-Identifier: MIT
#include <qad/decide/situation.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;

TEST_CASE("every property has a name of its own, a question and a section") {
    std::set<std::string_view> names, questions;
    for (property const& p : properties) {
        CAPTURE(p.name);
        CHECK(names.insert(p.name).second);
        CHECK(questions.insert(p.question).second);
        CHECK(p.question.ends_with("?"));
        CHECK(p.section.size() == 3);
        CHECK(find_property(p.name) == &p);
    }
    CHECK(find_property("nonsense") == nullptr);
}

TEST_CASE("no two properties share a member, and none is left out") {
    // Each is set alone; the others must stay unknown. The sizes say that no member is missing:
    // 19 answers and 14 numbers.
    std::size_t answers = 0, numbers = 0;
    for (property const& p : properties) {
        situation s;
        if (auto const* at = std::get_if<0>(&p.at)) {
            s.** at = answer::no;
            ++answers;
        } else {
            s.*std::get<1>(p.at) = 0.5;
            ++numbers;
        }
        for (property const& q : properties) { CHECK(is_known(s, q) == (&p == &q)); }
    }
    CHECK(answers == 19);
    CHECK(numbers == 14);
    struct same_members {
        answer a[19];
        std::optional<double> n[14];
    };
    // Padding between runs of answers at most: less than one more number.
    CHECK(sizeof(situation) < sizeof(same_members) + 8 * sizeof(std::optional<double>));
}

TEST_CASE("a value is written as a file writes it") {
    situation s{.facts = answer::yes, .must_cite = answer::no, .recall_at_k = 0.85};
    CHECK(value_text(s, *find_property("facts")) == "yes");
    CHECK(value_text(s, *find_property("must_cite")) == "no");
    CHECK(value_text(s, *find_property("recall_at_k")) == "0.85");
    CHECK(value_text(s, *find_property("requests")) == "unknown");
}
