// SPDX-License-Identifier: MIT
// Chapter 1.1, "Opening failure" — chapters/1-fit/README.md#s1-1
#ifndef QAD_FIT_MEMORY_TEXT_HPP
#define QAD_FIT_MEMORY_TEXT_HPP

#include <qad/fit/units.hpp> // byte_count, amount

#include <cstdio>      // snprintf
#include <cstdlib>     // strtod
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// "GB" of gigabytes.
template <index_t Unit> constexpr std::string_view unit_name(amount<Unit> = {}) {
    switch (Unit) {
    case 1: return "B";
    case 1'000: return "kB";
    case 1'000'000: return "MB";
    case 1'000'000'000: return "GB";
    case index_t{1} << 10: return "KiB";
    case index_t{1} << 20: return "MiB";
    default: return "GiB";
    }
}

/// "36.09 GB": a number never leaves without its unit.
template <index_t Unit> std::string memory_text(amount<Unit> a, int digits = 2) {
    char number[64];
    std::snprintf(number, sizeof number, "%.*f ", digits, a.value);
    return number + std::string(unit_name(a));
}

/// "36.09 GB", in the decimal unit that leaves one to three digits before the point.
inline std::string memory_text(byte_count exact) {
    index_t const size = exact.count < 0 ? -exact.count : exact.count;
    if (size < 1'000) { return std::to_string(exact.count) + " B"; }
    if (size < 1'000'000) { return memory_text(kilobytes(exact)); }
    if (size < 1'000'000'000) { return memory_text(megabytes(exact)); }
    return memory_text(gigabytes(exact));
}

/// The bytes of "80GB", "6 GiB", "512MiB", "1e9 B". A number without its unit is refused,
/// because 80 GB and 80 GiB are 7 % apart.
inline byte_count parse_memory(std::string_view written) {
    struct unit {
        std::string_view name;
        index_t size;
    };
    constexpr unit units[] = {{"KiB", index_t{1} << 10}, {"MiB", index_t{1} << 20},
                              {"GiB", index_t{1} << 30}, {"TiB", index_t{1} << 40},
                              {"kB", 1'000},             {"KB", 1'000},
                              {"MB", 1'000'000},         {"GB", 1'000'000'000},
                              {"TB", 1'000'000'000'000}, {"B", 1}};
    for (unit const& u : units) {
        if (!written.ends_with(u.name)) { continue; }
        std::string number(written.substr(0, written.size() - u.name.size()));
        while (number.ends_with(' ')) { number.pop_back(); }
        // strtod would also take "inf", "nan" and hexadecimal numbers.
        bool const plain = number.find_first_not_of("0123456789.e+-") == std::string::npos;
        char* end = nullptr;
        double const value = std::strtod(number.c_str(), &end);
        bool const whole = !number.empty() && end == number.c_str() + number.size();
        if (!plain || !whole || value < 0) { break; }
        return byte_count(amount<1>(value * static_cast<double>(u.size)));
    }
    fail("\"", written, "\" is no amount of memory; write a number and its unit, such as 80GB ",
         "or 24GiB (chapter 1.1)");
}

} // namespace qad

#endif
