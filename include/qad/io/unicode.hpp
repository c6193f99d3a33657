// SPDX-License-Identifier: MIT
// What Unicode says about characters: normal forms, case, white space, categories; by utf8proc.
#ifndef QAD_IO_UNICODE_HPP
#define QAD_IO_UNICODE_HPP

#include <qad/core/error.hpp> // fail
#include <qad/io/utf8.hpp>    // next_utf8

#include <utf8proc.h> // utf8proc_map, utf8proc_category

#include <array>   // array
#include <cstdlib> // free

namespace qad {

// A character that is younger than the Unicode version of a library counts as unassigned there:
// no letter, its own normal form. utf8proc 2.8 knows Unicode 15, PCRE2 10.42 knows 14, and the
// tokenizers package of 2026 knows 16.

/// Unicode Standard Annex 15: composed or decomposed, canonically or by compatibility.
enum class normal_form { nfc, nfd, nfkc, nfkd };

namespace detail {

/// utf8proc's work on a valid text that stands alone.
inline void append_normal(std::string& out, std::string_view text, normal_form form) {
    bool const compose = form == normal_form::nfc || form == normal_form::nfkc;
    bool const compatible = form == normal_form::nfkc || form == normal_form::nfkd;
    auto const options = static_cast<utf8proc_option_t>(
        UTF8PROC_STABLE | (compose ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) |
        (compatible ? UTF8PROC_COMPAT : 0));
    utf8proc_uint8_t* made = nullptr;
    auto const length =
        utf8proc_map(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &made, options);
    if (length < 0) {
        fail("a text has no normal form, says utf8proc: ", utf8proc_errmsg(length));
    }
    out.append(reinterpret_cast<char const*>(made), static_cast<std::size_t>(length));
    std::free(made);
}

} // namespace detail

/// The text in a normal form. Bytes that are no UTF-8 stay as they are.
///
/// Nothing before an ASCII character combines with it, so a text may be cut there: only
/// stretches that contain a character which can change are handed to utf8proc.
inline std::string to_normal_form(std::string_view text, normal_form form) {
    // The first character that each form changes: U+0340, À, non-breaking space.
    char32_t const first = form == normal_form::nfc   ? 0x300
                           : form == normal_form::nfd ? 0xc0
                                                      : 0xa0;
    auto const ascii = [](char c) { return static_cast<std::uint8_t>(c) < 0x80; };
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        // One ASCII character, or none, and the others that follow it.
        std::size_t end = at + (ascii(text[at]) ? 1 : 0);
        bool changes = false, broken = false;
        while (end < text.size() && !ascii(text[end]) && !broken) {
            utf8_step const step = next_utf8(text.substr(end));
            broken = !step.valid;
            changes = changes || step.code >= first;
            end += broken ? 0 : step.length;
        }
        if (changes) {
            detail::append_normal(out, text.substr(at, end - at), form);
        } else {
            out += text.substr(at, end - at);
        }
        if (broken) { out += text[end++]; }
        at = end;
    }
    return out;
}

/// Unicode's property White_Space.
constexpr bool is_white_space(char32_t c) {
    return c == ' ' || (c >= 9 && c <= 13) ||
           (c >= 0x85 &&
            (c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
             c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000));
}

/// The white space of a pattern: what stands between brackets for is_white_space.
inline constexpr char const* white_space_class =
    R"(\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
/// What words consist of (Unicode Technical Standard 18, annex C: \w), likewise; the ranges are
/// the symbols that are alphabetic, circled letters and their like.
inline constexpr char const* word_class =
    R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149})"
    R"(\x{1f150}-\x{1f169}\x{1f170}-\x{1f189})";

/// Bytes of the white space that ends at, or begins at, a place; 0 if there is none.
constexpr std::size_t space_before(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < 4 && (text[--begin] & 0xc0) == 0x80) {}
    if (begin == at) { return 0; }
    utf8_step const step = next_utf8(text.substr(begin, at - begin));
    return step.valid && step.length == at - begin && is_white_space(step.code) ? step.length
                                                                                : 0;
}
constexpr std::size_t space_after(std::string_view text, std::size_t at) {
    if (at >= text.size()) { return 0; }
    utf8_step const step = next_utf8(text.substr(at));
    return step.valid && is_white_space(step.code) ? step.length : 0;
}

/// Each character's lower case, without regard to its neighbours.
inline std::string to_lower(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        utf8_step const step = next_utf8(text);
        if (!step.valid) {
            out += text.substr(0, step.length);
        } else if (step.code == 0x130) { // the only one whose lower case is two characters
            out += "i\xcc\x87";
        } else {
            append_utf8(out, static_cast<char32_t>(
                                 utf8proc_tolower(static_cast<utf8proc_int32_t>(step.code))));
        }
        text.remove_prefix(step.length);
    }
    return out;
}

} // namespace qad

#endif
