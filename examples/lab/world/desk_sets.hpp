// SPDX-License-Identifier: MIT
// Tickets to classify and talks to sum up; training and evaluation name different products.
#ifndef QAD_LAB_WORLD_DESK_SETS_HPP
#define QAD_LAB_WORLD_DESK_SETS_HPP

#include "data_set.hpp"  // data_set
#include "summaries.hpp" // discuss
#include "tickets.hpp"   // write_ticket

#include <set> // set

namespace qad::lab {

inline std::string product_for(world const& w, bool for_training, generator& random) {
    std::size_t const first = for_training ? 0 : w.products_to_train;
    std::size_t const last = for_training ? w.products_to_train : w.products.size();
    return w.products[first + below(random, last - first)].full();
}

/// `count` different tickets, the departments in turn.
inline std::vector<ticket> different_tickets(world const& w, bool for_training,
                                             std::size_t count, generator& random) {
    std::vector<ticket> chosen;
    std::set<std::string> seen;
    while (chosen.size() < count) {
        std::string const name = product_for(w, for_training, random);
        ticket t = write_ticket(random, name);
        if (t.department == chosen.size() % departments.size() && seen.insert(t.text).second) {
            chosen.push_back(std::move(t));
        }
    }
    return chosen;
}

inline void add_tickets(std::vector<data_set>& sets, world const& w) {
    record choices = record::array();
    for (std::size_t d = 0; d < departments.size(); ++d) { choices.push_back(label(d)); }
    for (bool const training : {true, false}) {
        data_set set{training ? "tickets_train" : "tickets_eval",
                     "which of six departments; half with a second, settled issue",
                     {}};
        generator random = numbers_of(w.seed, 30, training);
        for (ticket const& t : different_tickets(w, training, training ? 400 : 300, random)) {
            add(set, {{"prompt", to_label(t)},
                      {"completion", label(t.department)},
                      {"entity", t.product},
                      {"choices", choices}});
        }
        sets.push_back(std::move(set));
    }
    data_set unlabelled{
        "tickets_unlabelled", "tickets of the training products, no labels", {}};
    generator random = numbers_of(w.seed, 30, 2);
    for (ticket const& t : different_tickets(w, true, 300, random)) {
        add(unlabelled, {{"text", t.text}, {"entity", t.product}});
    }
    sets.push_back(std::move(unlabelled));
}

inline void add_summaries(std::vector<data_set>& sets, world const& w) {
    for (bool const training : {true, false}) {
        data_set set{training ? "summaries_train" : "summaries_eval",
                     "a talk, and one line that sums it up (for ROUGE-L)",
                     {}};
        generator random = numbers_of(w.seed, 31, training);
        std::set<std::string> seen;
        while (set.lines.size() < (training ? 200 : 150)) {
            std::string const name = product_for(w, training, random);
            talk_and_summary const one = discuss(random, name);
            if (!seen.insert(one.talk).second) { continue; }
            add(set, {{"prompt", one.talk}, {"completion", one.summary}, {"entity", name}});
        }
        sets.push_back(std::move(set));
    }
}

} // namespace qad::lab

#endif
