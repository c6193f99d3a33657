// SPDX-License-Identifier: MIT
// Talks about a problem, and one line that sums them up.
#ifndef QAD_LAB_WORLD_SUMMARIES_HPP
#define QAD_LAB_WORLD_SUMMARIES_HPP

#include "document.hpp" // document
#include "facts.hpp"    // world
#include "issues.hpp"   // departments

namespace qad::lab {

struct talk_and_summary {
    std::string talk;    ///< ends with "Summary:"
    std::string summary; ///< " Yarra lamp: invoice too high; call tomorrow\n"
};

inline talk_and_summary discuss(generator& random, std::string const& product) {
    static constexpr std::array<std::string_view, 5> hellos = {
        "Hello, ", "Good morning, ", "Good evening, ", "Hello again, ", "Please help me, "};
    static constexpr std::array<std::string_view, 5> sorry = {
        "I am sorry to hear that.", "I see.", "Thank you for the call.", "Let me look at that.",
        "One moment, please."};
    static constexpr std::array<std::string_view, 4> asks = {
        "When did you order it?", "Have you called us before?", "What is your name?",
        "Did you buy it in the shop?"};
    static constexpr std::array<std::string_view, 6> replies = {
        "Last week.",    "No, this is the first time.",    "Yes, on Monday.", "I do not know.",
        "Two days ago.", "You have all that in your list."};
    // What is done: as the agent says it, and in a few words.
    static constexpr std::array<std::array<std::string_view, 2>, 8> ends = {{
        {"We will send you a new one.", "new one sent"},
        {"Somebody will call you tomorrow.", "call tomorrow"},
        {"You will get your money back.", "money back"},
        {"Please bring it to our shop.", "bring to shop"},
        {"Please send us a picture of it.", "picture needed"},
        {"I have solved that just now.", "solved"},
        {"I have to ask the factory first.", "factory asked"},
        {"I am afraid there is nothing we can do.", "nothing done"},
    }};

    std::size_t const d = below(random, departments.size());
    issue const& about = pick(random, departments[d].issues);
    talk_and_summary made;
    made.talk = "Customer: ";
    made.talk += pick(random, hellos);
    made.talk += fill(about.clause, product);
    made.talk += ".\nAgent: ";
    made.talk += pick(random, sorry);
    if (chance(random, 70)) {
        made.talk += ' ';
        made.talk += pick(random, asks);
        made.talk += "\nCustomer: ";
        made.talk += pick(random, replies);
        made.talk += "\nAgent:";
    }
    auto const& end = pick(random, ends);
    ((made.talk += ' ') += end[0]) += "\nSummary:";
    made.summary = " " + product + ": ";
    ((made.summary += about.gist) += "; ") += end[1];
    made.summary += '\n';
    return made;
}

/// Of products that adaptation trains on: the evaluation's talks are new.
inline document sum_up(world const& w, generator& random) {
    std::string const name = some_product(w, random, true);
    talk_and_summary const one = discuss(random, name);
    return {kind::summary, one.talk + one.summary, {}};
}

} // namespace qad::lab

#endif
