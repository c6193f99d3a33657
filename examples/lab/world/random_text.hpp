// SPDX-License-Identifier: MIT
// Drawing words from lists, the same on every machine.
#ifndef QAD_LAB_WORLD_RANDOM_TEXT_HPP
#define QAD_LAB_WORLD_RANDOM_TEXT_HPP

#include <qad/core/random.hpp> // generator

#include <cctype>      // toupper
#include <cstddef>     // size_t
#include <span>        // span
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad::lab {

/// A bijection of 64-bit numbers that leaves no pattern: SplitMix64 (Steele, Lea, Flood 2014,
/// "Fast Splittable Pseudorandom Number Generators"), with the constants of Stafford's mix 13.
constexpr std::uint64_t scramble(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/// The random numbers of item `index` of one topic: those of other items do not matter to it,
/// so any item can be made alone.
constexpr generator numbers_of(std::uint64_t seed, std::uint64_t topic, std::uint64_t index) {
    return generator(scramble(scramble(scramble(seed) + topic) + index), topic);
}

// Two draws never stand in one expression here: C++ leaves open which operand comes first, and
// compilers differ.

constexpr std::size_t below(generator& random, std::size_t bound) {
    return random.below(static_cast<std::uint32_t>(bound));
}
/// lowest, …, highest.
constexpr std::size_t between(generator& random, std::size_t lowest, std::size_t highest) {
    return lowest + below(random, highest - lowest + 1);
}
constexpr bool chance(generator& random, unsigned percent) {
    return random.below(100) < percent;
}

template <class List> constexpr auto const& pick(generator& random, List const& list) {
    return list[below(random, std::size(list))];
}

/// A place of `weights` (whole numbers), each as often as its weight says.
constexpr std::size_t weighted(generator& random, std::span<unsigned const> weights) {
    unsigned total = 0;
    for (unsigned weight : weights) { total += weight; }
    unsigned left = random.below(total);
    std::size_t place = 0;
    while (left >= weights[place]) { left -= weights[place++]; }
    return place;
}

/// `form` with {p} and {v} replaced.
inline std::string fill(std::string_view form, std::string_view product,
                        std::string_view value = {}) {
    std::string text;
    for (std::size_t at = 0; at < form.size(); ++at) {
        if (form[at] != '{') {
            text += form[at];
            continue;
        }
        text += form[at + 1] == 'p' ? product : value;
        at += 2;
    }
    return text;
}

inline std::string capital(std::string text) {
    if (!text.empty()) {
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    }
    return text;
}
inline std::string small(std::string text) {
    if (!text.empty()) {
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    return text;
}

} // namespace qad::lab

#endif
