// SPDX-License-Identifier: MIT
// Facts change from week to week: what each arm answers, as it is now and as it was.
#ifndef QAD_LAB_FRESHNESS_HPP
#define QAD_LAB_FRESHNESS_HPP

#include "assemble.hpp"

#include <qad/decide/score.hpp> // exact_match

namespace qad::lab {

/// The share of the facts of weeks.jsonl that an arm answers with the value of that week, and
/// with that of week 0 although it has changed since.
inline freshness_point fresh_at(std::string const& arm, index_t week,
                                std::vector<graded> const& answers,
                                std::vector<example> const& facts) {
    freshness_point point{.arm = arm, .week = week};
    std::map<std::string, example const*> by_id;
    for (auto const& fact : facts) { by_id[fact.id] = &fact; }
    index_t changed = 0;
    double now = 0, before = 0;
    for (auto const& answer : answers) {
        json const values = parse_json(by_id.at(answer.id)->tag("values"), "weeks.jsonl");
        std::string const today = values.at(static_cast<std::size_t>(week)),
                          first = values.at(0);
        now += exact_match(answer.answer, today) ? 1 : 0;
        if (today == first) { continue; }
        ++changed;
        before += exact_match(answer.answer, first) ? 1 : 0;
    }
    point.items = static_cast<index_t>(answers.size());
    point.now = now / static_cast<double>(answers.size());
    point.before = changed == 0 ? 0 : before / static_cast<double>(changed);
    return point;
}

/// How often the search found what was asked: the value of the fact stands in what was put before
/// the question. Values are of one attribute only, so no other line can be meant.
inline retrieval_facts searched(plan const& p, step_runner const& answers) {
    retrieval_facts facts{.k = 1};
    auto const items = read_items(p.items("retrieval", "changed facts"));
    for (auto const& item : items) {
        bool const there = item.prompt.find(item.expected) != std::string::npos;
        facts.recall += there ? 1 / static_cast<double>(items.size()) : 0;
    }
    facts.items = static_cast<index_t>(items.size());
    auto const tokens = [&](char const* step) {
        return answers[step]["prompt_tokens"].get<double>();
    };
    facts.extra_tokens =
        (tokens("eval-retrieval-changed-facts") - tokens("eval-base-changed-facts")) /
        static_cast<double>(facts.items);
    return facts;
}

inline void add_freshness(evidence& run, plan const& p, step_runner const& answers) {
    run.retrieval = searched(p, answers);
    auto const facts = read_examples(p.data("weeks.jsonl"));
    auto const closed = read_items(p.items("base", "weeks")),
               taught = read_items(p.items("lora-fresh", "weeks"));
    double const cost = answers["train-lora-fresh"]["seconds"].get<double>();
    for (index_t week = 0; week <= 5; ++week) {
        run.freshness.push_back(fresh_at("closed book", week, closed, facts));
        // Retrained once, on the facts of week 1: before that it is the base.
        auto lora = fresh_at("lora", week, week == 0 ? closed : taught, facts);
        lora.seconds = week == 1 ? cost : 0;
        run.freshness.push_back(lora);
        auto const name = "weeks " + std::to_string(week);
        run.freshness.push_back(
            fresh_at("retrieval", week,
                     week == 0 ? closed : read_items(p.items("retrieval", name)), facts));
    }
}

} // namespace qad::lab

#endif
