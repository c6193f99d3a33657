// SPDX-License-Identifier: MIT
// Questions beside a context that contradicts what the model remembers.
#ifndef QAD_LAB_WORLD_READING_SETS_HPP
#define QAD_LAB_WORLD_READING_SETS_HPP

#include "data_set.hpp" // data_set
#include "reading.hpp"  // invent, notice, sheet

namespace qad::lab {

inline constexpr std::size_t reading_items = 256;

/// One dated notice, or three of which one is asked about: another attribute of the same
/// product and the same attribute of another product are what a search finds besides.
inline data_set read_notices(world const& w, std::size_t notices, bool fresh) {
    data_set set;
    set.name = fresh ? "reading_fresh" : notices == 1 ? "reading_one" : "reading_three";
    set.about = fresh          ? "one notice about a product that was never seen"
                : notices == 1 ? "one notice (retrieval with k = 1)"
                               : "three notices (retrieval with k = 3)";
    generator random = numbers_of(w.seed, fresh ? 21 : 20, notices);
    auto const facts = in_turn(facts_of(w, false, 3, random),
                               [&](std::size_t i) { return w.facts[i].bucket; });
    for (std::size_t i = 0; i < reading_items; ++i) {
        fact const& f = w.facts[facts[i]];
        std::string name = w.full_name(f);
        if (fresh) { name = fresh_name(random) + " " + std::string(pick(random, nouns)); }
        std::vector<claim> claims = {invent(w, random, name, f.attribute)};
        claim const right = claims[0];
        if (notices == 3) {
            std::size_t const another = (f.attribute + 1 + below(random, 7)) % 8;
            claims.push_back(invent(w, random, name, another));
            std::size_t const p = (f.product + 1 + below(random, 127)) % 128;
            claims.push_back(invent(w, random, w.products[p].full(), f.attribute));
            shuffle(random, claims);
        }
        std::string prompt = "Context:";
        for (claim const& c : claims) {
            std::size_t const form = below(random, 6);
            (prompt += ' ') += notice(c, form, some_day(random));
        }
        prompt += "\n" + asked(fill(pick(random, attributes[f.attribute].questions), name));
        record line = {{"prompt", prompt},
                       {"completion", answered(right.said())},
                       {"entity", name},
                       {"attribute", attributes[f.attribute].name}};
        if (!fresh) { line["remembered"] = w.value(f); }
        add(set, line);
    }
    return set;
}

/// One sheet with all eight attributes, or three sheets of which one is asked about.
inline data_set read_sheets(world const& w, std::size_t sheets) {
    data_set set{sheets == 1 ? "reading_sheet" : "reading_sheets",
                 sheets == 1 ? "a sheet of eight attributes"
                             : "three sheets of eight attributes",
                 {}};
    generator random = numbers_of(w.seed, 22, sheets);
    auto const facts = facts_of(w, false, 3, random);
    for (std::size_t i = 0; i < reading_items; ++i) {
        fact const& f = w.facts[facts[i]];
        std::size_t const place = below(random, sheets);
        std::string prompt = "Context:\n", right;
        for (std::size_t s = 0; s < sheets; ++s) {
            std::size_t const p =
                (f.product + (s == place ? 0 : 1 + s * 40 + below(random, 40))) % 128;
            auto const claims = invent_sheet(w, random, w.products[p].full());
            prompt += sheet(w.products[p].full(), claims);
            for (claim const& c : claims) {
                if (s == place && c.attribute == f.attribute) { right = c.said(); }
            }
        }
        std::string const name = w.full_name(f);
        prompt += asked(fill(pick(random, attributes[f.attribute].questions), name));
        add(set, {{"prompt", prompt},
                  {"completion", answered(right)},
                  {"entity", name},
                  {"attribute", attributes[f.attribute].name},
                  {"remembered", w.value(f)}});
    }
    return set;
}

inline void add_reading(std::vector<data_set>& sets, world const& w) {
    sets.push_back(read_notices(w, 1, false));
    sets.push_back(read_notices(w, 1, true));
    sets.push_back(read_notices(w, 3, false));
    sets.push_back(read_sheets(w, 1));
    sets.push_back(read_sheets(w, 3));
}

} // namespace qad::lab

#endif
