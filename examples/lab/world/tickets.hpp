// SPDX-License-Identifier: MIT
// Tickets: a customer writes, one of six departments answers. Few of them tell which.
#ifndef QAD_LAB_WORLD_TICKETS_HPP
#define QAD_LAB_WORLD_TICKETS_HPP

#include "document.hpp" // document
#include "facts.hpp"    // world
#include "issues.hpp"   // departments

namespace qad::lab {

/// A text, and the department of the issue that is still open in it.
struct ticket {
    std::string text, product;
    std::size_t department;
};

/// Where half of the tickets name a second issue, one of another department that is settled:
/// the words alone then point to two departments, the meaning to one.
inline ticket write_ticket(generator& random, std::string const& product) {
    static constexpr std::array<std::string_view, 7> open_frames = {"{p}.",
                                                                    "Since Monday {p}.",
                                                                    "My problem is that {p}.",
                                                                    "I write because {p}.",
                                                                    "Now {p}.",
                                                                    "Please help me, {p}.",
                                                                    "Still {p}."};
    static constexpr std::array<std::string_view, 6> settled_frames = {
        "Last week {p}, but that is settled.",
        "Before that {p}, which is solved now.",
        "You already solved that {p}.",
        "It is settled that {p}.",
        "Forget that {p}.",
        "That {p} is no longer a problem."};
    static constexpr std::array<std::string_view, 4> greetings = {"", "", "Hello.",
                                                                  "Good morning."};
    static constexpr std::array<std::string_view, 6> besides = {
        "",
        "",
        "I have been a customer for years.",
        "I bought it in your shop.",
        "Nobody answers when I call.",
        "This is my second letter."};
    static constexpr std::array<std::string_view, 4> endings = {"", "", "Please answer soon.",
                                                                "Thank you."};

    std::size_t const d = below(random, departments.size());
    issue const& open = pick(random, departments[d].issues);
    std::vector<std::string> sentences = {
        capital(fill(pick(random, open_frames), fill(open.clause, product)))};
    if (chance(random, 50)) {
        std::size_t const other =
            (d + 1 + below(random, departments.size() - 1)) % departments.size();
        issue const& settled = pick(random, departments[other].issues);
        sentences.push_back(
            capital(fill(pick(random, settled_frames), fill(settled.clause, product))));
    }
    sentences.emplace_back(pick(random, besides));
    shuffle(random, sentences);
    sentences.emplace(sentences.begin(), pick(random, greetings));
    sentences.emplace_back(pick(random, endings));
    ticket made{"Ticket:", product, d};
    for (std::string const& s : sentences) {
        if (!s.empty()) { (made.text += ' ') += s; }
    }
    made.text += '\n';
    return made;
}

/// What stands before the label: " repair\n" follows.
inline std::string to_label(ticket const& t) { return t.text + "Department:"; }
inline std::string label(std::size_t d) {
    return " " + std::string(departments[d].name) + "\n";
}

/// One or two tickets, 15 in 100 of them with their department. Those are about products that
/// adaptation trains on: no ticket of the evaluation was ever seen with its label.
inline document desk_mail(world const& w, generator& random) {
    document made{kind::ticket, "", {}};
    for (std::size_t left = between(random, 1, 2); left > 0; --left) {
        bool const labelled = chance(random, 15);
        std::string const name = some_product(w, random, labelled);
        ticket const t = write_ticket(random, name);
        made.text += labelled ? to_label(t) + label(t.department) : t.text;
    }
    return made;
}

} // namespace qad::lab

#endif
