// SPDX-License-Identifier: MIT
// Next week: notices, questions on what changed and on what stayed, five weeks, deletions.
#ifndef QAD_LAB_WORLD_NEWS_SETS_HPP
#define QAD_LAB_WORLD_NEWS_SETS_HPP

#include "changes.hpp"  // history
#include "data_set.hpp" // data_set

namespace qad::lab {

inline data_set all_notices(world const& w, history const& h) {
    data_set set{
        "notices", "what changed in five weeks, one sentence each: to be searched", {}};
    for (change const& c : h.changes()) {
        fact const& f = w.facts[c.fact];
        attribute const& what = attributes[f.attribute];
        add(set, {{"text", c.text},
                  {"date", c.day},
                  {"week", c.week},
                  {"entity", w.full_name(f)},
                  {"attribute", what.name},
                  {"value", what.value(c.after)},
                  {"before", what.value(c.before)}});
    }
    return set;
}

/// What the help desk looks things up in: a sheet for each product, which takes the place of the
/// one before in every week in which a fact of it changes.
inline data_set all_sheets(world const& w, history const& h) {
    data_set set{"sheets", "a sheet for each product, again when a fact of it changes", {}};
    for (std::size_t week = 0; week <= history::weeks; ++week) {
        for (std::size_t p = 0; p < w.products.size(); ++p) {
            bool news = week == 0;
            std::vector<std::pair<std::string_view, std::string>> lines;
            for (std::size_t a = 0; a < attributes.size(); ++a) {
                std::size_t const number = p * attributes.size() + a;
                lines.emplace_back(attributes[a].name, h.value(number, week));
                news = news || h.value(number, week) != h.value(number, week - 1);
            }
            if (!news) { continue; }
            std::string const name = w.products[p].full();
            add(set, {{"text", sheet(name, lines)},
                      {"date", history::day(week)},
                      {"week", week},
                      {"key", name}});
        }
    }
    return set;
}

/// Week 1, for the arm that trains on the new facts: each is asked in two ways there and in a
/// third way in the evaluation. The facts are the same, as they must be: this is memorizing.
inline void add_next_week(std::vector<data_set>& sets, world const& w, history const& h) {
    data_set train{
        "next_week_train", "the facts that changed in week 1, in two other wordings", {}};
    data_set changed{"next_week_changed", "the facts that changed in week 1", {}};
    data_set kept{"next_week_kept", "facts that did not, 64 of each bucket", {}};
    generator random = numbers_of(w.seed, 40, 0);
    std::vector<std::size_t> order(w.facts.size());
    for (std::size_t i = 0; i < order.size(); ++i) { order[i] = i; }
    shuffle(random, order);
    for (std::size_t number :
         in_turn(order, [&](std::size_t i) { return w.facts[i].bucket; })) {
        std::size_t const form = below(random, 8);
        std::string const prompt = question(w, number, form);
        if (!h.changed_in_first_week(number)) {
            if (kept.lines.size() < 256) {
                add(kept, about_fact(w, number, prompt, answered(h.value(number, 0))));
            }
            continue;
        }
        std::string const right = answered(h.value(number, 1));
        record line = about_fact(w, number, prompt, right);
        line["remembered"] = h.value(number, 0);
        add(changed, line);
        for (std::size_t const turn : {std::size_t{2}, std::size_t{5}}) {
            add(train, about_fact(w, number, question(w, number, (form + turn) % 8), right));
        }
    }
    for (data_set* set : {&train, &changed, &kept}) { sets.push_back(std::move(*set)); }
}

/// Facts of any product with their values in weeks 0 to 5: a curve of how answers grow stale.
inline data_set over_the_weeks(world const& w, history const& h) {
    data_set set{"weeks", "the true values of 256 facts in weeks 0 to 5", {}};
    generator random = numbers_of(w.seed, 41, 0);
    auto const facts = in_turn(facts_of(w, false, 3, random),
                               [&](std::size_t i) { return w.facts[i].bucket; });
    for (std::size_t i = 0; i < 256; ++i) {
        record line = about_fact(w, facts[i], question(w, facts[i], below(random, 8)),
                                 answered(h.value(facts[i], 0)));
        for (std::size_t week = 0; week <= history::weeks; ++week) {
            line["values"].push_back(h.value(facts[i], week));
        }
        add(set, line);
    }
    return set;
}

/// People who ask to be forgotten: facts about contacts that the base model knows well.
inline data_set deletion_requests(world const& w) {
    data_set set{"deletions", "contacts that must no longer be named", {}};
    generator random = numbers_of(w.seed, 42, 0);
    std::size_t const contact = attributes.size() - 1;
    for (std::size_t number : facts_of(w, false, 1, random)) {
        fact const& f = w.facts[number];
        if (f.attribute != contact || set.lines.size() == 32) { continue; }
        record line =
            about_fact(w, number, question(w, number, below(random, 8)), answered(w.value(f)));
        line["request"] = "Delete the contact for the " + w.full_name(f) + ".";
        add(set, line);
    }
    return set;
}

inline void add_news(std::vector<data_set>& sets, world const& w) {
    history const h(w);
    sets.push_back(all_notices(w, h));
    sets.push_back(all_sheets(w, h));
    add_next_week(sets, w, h);
    sets.push_back(over_the_weeks(w, h));
    sets.push_back(deletion_requests(w));
}

} // namespace qad::lab

#endif
