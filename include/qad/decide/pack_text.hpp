// SPDX-License-Identifier: MIT
// How numbers stand in the evidence pack: grouped, with unit, in GB and in GiB.
#ifndef QAD_DECIDE_PACK_TEXT_HPP
#define QAD_DECIDE_PACK_TEXT_HPP

#include <qad/fit/storage.hpp> // storage
#include <qad/fit/units.hpp>   // byte_count

#include <cmath>  // log10
#include <cstdio> // snprintf
#include <string> // string
#include <vector> // vector

namespace qad {

/// "8,030,261,248"
inline std::string grouped(index_t number) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    for (std::size_t at = digits.size(); at > 3;) { digits.insert(at -= 3, ","); }
    return number < 0 ? "-" + digits : digits;
}

/// A number with so many significant digits and no exponent: "16.06", "0.0002054", "2,051".
inline std::string figure(double value, int significant = 4) {
    if (!std::isfinite(value)) { return "not finite"; }
    double const size = std::fabs(value);
    if (size == 0) { return "0"; }
    int const before = static_cast<int>(std::floor(std::log10(size))) + 1;
    int const after = std::max(0, significant - before);
    char digits[400];
    std::snprintf(digits, sizeof digits, "%.*f", after, value);
    if (after > 0 || size < 1000) { return digits; }
    return grouped(
        static_cast<index_t>(std::llround(std::min(size, 9e18)) * (value < 0 ? -1 : 1)));
}

inline std::string percent(double share, int significant = 3) {
    return figure(100 * share, significant) + " %";
}

/// "0.996"
inline std::string decimals(double value, int digits = 3) {
    char number[400];
    std::snprintf(number, sizeof number, "%.*f", digits, value);
    return number;
}

/// A score: "0.996", and "0.00223" where three decimals would leave little.
inline std::string score_text(double value) {
    return value != 0 && std::fabs(value) < 0.01 ? figure(value, 3) : decimals(value);
}

/// "16.06 GB"
inline std::string in_gb(byte_count size) { return figure(gigabytes(size).value) + " GB"; }
/// "16.06 GB", or "2.336 MB" (10⁶ bytes) where GB would begin with zeros.
inline std::string in_short(byte_count size) {
    bool const small = size.count < 100'000'000;
    return small ? figure(megabytes(size).value) + " MB" : in_gb(size);
}
/// "16,060,522,496 B = 16.06 GB = 14.96 GiB": no reader has to guess which of the two.
inline std::string in_bytes(byte_count size) {
    return grouped(size.count) + " B = " + in_gb(size) + " = " + figure(gibibytes(size).value) +
           " GiB";
}

/// "4 bits + a 16-bit scale for each 64"
inline std::string storage_text(storage const& s) {
    std::string words = text(s.bits, " bits");
    auto const beside = [&](double bits, char const* what) {
        if (bits <= 0) { return; }
        words += text(bits == 8 ? " + an " : " + a ", bits, "-bit ", what, " for each ",
                      s.group > 0 ? grouped(s.group) : std::string("row"));
    };
    beside(s.scale_bits, "scale");
    beside(s.zero_bits, "zero point");
    if (s.outer_group > 0) {
        words += text(" + ", s.outer_bits, " bits for each ", s.outer_group, " scales");
    }
    return words;
}

/// A line of a Markdown table; bars inside a cell are escaped.
inline std::string table_line(std::vector<std::string> const& cells) {
    std::string line = "|";
    for (std::string const& cell : cells) {
        line += ' ';
        for (char c : cell) {
            if (c == '|') { line += '\\'; }
            line += c == '\n' ? ' ' : c;
        }
        line += " |";
    }
    return line + "\n";
}
inline std::string table_head(std::vector<std::string> const& cells) {
    std::string rule = "|";
    for (std::size_t i = 0; i < cells.size(); ++i) { rule += "---|"; }
    return table_line(cells) + rule + "\n";
}

/// A line of a CSV file (RFC 4180): quoted where a comma, a quote or a line end stands in it.
inline std::string csv_line(std::vector<std::string> const& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += i ? "," : "";
        if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
            line += cells[i];
            continue;
        }
        line += '"';
        for (char c : cells[i]) { line += c == '"' ? std::string("\"\"") : std::string(1, c); }
        line += '"';
    }
    return line + "\n";
}

} // namespace qad

#endif
