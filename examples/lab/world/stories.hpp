// SPDX-License-Identifier: MIT
// Plain text: short stories about a day in the town of the shop.
#ifndef QAD_LAB_WORLD_STORIES_HPP
#define QAD_LAB_WORLD_STORIES_HPP

#include "document.hpp" // document
#include "facts.hpp"    // world

#include <span> // span

namespace qad::lab {

/// The words of a story, by the letter that stands for them in its sentences.
inline std::span<std::string_view const> story_words(char letter) {
    static constexpr std::string_view people[] = {"Ada",   "Ben",  "Cora",  "Dora", "Emil",
                                                  "Fritz", "Gina", "Henry", "Iris", "Jack"};
    static constexpr std::string_view animals[] = {
        "dog",  "cat", "horse", "goose",  "rabbit", "mouse",    "fox",    "sheep",
        "goat", "owl", "frog",  "donkey", "pigeon", "hedgehog", "spider", "swan"};
    static constexpr std::string_view places[] = {
        "garden",  "kitchen", "market", "station", "harbour", "library", "school",
        "bridge",  "forest",  "church", "castle",  "cellar",  "stable",  "museum",
        "theatre", "bakery",  "tower",  "square",  "field",   "river"};
    static constexpr std::string_view food[] = {
        "bread",    "soup",     "cheese",   "honey",     "apples",    "cherries",
        "pancakes", "butter",   "potatoes", "chocolate", "mushrooms", "salad",
        "sausages", "tomatoes", "coffee",   "noodles",   "plums",     "walnuts"};
    static constexpr std::string_view qualities[] = {
        "strange",  "little", "heavy",  "wonderful", "dusty",  "empty",  "famous",
        "gentle",   "broken", "golden", "hungry",    "lazy",   "lonely", "narrow",
        "noisy",    "polite", "rotten", "secret",    "silent", "sleepy", "stubborn",
        "terrible", "ugly",   "wooden", "yellow"};
    static constexpr std::string_view manners[] = {
        "slowly", "quickly",  "carefully", "happily", "silently", "suddenly",
        "loudly", "secretly", "gladly",    "sadly",   "bravely",  "twice"};
    static constexpr std::string_view actions[] = {
        "carried", "painted",  "followed", "watched",  "washed",  "hid",
        "forgot",  "found",    "moved",    "dropped",  "touched", "sold",
        "stole",   "borrowed", "counted",  "repaired", "admired", "kicked"};
    static constexpr std::string_view times[] = {
        "In spring",  "In summer", "In autumn", "In winter", "At noon",   "At midnight",
        "On Tuesday", "On Friday", "On Sunday", "Yesterday", "Years ago", "Once"};
    static constexpr std::array<std::span<std::string_view const>, 8> lists = {
        people, animals, places, food, qualities, manners, actions, times};
    return lists[std::string_view("nalfqmdt").find(letter)];
}

/// Five to nine sentences and a last one; two people, one animal and one place stay the same
/// throughout.
inline document story(generator& random) {
    static constexpr std::array<std::string_view, 24> sentences = {
        "{t} {n} {d} the {a} near the {l}.",
        "{n} {m} {d} a {q} box of {f}.",
        "The {a} was {q}, but {n} did not mind.",
        "{t} there was nothing but {f} to eat in the {l}.",
        "\"Who {d} my {f}?\" asked {n}.",
        "\"The {a} did,\" said {n} {m}.",
        "{n} went to the {l} and {m} ate the {f}.",
        "Nobody knew why the {l} was so {q}.",
        "The {q} {a} looked at {n} and {m} went away.",
        "{t} a {q} stranger came to the {l}.",
        "{n} dreamed of a {q} {a}.",
        "{n} gave the {a} some {f}.",
        "Then {n} {m} {d} the door of the {l}.",
        "The {f} in the {l} smelled {q}.",
        "{t} {n} told a {q} story about a {a}.",
        "After that {n} and {n} were friends.",
        "{n} never went to the {l} without the {a} again.",
        "It rained {m}, and the {l} was full of water.",
        "{n} wanted to cook {f} for everybody.",
        "The {a} {d} the {f}, and {n} laughed.",
        "A letter for {n} lay under the {q} table.",
        "{n} wrote about the {a} in a {q} book.",
        "{t} the {l} was closed, so {n} stayed at home.",
        "{n} sang {m} until the {a} slept."};
    static constexpr std::array<std::string_view, 4> endings = {
        "Then it was time to go home.", "Nobody ever spoke of it again.",
        "In the end they all laughed.", "That was the best day of the year."};

    std::array<std::string_view, 2> who;
    for (auto& person : who) { person = pick(random, story_words('n')); }
    std::string_view const animal = pick(random, story_words('a'));
    std::string_view const place = pick(random, story_words('l'));

    document made{kind::story, "", {}};
    for (std::size_t left = between(random, 5, 9); left > 0; --left) {
        std::string_view const form = pick(random, sentences);
        for (std::size_t at = 0; at < form.size(); ++at) {
            if (form[at] != '{') {
                made.text += form[at];
                continue;
            }
            char const letter = form[at + 1];
            if (letter == 'n') {
                made.text += pick(random, who);
            } else if (letter == 'a' || letter == 'l') {
                made.text += letter == 'a' ? animal : place;
            } else {
                made.text += pick(random, story_words(letter));
            }
            at += 2;
        }
        made.text += ' ';
    }
    made.text += pick(random, endings);
    made.text += '\n';
    return made;
}

} // namespace qad::lab

#endif
