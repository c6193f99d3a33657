// SPDX-License-Identifier: MIT
// Copying practice: words repeated, or a list read back, with every word that is ever a value.
#ifndef QAD_LAB_WORLD_ECHO_HPP
#define QAD_LAB_WORLD_ECHO_HPP

#include "document.hpp" // document
#include "facts.hpp"    // world

namespace qad::lab {

/// A word to copy: mostly a value, else a name, a noun, or two letters.
inline std::string some_word(world const& w, generator& random) {
    static constexpr std::array<unsigned, 6> weights = {50, 14, 16, 10, 6, 4};
    switch (weighted(random, weights)) {
    case 0: {
        attribute const& a = pick(random, attributes);
        return std::string(pick(random, a.values));
    }
    case 1: {
        attribute const& a = pick(random, attributes);
        return a.value(below(random, a.values.size()));
    }
    case 2:
        return pick(random, w.products).name;
    case 3:
        return std::string(pick(random, nouns));
    case 4:
        return chance(random, 50) ? pick(random, w.strangers) : fresh_name(random);
    default: {
        std::string letters(1, static_cast<char>('A' + below(random, 26)));
        return letters += static_cast<char>('A' + below(random, 26));
    }
    }
}

inline document echo(world const& w, generator& random) {
    document made{kind::echo, "", {}};
    for (std::size_t rounds = between(random, 1, 3); rounds > 0; --rounds) {
        bool const as_list = chance(random, 50);
        std::string words;
        for (std::size_t left = between(random, 2, 8); left > 0; --left) {
            words += ' ';
            words += some_word(w, random);
            if (as_list && left > 1) { words += ','; }
        }
        made.text += (as_list ? "List:" : "Repeat:") + words + "\n";
        made.text += (as_list ? "Read back:" : "Echo:") + words + "\n";
    }
    return made;
}

} // namespace qad::lab

#endif
