// SPDX-License-Identifier: MIT
// 360 ways to write an answer, so that a model learns to follow examples; two house formats.
#ifndef QAD_LAB_WORLD_STYLES_HPP
#define QAD_LAB_WORLD_STYLES_HPP

#include "statements.hpp" // asked, world

namespace qad::lab {

inline constexpr std::array<std::string_view, 6> openers = {
    "", " Sure,", " Noted,", " Hello!", " The desk says", " Good question,"};
inline constexpr std::array<std::string_view, 5> separators = {" =", " -", " |", " >", " is"};
inline constexpr std::array<std::string_view, 6> closers = {
    "", ".", "!", " [end]", " (desk)", ", thank you."};

/// opener · attribute or none · separator · value · closer: " Sure, price = 604 crowns!"
struct style {
    std::size_t opener, separator, closer;
    bool with_attribute;

    /// The answer with its leading space and its line end; `label` stands for the attribute.
    std::string answer(std::string_view label, std::string_view value) const {
        std::string text(openers[opener]);
        if (with_attribute) { (text += ' ') += label; }
        ((text += separators[separator]) += ' ') += value;
        text += closers[closer];
        return text + "\n";
    }
};
inline constexpr std::size_t style_count =
    openers.size() * separators.size() * closers.size() * 2;
static_assert(style_count == 360);

/// The house formats: " Noted, price | 604 crowns (desk)". Every piece of it is known, this
/// opener, separator and closer together are in no document. Format B writes a code of two
/// letters that means nothing where A names the attribute: " Noted, KV | 604 crowns (desk)".
inline constexpr style house_style{2, 2, 4, true};
inline std::string house_a(attribute const& a, std::string_view value) {
    return house_style.answer(a.name, value);
}
inline std::string house_b(attribute const& a, std::string_view value) {
    return house_style.answer(a.code, value);
}
constexpr bool held_out(style const& s) {
    return s.opener == house_style.opener && s.separator == house_style.separator &&
           s.closer == house_style.closer;
}

/// Four to seven answers in one style.
inline document follow_style(world const& w, generator& random) {
    style s{};
    do {
        s.opener = below(random, openers.size());
        s.separator = below(random, separators.size());
        s.closer = below(random, closers.size());
        s.with_attribute = chance(random, 50);
    } while (held_out(s));
    std::size_t const shots = between(random, 4, 7);
    document made{kind::style, "", w.draw_many(random, shots)};
    for (std::size_t number : made.facts) {
        fact const& f = w.facts[number];
        attribute const& a = attributes[f.attribute];
        made.text += asked(fill(pick(random, a.questions), w.full_name(f)));
        made.text += s.answer(a.name, w.value(f));
    }
    return made;
}

} // namespace qad::lab

#endif
