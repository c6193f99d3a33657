// SPDX-License-Identifier: MIT
// Documents that tell facts: sentences, questions with answers, talks, lists of one attribute.
#ifndef QAD_LAB_WORLD_STATEMENTS_HPP
#define QAD_LAB_WORLD_STATEMENTS_HPP

#include "document.hpp" // document
#include "facts.hpp"    // world

namespace qad::lab {

/// "Question: How much is the Yarra lamp?\nAnswer:" — the answer, " 604 crowns\n", follows with
/// its space, which belongs to its first token.
inline std::string asked(std::string_view question) {
    return "Question: " + std::string(question) + "\nAnswer:";
}
inline std::string answered(std::string_view value) { return " " + std::string(value) + "\n"; }

/// A few sentences, one fact each.
inline document tell(world const& w, generator& random) {
    std::size_t const count = between(random, 1, 4);
    document made{kind::statement, "", w.draw_many(random, count)};
    for (std::size_t number : made.facts) {
        fact const& f = w.facts[number];
        if (!made.text.empty()) { made.text += ' '; }
        made.text +=
            fill(pick(random, attributes[f.attribute].statements), w.full_name(f), w.value(f));
    }
    made.text += '\n';
    return made;
}

inline document ask(world const& w, generator& random) {
    std::size_t const count = between(random, 1, 4);
    document made{kind::question, "", w.draw_many(random, count)};
    for (std::size_t number : made.facts) {
        fact const& f = w.facts[number];
        made.text +=
            asked(fill(pick(random, attributes[f.attribute].questions), w.full_name(f)));
        made.text += answered(w.value(f));
    }
    return made;
}

/// A customer asks, an agent of the help desk answers.
inline document talk(world const& w, generator& random) {
    static constexpr std::array<std::string_view, 6> openings = {
        "Hello. ",        "Good morning. ",
        "Good evening. ", "One question, please. ",
        "Hello again. ",  ""};
    static constexpr std::array<std::string_view, 5> further = {
        "Thank you. ", "And one more question. ", "I see. ", "Good. ", ""};
    static constexpr std::array<std::string_view, 5> reactions = {"", "", "Of course. ",
                                                                  "Gladly. ", "Let me see. "};
    static constexpr std::array<std::string_view, 4> endings = {
        "", "Customer: Thank you, that was all.\n", "Customer: Thank you for the help.\n",
        "Agent: Have a nice day.\n"};
    std::size_t const count = between(random, 1, 4);
    document made{kind::dialogue, "", w.draw_many(random, count)};
    for (std::size_t number : made.facts) {
        fact const& f = w.facts[number];
        attribute const& about = attributes[f.attribute];
        made.text += "Customer: ";
        made.text += made.text.size() < 12 ? pick(random, openings) : pick(random, further);
        made.text += fill(pick(random, about.questions), w.full_name(f));
        made.text += "\nAgent: ";
        made.text += pick(random, reactions);
        made.text += fill(pick(random, about.statements), w.full_name(f), w.value(f));
        made.text += '\n';
    }
    made.text += pick(random, endings);
    return made;
}

/// "Price list\n- Yarra lamp: 604 crowns\n…": after a space, a name is the token that it
/// always is.
inline document list(world const& w, generator& random) {
    std::size_t const a = below(random, attributes.size());
    std::size_t const count = between(random, 1, 4);
    document made{kind::sheet, capital(std::string(attributes[a].name)) + " list\n",
                  w.draw_many(random, count, a)};
    for (std::size_t number : made.facts) {
        fact const& f = w.facts[number];
        (((made.text += "- ") += w.full_name(f)) += ": ") += w.value(f);
        made.text += '\n';
    }
    return made;
}

} // namespace qad::lab

#endif
