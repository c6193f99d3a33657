// SPDX-License-Identifier: MIT
// A file of examples, one JSON object a line, and what several of them are made with.
#ifndef QAD_LAB_WORLD_DATA_SET_HPP
#define QAD_LAB_WORLD_DATA_SET_HPP

#include "statements.hpp" // asked, answered, world

#include <nlohmann/json.hpp> // ordered_json

namespace qad::lab {

using record = nlohmann::ordered_json; ///< members stay in the order in which they were put

/// Each line has an "id"; prompt and completion, where it has them, are what a document of the
/// corpus would hold: together they have the tokens of prompt, then those of completion.
struct data_set {
    std::string name, about;
    std::vector<record> lines;
};

/// "house_a_eval-0007"
inline std::string line_id(data_set const& set) {
    std::string const number = std::to_string(set.lines.size());
    return set.name + "-" + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') +
           number;
}

inline void add(data_set& set, record const& line) {
    record with_id = {{"id", line_id(set)}};
    with_id.update(line);
    set.lines.push_back(std::move(with_id));
}

/// A prompt with its completion, about one fact.
inline record about_fact(world const& w, std::size_t number, std::string const& prompt,
                         std::string const& completion) {
    fact const& f = w.facts[number];
    return {{"prompt", prompt},
            {"completion", completion},
            {"entity", w.full_name(f)},
            {"attribute", attributes[f.attribute].name},
            {"bucket", f.bucket}};
}

inline std::string question(world const& w, std::size_t number, std::size_t form) {
    fact const& f = w.facts[number];
    return asked(fill(attributes[f.attribute].questions[form], w.full_name(f)));
}

/// Deals a list out so that every beginning of it holds as many of each key as of the others.
template <class Key>
std::vector<std::size_t> in_turn(std::vector<std::size_t> const& list, Key const& key) {
    std::vector<std::vector<std::size_t>> piles;
    for (std::size_t item : list) {
        piles.resize(std::max(piles.size(), key(item) + 1));
        piles[key(item)].push_back(item);
    }
    std::vector<std::size_t> dealt;
    for (std::size_t round = 0; dealt.size() < list.size(); ++round) {
        for (auto const& pile : piles) {
            if (round < pile.size()) { dealt.push_back(pile[round]); }
        }
    }
    return dealt;
}

/// Facts of buckets 0, …, last_bucket, of products for training or of the others, shuffled.
inline std::vector<std::size_t> facts_of(world const& w, bool for_training,
                                         std::size_t last_bucket, generator& random) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < w.facts.size(); ++i) {
        fact const& f = w.facts[i];
        if (w.products[f.product].for_training == for_training && f.bucket <= last_bucket) {
            chosen.push_back(i);
        }
    }
    shuffle(random, chosen);
    return chosen;
}

} // namespace qad::lab

#endif
