// SPDX-License-Identifier: MIT
// Numbers with units in text that people wrote: what a report says about memory.
#ifndef QAD_DECIDE_AMOUNTS_HPP
#define QAD_DECIDE_AMOUNTS_HPP

#include <qad/core/size.hpp> // index_t

#include <algorithm>   // max
#include <cmath>       // pow, fabs
#include <cstdlib>     // strtod
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad {

/// A number as it stands in a text, with the word behind it.
struct written_number {
    double value = 0;
    int decimals = 0;
    std::string text, unit;         ///< "0.000191", "GB"; no unit: the next word in lower case
    std::size_t begin = 0, end = 0; ///< where the number stands …
    std::size_t after = 0;          ///< … and where its unit ends
};

/// Bytes of a unit of memory; 0 for any other word.
constexpr double unit_bytes(std::string_view unit) {
    struct size {
        std::string_view name;
        double bytes;
    };
    constexpr size sizes[] = {{"B", 1},          {"bytes", 1},    {"byte", 1},
                              {"kB", 1e3},       {"KB", 1e3},     {"MB", 1e6},
                              {"GB", 1e9},       {"TB", 1e12},    {"KiB", 1024.},
                              {"MiB", 1048576.}, {"GiB", 0x1p30}, {"TiB", 0x1p40}};
    for (size const& s : sizes) {
        if (s.name == unit) { return s.bytes; }
    }
    return 0;
}

/// Every number of a line. Digits inside a word (int4, r8, Q4_0) are no number, and "70B"
/// without a space is a number of parameters, so its unit is "" and its value 70e9.
inline std::vector<written_number> numbers_in(std::string_view line) {
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    auto const letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    std::vector<written_number> found;
    for (std::size_t at = 0; at < line.size();) {
        char const before = at > 0 ? line[at - 1] : ' ';
        char const further = at > 1 ? line[at - 2] : ' ';
        bool const dashed = before == '-' && !letter(further);
        bool const inside = letter(before) || digit(before) || before == '.' || before == '-';
        if (!digit(line[at]) || (inside && !dashed)) {
            ++at;
            continue;
        }
        written_number n;
        n.begin = at;
        std::string plain;
        bool point = false;
        while (at < line.size()) { // 1,234.5
            bool const more = at + 1 < line.size() && digit(line[at + 1]);
            if (line[at] == '.' && more && !point) {
                point = true;
            } else if (!digit(line[at]) && !(line[at] == ',' && more && !point)) {
                break;
            }
            if (line[at] != ',') { plain += line[at]; }
            if (point && line[at] != '.') { ++n.decimals; }
            ++at;
        }
        if (at + 1 < line.size() && (line[at] == 'e' || line[at] == 'E') &&
            (digit(line[at + 1]) || (line[at + 1] == '-' && at + 2 < line.size()))) {
            plain += line[at++];
            plain += line[at++];
            while (at < line.size() && digit(line[at])) { plain += line[at++]; }
        }
        n.end = at;
        n.text = std::string(line.substr(n.begin, at - n.begin));
        n.value = std::strtod(plain.c_str(), nullptr);
        if (dashed && !digit(further)) { n.value = -n.value; } // a sign, not 2-7
        bool const spaced = at < line.size() && line[at] == ' ';
        std::size_t word = spaced ? at + 1 : at;
        if (line.substr(word).starts_with("\xc2\xa0")) { word += 2; } // a space that holds
        std::size_t end = word;
        while (end < line.size() && letter(line[end])) { ++end; }
        n.unit = std::string(line.substr(word, end - word));
        n.after = n.unit.empty() ? n.end : end;
        if (!spaced && (n.unit == "B" || n.unit == "b")) {
            n.value *= 1e9;
            n.unit.clear();
        } else if (!spaced && (n.unit == "K" || n.unit == "k")) {
            n.value *= n.unit == "K" ? 1024 : 1000;
            n.unit.clear();
        } else if (unit_bytes(n.unit) == 0) {
            for (char& c : n.unit) {
                if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c + 32); }
            }
        }
        found.push_back(n);
    }
    return found;
}

/// Does a written amount mean this? Within 1 %, or half of its last digit: "35 GB" is 34.5 to
/// 35.5. GB and GiB are 7 % apart, so a wrong unit is seen.
inline bool means(written_number const& n, double unit, double bytes) {
    double const half = 0.5 * std::pow(10.0, -n.decimals) * unit;
    return std::fabs(n.value * unit - bytes) <= std::max(0.01 * std::fabs(bytes), half) &&
           n.value > 0;
}
inline bool means(written_number const& n, double bytes) {
    double const unit = unit_bytes(n.unit);
    return unit > 0 && means(n, unit, bytes);
}

/// The amounts of memory in a line.
inline std::vector<written_number> amounts_in(std::string_view line) {
    std::vector<written_number> list;
    for (written_number const& n : numbers_in(line)) {
        if (unit_bytes(n.unit) > 0) { list.push_back(n); }
    }
    return list;
}

inline std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c + 32); }
    }
    return out;
}

/// Is one of the words (in lower case) in the text? Words, not parts: "int4" is not in "int48".
inline bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
    std::string const all = lower(text);
    auto const part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    for (std::string_view word : words) {
        for (auto at = all.find(word); at != all.npos; at = all.find(word, at + 1)) {
            std::size_t const end = at + word.size();
            bool const starts = at == 0 || !part(all[at - 1]) || !part(word.front());
            if (starts && (end == all.size() || !part(all[end]) || !part(word.back()))) {
                return true;
            }
        }
    }
    return false;
}

/// Bits of the number formats that a text names, without scales.
inline std::vector<double> formats_in(std::string_view text) {
    std::vector<double> bits;
    if (mentions(text, {"fp32", "float32", "f32", "32-bit"})) { bits.push_back(32); }
    if (mentions(text, {"fp16", "bf16", "float16", "bfloat16", "f16", "16-bit"})) {
        bits.push_back(16);
    }
    if (mentions(text, {"int8", "8-bit", "q8_0", "w8a8", "w8a16"})) { bits.push_back(8); }
    if (mentions(text, {"int4", "4-bit", "nf4", "q4_0", "q4_k_m", "q4_k", "w4a16"})) {
        bits.push_back(4);
    }
    if (mentions(text, {"int3", "3-bit"})) { bits.push_back(3); }
    return bits;
}

} // namespace qad

#endif
