// SPDX-License-Identifier: MIT
#include <qad/decide/rules.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;

TEST_CASE("a rule has a name of its own, looks at a property that exists, and says why") {
    std::set<std::string_view> names, reasons;
    for (decision_rule const& r : decision_rules) {
        CAPTURE(r.name);
        CHECK(names.insert(r.name).second);
        CHECK(reasons.insert(r.why).second);
        CHECK(find_property(r.property) != nullptr);
        CHECK(r.section.size() == 3);
        bool const has_function = r.applies != nullptr;
        CHECK(has_function);
    }
}

TEST_CASE("nothing stated: only the method has a rule that always applies") {
    for (decision_rule const& r : decision_rules) {
        CAPTURE(r.name);
        CHECK(r.applies({}) == (r.name == "LoRA first"));
    }
}

TEST_CASE("thresholds from both sides") {
    CHECK(rules::small_eval({.eval_items = 29}));
    CHECK_FALSE(rules::small_eval({.eval_items = 30}));
    situation s{.facts = answer::yes, .recall_at_k = 0.79};
    CHECK(rules::weak_retriever(s));
    s.recall_at_k = 0.8;
    CHECK_FALSE(rules::weak_retriever(s));
    s = {.behaviour = answer::yes, .labelled_pairs = 49};
    CHECK(rules::few_pairs(s));
    s.labelled_pairs = 50;
    CHECK_FALSE(rules::few_pairs(s));
    s = {.labelled_pairs = 999};
    CHECK_FALSE(rules::has_pairs(s));
    s.labelled_pairs = 1000;
    CHECK(rules::has_pairs(s));
    // The break-even of the sheet is 150,000 requests.
    s = {.training_cost = 30, .cost_per_million = 0.1, .requests = 149e3};
    CHECK_FALSE(rules::pays_off(s, 2000));
    s.requests = 151e3;
    CHECK(rules::pays_off(s, 2000));
    CHECK_FALSE(rules::pays_off(s, {})); // nobody counted the tokens
}

TEST_CASE("facts are moving when they change before a model could be released") {
    situation s{.facts = answer::yes, .facts_change_days = 7, .retrain_days = 7};
    CHECK_FALSE(rules::moving_facts(s)); // as fast as: each release is right for a moment
    s.facts_change_days = 6.9;
    CHECK(rules::moving_facts(s));
    s.retrain_days.reset();
    CHECK_FALSE(rules::moving_facts(s)); // nobody said how long training takes: no guess
}

TEST_CASE("all but one is all but one") {
    for (std::size_t i = 0; i < decision_rules.size(); ++i) {
        rule_set const rest = all_but(i);
        for (std::size_t j = 0; j < rest.size(); ++j) { CHECK(rest[j] == (i != j)); }
    }
}
