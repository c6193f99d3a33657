// SPDX-License-Identifier: MIT
// Invented product names, from syllables: a name and a noun, "Yarra lamp".
#ifndef QAD_LAB_WORLD_NAMES_HPP
#define QAD_LAB_WORLD_NAMES_HPP

#include "random_text.hpp" // generator, pick

#include <algorithm> // find
#include <array>     // array

namespace qad::lab {

inline constexpr std::array<std::string_view, 16> first_syllables = {
    "Yar", "Bel", "Cor", "Dun", "Fen", "Gal", "Hol", "Jas",
    "Kel", "Lum", "Mir", "Nor", "Pol", "Ras", "Tam", "Vel"};
inline constexpr std::array<std::string_view, 16> last_syllables = {
    "ra",  "dox", "fin", "go",  "his", "ka", "lit", "mo",
    "nex", "po",  "qua", "sto", "tur", "va", "wen", "zy"};
inline constexpr std::array<std::string_view, 32> nouns = {
    "lamp",    "chair",    "table",   "kettle", "clock",   "radio",    "fan",     "heater",
    "desk",    "mirror",   "bottle",  "basket", "drill",   "hammer",   "ladder",  "toaster",
    "blender", "scanner",  "printer", "camera", "speaker", "keyboard", "monitor", "charger",
    "tent",    "backpack", "bicycle", "helmet", "blanket", "pillow",   "carpet",  "curtain"};

/// All 256 names of two syllables, in a seeded order. The first 128 are products', the others
/// are strangers that reading practice uses.
inline std::vector<std::string> short_names(std::uint64_t seed) {
    std::vector<std::string> names;
    for (std::string_view first : first_syllables) {
        for (std::string_view last : last_syllables) {
            names.push_back(std::string(first) + std::string(last));
        }
    }
    generator random = numbers_of(seed, 1, 0);
    shuffle(random, names);
    return names;
}

/// A name that no product has, from syllables that no product's name begins with: it takes
/// several tokens, as a word from outside would.
inline std::string fresh_name(generator& random) {
    static constexpr std::array<std::string_view, 12> first = {
        "Aka", "Bri", "Chu", "Eri", "Flo", "Hep", "Ivo", "Opa", "Quo", "Ubi", "Wex", "Zan"};
    static constexpr std::array<std::string_view, 12> then = {
        "bar", "cal", "dem", "gor", "lun", "ned", "pim", "rus", "sil", "tas", "vos", "xem"};
    std::string name(pick(random, first));
    for (std::size_t left = between(random, 1, 2); left > 0; --left) {
        name += pick(random, then);
    }
    return name;
}

} // namespace qad::lab

#endif
