// SPDX-License-Identifier: MIT
// Reading practice: a context that contradicts what the model remembers, then questions on it.
#ifndef QAD_LAB_WORLD_READING_HPP
#define QAD_LAB_WORLD_READING_HPP

#include "statements.hpp" // asked, answered, world

namespace qad::lab {

/// Something that is said in a context: "the attribute of `name` is value number `value`".
struct claim {
    std::string name;
    std::size_t attribute, value;

    std::string said() const { return attributes[attribute].value(value); }
};

/// "2031-05-12". No value is written with a hyphen or two digits, so a date is no distraction.
inline std::string date(std::size_t year, std::size_t month, std::size_t day) {
    auto const two = [](std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(year) + "-" + two(month) + "-" + two(day);
}

/// The sentence that says a claim, in one of the six ways.
inline std::string sentence(claim const& c, std::size_t form) {
    return fill(attributes[c.attribute].statements[form], c.name, c.said());
}
/// The same with a date before it: what the help desk sends round when something changes.
inline std::string notice(claim const& c, std::size_t form, std::string const& day) {
    return "Notice of " + day + ": " + small(sentence(c, form));
}

/// Everything about one product, one attribute a line.
inline std::string sheet(std::string const& name,
                         std::vector<std::pair<std::string_view, std::string>> const& lines) {
    std::string text = "Sheet: " + name + "\n";
    for (auto const& [attribute, value] : lines) {
        ((text += attribute) += ": ") += value;
        text += '\n';
    }
    return text;
}
inline std::string sheet(std::string const& name, std::vector<claim> const& claims) {
    std::vector<std::pair<std::string_view, std::string>> lines;
    for (claim const& c : claims) {
        lines.emplace_back(attributes[c.attribute].name, c.said());
    }
    return sheet(name, lines);
}

/// A name to talk about: of a product of ours (7 in 10), else one that was never seen.
inline std::string some_name(world const& w, generator& random) {
    if (chance(random, 70)) { return pick(random, w.products).full(); }
    std::string name = chance(random, 50) ? pick(random, w.strangers) : fresh_name(random);
    return name + " " + std::string(pick(random, nouns));
}

/// A random value, other than the true one where the name is that of a product.
inline claim invent(world const& w, generator& random, std::string const& name,
                    std::size_t attribute) {
    std::size_t const count = attributes[attribute].values.size();
    claim c{name, attribute, below(random, count)};
    for (std::size_t p = 0; p < w.products.size(); ++p) {
        if (w.products[p].full() == name && w.at(p, attribute).value == c.value) {
            c.value = (c.value + 1 + below(random, count - 1)) % count;
        }
    }
    return c;
}

/// `count` claims of which no two say something about the same thing; names and attributes
/// come from short lists, so that neither alone finds the answer.
inline std::vector<claim> invent_sentences(world const& w, generator& random,
                                           std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t left = between(random, (count + 1) / 2, count); left > 0; --left) {
        names.push_back(some_name(w, random));
    }
    std::vector<claim> claims;
    while (claims.size() < count) {
        std::string const name = pick(random, names);
        std::size_t const a = below(random, attributes.size());
        bool const taken = std::any_of(claims.begin(), claims.end(), [&](claim const& c) {
            return c.name == name && c.attribute == a;
        });
        if (!taken) { claims.push_back(invent(w, random, name, a)); }
    }
    return claims;
}

/// All eight attributes of one product, in any order.
inline std::vector<claim> invent_sheet(world const& w, generator& random,
                                       std::string const& name) {
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5, 6, 7};
    shuffle(random, order);
    std::vector<claim> claims;
    for (std::size_t a : order) { claims.push_back(invent(w, random, name, a)); }
    return claims;
}

/// A random day of the years in which the help desk works.
inline std::string some_day(generator& random) {
    std::size_t const year = between(random, 2029, 2032);
    std::size_t const month = between(random, 1, 12);
    std::size_t const day = between(random, 1, 28);
    return date(year, month, day);
}

/// "Context: …" with the sentences of `claims`, half of them dated notices.
inline std::string context_of(std::vector<claim> const& claims, generator& random) {
    std::string text = "Context:";
    bool const dated = chance(random, 50);
    for (claim const& c : claims) {
        std::size_t const form = below(random, 6);
        text += ' ';
        text += dated ? notice(c, form, some_day(random)) : sentence(c, form);
    }
    return text + "\n";
}

/// A context and questions on it. Its shape: 1, 2, 3, 4, 5 sentences, 1, 2 sheets; early ones
/// are short.
inline document read(world const& w, generator& random, bool early) {
    static constexpr std::array<unsigned, 7> first = {55, 30, 10, 5, 0, 0, 0};
    static constexpr std::array<unsigned, 7> later = {32, 20, 13, 10, 8, 13, 4};
    std::size_t const shape = weighted(random, early ? first : later);
    document made{kind::reading, "", {}};
    std::vector<claim> claims;
    if (shape < 5) {
        claims = invent_sentences(w, random, shape + 1);
        made.text = context_of(claims, random);
    } else {
        made.text = "Context:\n";
        for (std::size_t left = shape - 4; left > 0; --left) {
            std::string const name = some_name(w, random);
            auto const one = invent_sheet(w, random, name);
            made.text += sheet(name, one);
            claims.insert(claims.end(), one.begin(), one.end());
        }
    }
    // Ask about different claims; a single one sometimes twice, in different words.
    shuffle(random, claims);
    if (claims.size() == 1 && chance(random, 40)) { claims.push_back(claims[0]); }
    claims.resize(std::min<std::size_t>(claims.size(), between(random, 1, 4)));
    for (claim const& c : claims) {
        made.text += asked(fill(pick(random, attributes[c.attribute].questions), c.name));
        made.text += answered(c.said());
    }
    return made;
}

} // namespace qad::lab

#endif
