// SPDX-License-Identifier: MIT
// A text as its words: what counts as a difference when two texts are compared loosely.
#ifndef QAD_DECIDE_WORDS_HPP
#define QAD_DECIDE_WORDS_HPP

#include <qad/io/utf8.hpp> // next_utf8

#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad {

/// The words of a text: runs of ASCII letters and digits, the letters in lower case, and of
/// code points beyond ASCII, as they are. Everything else separates: ASCII punctuation,
/// controls, Latin-1 signs (U+0080 to U+00BF, × and ÷), general punctuation (U+2000 to
/// U+206F), that of Chinese and Japanese (U+3000 to U+303F), and bytes that are no UTF-8.
///
///   "The Yarra lamp: 604.50!" → the, yarra, lamp, 604, 50
///
/// So signs and the points in numbers are not seen: use an exact comparison where they matter.
inline std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> found;
    bool inside = false;
    while (!text.empty()) {
        utf8_step const step = next_utf8(text);
        char32_t const c = step.valid ? step.code : U' ';
        bool const upper = c >= U'A' && c <= U'Z';
        bool const plain = upper || (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
        bool const sign = c < 0xc0 || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) ||
                          (c >= 0x3000 && c <= 0x303f) || c == 0xfeff;
        bool const word = plain || !sign;
        if (word && !inside) { found.emplace_back(); }
        if (upper) {
            found.back() += static_cast<char>(c + 32);
        } else if (word) {
            found.back() += text.substr(0, step.length);
        }
        inside = word;
        text.remove_prefix(step.length);
    }
    return found;
}

/// The words with one space between them: texts with the same words in the same order become
/// equal.
inline std::string normalised(std::string_view text) {
    std::string joined;
    for (std::string const& word : words(text)) {
        if (!joined.empty()) { joined += ' '; }
        joined += word;
    }
    return joined;
}

} // namespace qad

#endif
