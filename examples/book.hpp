// SPDX-License-Identifier: MIT
// How an example hands numbers to the text beside it: it prints for people, and when the book is
// woven also says each number that a sentence quotes, by name.
#ifndef QAD_EXAMPLES_BOOK_HPP
#define QAD_EXAMPLES_BOOK_HPP

#include <cstdio>  // fopen
#include <cstdlib> // getenv
#include <initializer_list>
#include <string>

namespace book {

/// A number as text: fixed(2.684, 2) is "2.68".
inline std::string fixed(double value, int digits = 0) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

/// 70553706496 as "70,553,706,496".
inline std::string grouped(long long value) {
    std::string digits = std::to_string(value < 0 ? -value : value), out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        out += (i > 0 && (digits.size() - i) % 3 == 0 ? "," : "") + digits.substr(i, 1);
    }
    return value < 0 ? "-" + out : out;
}

/// Appends a line to a file of the book that is being woven; nothing where none is.
inline void hand_over(std::string const& file, std::string const& line) {
    char const* const folder = std::getenv("QAD_BOOK");
    if (!folder) { return; }
    if (std::FILE* out = std::fopen((std::string(folder) + "/" + file).c_str(), "a")) {
        std::fprintf(out, "%s\n", line.c_str());
        std::fclose(out);
    }
}

/// A number that follows from definitions: the same for everybody, for ever.
inline void theorem(std::string const& name, std::string const& text) {
    hand_over("values", name + "\tt\t" + text);
}
/// A number that this program has measured, on draws of its own or on a model.
inline void measured(std::string const& name, std::string const& text) {
    hand_over("values", name + "\tm\t" + text);
}

/// A line of data for the picture NAME.gp of the section.
inline void plot(std::string const& name, std::initializer_list<double> numbers) {
    std::string line;
    for (double x : numbers) {
        char text[40];
        std::snprintf(text, sizeof text, "%.9g", x);
        line += (line.empty() ? "" : " ") + std::string(text);
    }
    hand_over(name + ".dat", line);
}
/// A line of words and numbers, and (empty) what parts two blocks of data.
inline void plot(std::string const& name, std::string const& line) {
    hand_over(name + ".dat", line);
}

} // namespace book

#endif
