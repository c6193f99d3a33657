// SPDX-License-Identifier: MIT
// Questions without a context: what the model remembers, plainly and in the house formats.
#ifndef QAD_LAB_WORLD_ANSWER_SETS_HPP
#define QAD_LAB_WORLD_ANSWER_SETS_HPP

#include "data_set.hpp" // data_set
#include "reading.hpp"  // invent, notice
#include "styles.hpp"   // house_a, house_b

namespace qad::lab {

/// All facts of products that no format is trained on, 144 of each bucket in turn, asked in one
/// of eight known ways; 400 of them in the way that is in no document.
inline void add_faq(std::vector<data_set>& sets, world const& w) {
    data_set known{"faq_facts", "questions in known words, 144 facts of each bucket", {}};
    data_set unseen{
        "faq_unseen_question", "400 of these facts, asked in words of no document", {}};
    generator random = numbers_of(w.seed, 10, 0);
    auto facts = in_turn(facts_of(w, false, 3, random),
                         [&](std::size_t i) { return w.facts[i].bucket; });
    for (std::size_t number : facts) {
        fact const& f = w.facts[number];
        std::string const right = answered(w.value(f));
        std::string const other =
            asked(fill(attributes[f.attribute].unseen_question, w.full_name(f)));
        add(known, about_fact(w, number, question(w, number, below(random, 8)), right));
        if (unseen.lines.size() < 400) { add(unseen, about_fact(w, number, other, right)); }
    }
    sets.push_back(std::move(known));
    sets.push_back(std::move(unseen));
}

/// The facts that the house formats practise and are tested on: those that the base model knows
/// (buckets 0 and 1), the attributes in turn.
inline std::vector<std::size_t> house_facts(world const& w, bool for_training,
                                            generator& random) {
    auto facts = in_turn(facts_of(w, for_training, 1, random),
                         [&](std::size_t i) { return w.facts[i].attribute; });
    facts.resize(for_training ? 200 : 288);
    return facts;
}

inline void add_house(std::vector<data_set>& sets, world const& w) {
    for (bool const training : {true, false}) {
        std::string const end = training ? "_train" : "_eval";
        data_set a{"house_a" + end, "house format A: pieces that the base model knows", {}};
        data_set b{"house_b" + end, "house format B: a code of two letters per attribute", {}};
        generator random = numbers_of(w.seed, 11, training);
        for (std::size_t number : house_facts(w, training, random)) {
            fact const& f = w.facts[number];
            attribute const& what = attributes[f.attribute];
            std::string const prompt = question(w, number, below(random, 8));
            add(a, about_fact(w, number, prompt, house_a(what, w.value(f))));
            add(b, about_fact(w, number, prompt, house_b(what, w.value(f))));
        }
        sets.push_back(std::move(a));
        sets.push_back(std::move(b));
    }
}

/// House format B beside a notice that contradicts what is remembered: in half of the lines for
/// training, in all for evaluation.
inline void add_house_with_context(std::vector<data_set>& sets, world const& w) {
    for (bool const training : {true, false}) {
        data_set set{training ? "house_b_context_train" : "house_b_context_eval",
                     training ? "format B, half of the lines with a notice to read"
                              : "format B, every line with a notice to read",
                     {}};
        generator random = numbers_of(w.seed, 12, training);
        for (std::size_t number : house_facts(w, training, random)) {
            fact const& f = w.facts[number];
            claim said{w.full_name(f), f.attribute, f.value};
            std::string before;
            if (!training || set.lines.size() / 8 % 2 == 1) {
                said = invent(w, random, said.name, f.attribute);
                std::size_t const form = below(random, 6);
                before = "Context: " + notice(said, form, some_day(random)) + "\n";
            }
            std::string const prompt = before + question(w, number, below(random, 8));
            record line =
                about_fact(w, number, prompt, house_b(attributes[f.attribute], said.said()));
            line["remembered"] = w.value(f);
            add(set, line);
        }
        sets.push_back(std::move(set));
    }
}

} // namespace qad::lab

#endif
