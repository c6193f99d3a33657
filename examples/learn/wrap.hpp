// SPDX-License-Identifier: MIT
// Everything that a learner is told fits a screen of 96 columns, and is ASCII where the locale
// knows no more.
#ifndef QAD_LEARN_WRAP_HPP
#define QAD_LEARN_WRAP_HPP

#include <clocale>     // setlocale
#include <langinfo.h>  // nl_langinfo
#include <ostream>     // ostream
#include <sstream>     // istringstream
#include <streambuf>   // streambuf
#include <string>      // string
#include <string_view> // string_view

namespace qad::learn {

inline constexpr std::size_t screen = 96;

inline bool speaks_utf8() {
    static bool const yes = [] {
        std::setlocale(LC_CTYPE, "");
        return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
    }();
    return yes;
}

/// The formulas of our hints, in ASCII.
inline std::string in_ascii(std::string_view text) {
    static constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"\u00b7", "*"},  {"\u2212", "-"},  {"\u00d7", "x"}, {"\u2308", "ceil("}, {"\u2309", ")"},
        {"\u230a", "floor("}, {"\u230b", ")"}, {"\u03a3", "sum "}, {"\u0175", "w^"}, {"\u2026", "..."},
        {"\u03b1", "alpha"}, {"\u03bb", "lambda"}, {"\u00b2", "^2"}, {"\u1d40", "^T"}, {"\u00b1", "+-"},
        {"\u00a7", "section "}, {"\u2264", "<="}, {"\u2260", "!="}};
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 1;
        while (at + length < text.size() &&
               (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U) {
            ++length;
        }
        std::string_view const letter = text.substr(at, length);
        std::string_view said = length == 1 ? letter : "?";
        for (auto const& [ours, theirs] : words) {
            if (letter == ours) { said = theirs; }
        }
        out += said;
        at += length;
    }
    return out;
}

/// Where nobody reads UTF-8, stands before the buffer of a stream while it lives, and lets whole lines
/// through, in ASCII.
class ascii_lines : public std::streambuf {
  public:
    explicit ascii_lines(std::ostream& out) : out_(out), behind_(out.rdbuf()) {
        if (!speaks_utf8()) { out_.rdbuf(this); }
    }
    ~ascii_lines() override {
        out_.flush();
        out_.rdbuf(behind_);
    }

  private:
    int_type overflow(int_type letter) override {
        if (letter == traits_type::eof()) { return sync(), traits_type::not_eof(letter); }
        line_ += static_cast<char>(letter);
        return letter == '\n' ? sync(), letter : letter;
    }
    int sync() override {
        auto const said = in_ascii(line_);
        line_.clear();
        behind_->sputn(said.data(), static_cast<std::streamsize>(said.size()));
        return behind_->pubsync();
    }
    std::ostream& out_;
    std::streambuf* behind_;
    std::string line_;
};

/// How many letters UTF-8 text shows.
inline std::size_t letters(std::string_view text) {
    std::size_t count = 0;
    for (char c : text) { count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0; }
    return count;
}

/// A paragraph behind a lead; its further lines are indented as far.
inline std::string wrapped(std::string const& lead, std::string const& paragraph) {
    std::istringstream words(speaks_utf8() ? paragraph : in_ascii(paragraph));
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
