// SPDX-License-Identifier: MIT
// A memo as sections and sentences, and the numbers that a sentence claims.
#ifndef QAD_DECIDE_SENTENCES_HPP
#define QAD_DECIDE_SENTENCES_HPP

#include <qad/decide/amounts.hpp> // mentions, numbers_in
#include <qad/decide/tables.hpp>  // lines_in, trimmed

namespace qad {

/// The lines below the first heading that has one of the words, up to the next heading of its
/// level or a higher one.
inline std::string section_of(std::string_view text,
                              std::initializer_list<std::string_view> words) {
    std::string body;
    std::size_t level = 0;
    for (std::string const& line : lines_in(text)) {
        std::size_t const depth = line.find_first_not_of('#');
        bool const heading = depth != line.npos && depth > 0 && line[depth] == ' ';
        if (heading && level > 0 && depth <= level) { return body; }
        if (heading && level == 0 && mentions(line, words)) {
            level = depth;
            continue;
        }
        if (level > 0) { body += line + "\n"; }
    }
    return body;
}

/// Its sentences; headings and empty lines are none.
inline std::vector<std::string> sentences_in(std::string_view text) {
    std::vector<std::string> list;
    for (std::string const& line : lines_in(text)) {
        if (trimmed(line).empty() || line.starts_with('#')) { continue; }
        std::size_t from = line.find_first_not_of(" -");
        for (std::size_t at = line.find(". ", from); at != line.npos;
             at = line.find(". ", at + 1)) {
            bool const numbering = line.find_first_not_of("0123456789", from) == at;
            if (numbering) {
                from = at + 2;
                continue;
            }
            list.push_back(line.substr(from, at + 1 - from));
            from = at + 2;
        }
        if (from < line.size()) { list.push_back(line.substr(from)); }
    }
    return list;
}

/// The numbers that a sentence claims: not those of code, chapters, headings, the size that
/// names a model ("7B"), and the 95 % of an interval.
inline std::vector<written_number> claimed_numbers(std::string const& sentence) {
    std::string plain;
    bool code = false, bracket = false;
    for (char c : sentence) {
        if (c == '`') { code = !code; }
        if (c == '[') { bracket = true; }
        plain += code || bracket || c == '`' ? '_' : c;
        if (c == ']') { bracket = false; }
    }
    std::vector<written_number> list;
    for (written_number const& n : numbers_in(plain)) {
        std::string const before = lower(
            plain.substr(n.begin > 12 ? n.begin - 12 : 0, std::min<std::size_t>(n.begin, 12)));
        bool const address = before.ends_with("chapter ") || before.ends_with("module ") ||
                             before.ends_with("section ") || before.ends_with("week ") ||
                             before.ends_with("seed ") || before.ends_with("§");
        bool const confidence = n.text == "95" && plain.substr(n.end).starts_with(" %");
        bool const name = plain.substr(n.end).starts_with("B") && n.unit.empty();
        if (!address && !confidence && !name) { list.push_back(n); }
    }
    return list;
}

} // namespace qad

#endif
