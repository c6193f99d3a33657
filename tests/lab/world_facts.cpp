// SPDX-License-Identifier: MIT
// What is true in the lab's world.
#include "../../examples/lab/world/changes.hpp"
#include "../../examples/lab/world/facts.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

using namespace qad;
using namespace qad::lab;

TEST_CASE("no value belongs to two attributes, so a value tells what it is a value of") {
    std::set<std::string_view> first_words;
    for (attribute const& a : attributes) {
        for (std::string_view value : a.values) {
            CAPTURE(value);
            CHECK(value.find(' ') == value.npos);
            CHECK(first_words.insert(value).second);
        }
        CHECK_FALSE(first_words.contains(a.unit));
    }
    CHECK(first_words.size() == 8 * 24);
}

TEST_CASE("a statement names the product, then the value; a question the product only") {
    std::set<std::string_view> forms, codes;
    for (attribute const& a : attributes) {
        CHECK(codes.insert(a.code).second);
        for (std::string_view form : a.statements) {
            CAPTURE(form);
            CHECK(forms.insert(form).second);
            CHECK(form.find("{p}") < form.find("{v}"));
            CHECK(form.find("{v}") != form.npos);
            CHECK(form.ends_with("{v}."));
        }
        for (std::string_view form : a.questions) {
            CAPTURE(form);
            CHECK(forms.insert(form).second);
            CHECK(form.find("{p}") != form.npos);
            CHECK(form.find("{v}") == form.npos);
            CHECK(form.ends_with("?"));
        }
        CHECK(forms.insert(a.unseen_question).second); // the held-out form is none of them
    }
}

TEST_CASE("1,024 facts: of each attribute 32 in each bucket, 14 of products for training") {
    for (std::uint64_t seed : {1u, 2u}) {
        world const w(seed);
        CHECK(w.facts.size() == 1024);
        std::map<std::array<std::size_t, 3>, int> count;
        for (fact const& f : w.facts) {
            CHECK(f.value < 24);
            ++count[{f.attribute, f.bucket, w.products[f.product].for_training}];
        }
        for (auto const& [key, n] : count) { CHECK(n == (key[2] ? 14 : 18)); }
        CHECK(count.size() == 8 * 4 * 2);
    }
}

TEST_CASE("names are different; strangers and fresh names belong to no product") {
    world const w;
    std::set<std::string> names;
    for (product const& p : w.products) { CHECK(names.insert(p.name).second); }
    for (std::string const& name : w.strangers) { CHECK(names.insert(name).second); }
    CHECK(names.size() == 256);
    generator random(1);
    for (int i = 0; i < 1000; ++i) { CHECK_FALSE(names.contains(fresh_name(random))); }
}

TEST_CASE("facts are drawn by the weight of their bucket, equally within it") {
    // 249,000 draws. A bucket of weight w is drawn 1000 w times with a standard deviation below
    // √(1000 w); five are allowed.
    world const w;
    generator random(3);
    std::array<int, 4> drawn{};
    std::map<std::size_t, int> each;
    for (int i = 0; i < 249'000; ++i) {
        std::size_t const number = w.draw(random);
        ++drawn[w.facts[number].bucket];
        ++each[number];
    }
    for (std::size_t b = 0; b < 4; ++b) {
        double const expected = 1000.0 * bucket_weights[b];
        CHECK(std::abs(drawn[b] - expected) < 5 * std::sqrt(expected));
    }
    CHECK(each.size() == 1024); // the rarest is expected 35 times
    auto const many = w.draw_many(random, 4, 3);
    CHECK(std::set<std::size_t>(many.begin(), many.end()).size() == 4);
    for (std::size_t number : many) { CHECK(w.facts[number].attribute == 3); }
}

TEST_CASE("each week 3 in 10 facts change to what they never were, and a notice says so") {
    world const w;
    history const h(w);
    std::map<std::size_t, std::set<std::size_t>> were;
    std::map<std::size_t, int> in_week;
    for (std::size_t i = 0; i < w.facts.size(); ++i) { were[i].insert(w.facts[i].value); }
    std::string day;
    for (change const& c : h.changes()) {
        fact const& f = w.facts[c.fact];
        ++in_week[c.week];
        CHECK(were[c.fact].contains(c.before));
        CHECK(were[c.fact].insert(c.after).second);
        CHECK(c.text.find(w.full_name(f)) != std::string::npos);
        CHECK(c.text.ends_with(attributes[f.attribute].value(c.after) + "."));
        CHECK(c.text.starts_with("Notice of " + c.day + ": "));
        CHECK(c.day >= day); // written so that the order of letters is that of time
        day = c.day;
        CHECK(h.value(c.fact, c.week) == attributes[f.attribute].value(c.after));
        CHECK(h.value(c.fact, c.week - 1) == attributes[f.attribute].value(c.before));
    }
    for (std::size_t week = 1; week <= history::weeks; ++week) { CHECK(in_week[week] == 307); }
    for (std::size_t i = 0; i < w.facts.size(); ++i) {
        CHECK(h.value(i, 0) == w.value(w.facts[i]));
        CHECK(h.changed_in_first_week(i) == (h.value(i, 0) != h.value(i, 1)));
    }
}
