// SPDX-License-Identifier: MIT
// Everything that a learner is told fits a screen of 96 columns.
#ifndef QAD_LEARN_WRAP_HPP
#define QAD_LEARN_WRAP_HPP

#include <sstream>     // istringstream
#include <string>      // string
#include <string_view> // string_view

namespace qad::learn {

inline constexpr std::size_t screen = 96;

/// How many letters UTF-8 text shows.
inline std::size_t letters(std::string_view text) {
    std::size_t count = 0;
    for (char c : text) { count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0; }
    return count;
}

/// A paragraph behind a lead; its further lines are indented as far.
inline std::string wrapped(std::string const& lead, std::string const& paragraph) {
    std::istringstream words(paragraph);
    std::size_t const indent = letters(lead);
    std::string out = lead;
    std::size_t column = indent;
    for (std::string word; words >> word;) {
        bool const first = column == indent;
        if (!first && column + 1 + letters(word) > screen) {
            out += "\n" + std::string(indent, ' ') + word;
            column = indent + letters(word);
        } else {
            out += (first ? "" : " ") + word;
            column += letters(word) + (first ? 0 : 1);
        }
    }
    return out + "\n";
}

/// "   word      ", the first column of a report.
inline std::string label(std::string const& word) {
    return "   " + word + std::string(word.size() < 10 ? 10 - word.size() : 1, ' ');
}

} // namespace qad::learn

#endif
