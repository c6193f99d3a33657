// SPDX-License-Identifier: MIT
// Regular expressions with Unicode classes, by PCRE2.
#ifndef QAD_IO_REGEX_HPP
#define QAD_IO_REGEX_HPP

#include <qad/core/error.hpp> // fail
#include <qad/io/unicode.hpp> // white_space_class
#include <qad/io/utf8.hpp>    // each_stretch

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h> // pcre2_match

#include <algorithm>   // min
#include <memory>      // unique_ptr
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// A compiled pattern over UTF-8, in which \p{L}, \s and case mean what Unicode says. Compiled
/// to machine code where PCRE2 can; may be used by several threads.
class regex {
  public:
    /// `where` names the file in messages. With `literal` the pattern is plain text.
    regex(std::string const& pattern, std::string const& where, bool literal = false)
        : where_(where) {
        int problem = 0;
        PCRE2_SIZE at = 0;
        // Literal patterns allow no Unicode-property option: there is nothing to apply it to.
        std::uint32_t const options = PCRE2_UTF | (literal ? PCRE2_LITERAL : PCRE2_UCP);
        std::string const spelled = literal ? pattern : with_unicode_space(pattern);
        code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(spelled.data()), spelled.size(),
                                  options, &problem, &at, nullptr));
        if (!code_) {
            fail<format_error>(where, ": the regular expression ", pattern,
                               " is not understood at "
                               "character ",
                               at, ": ", explain(problem));
        }
        pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE); // else it is interpreted
    }

    /// Cuts `text` into matches and what lies between them, and calls piece(part, matched) on
    /// each in order. An empty match cuts where it stands. A byte that is no UTF-8 matches
    /// nothing and is a piece of its own.
    template <class Piece> void each_piece(std::string_view text, Piece const& piece) const {
        each_stretch(
            text, [&](std::string_view valid) { each_piece_of_valid(valid, piece); },
            [&](std::string_view byte) { piece(byte, false); });
    }

    /// Whether the pattern matches somewhere.
    bool occurs_in(std::string_view text) const { return find(text, 0).begin <= text.size(); }

  private:
    struct range {
        std::size_t begin, end;
    };
    struct release {
        void operator()(pcre2_code* code) const { pcre2_code_free(code); }
        void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
        void operator()(pcre2_match_context* limits) const { pcre2_match_context_free(limits); }
    };

    template <class Piece>
    void each_piece_of_valid(std::string_view text, Piece const& piece) const {
        std::size_t rest = 0, from = 0; // text before `rest` has been handed over
        while (from < text.size()) {
            auto const [begin, end] = find(text, from);
            if (begin >= text.size()) { break; }
            if (begin > rest) { piece(text.substr(rest, begin - rest), false); }
            if (begin < end) { piece(text.substr(begin, end - begin), true); }
            rest = from = end;
            if (begin == end) { // look one character further
                ++from;
                while (from < text.size() && (text[from] & 0xc0) == 0x80) { ++from; }
            }
        }
        if (rest < text.size()) { piece(text.substr(rest), false); }
    }

    /// The pattern with \s and \S spelled out: PCRE2 also counts U+180E, which is no longer
    /// white space since Unicode 6.3.
    static std::string with_unicode_space(std::string const& pattern) {
        std::string out;
        bool in_class = false;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            char const c = pattern[i], next = i + 1 < pattern.size() ? pattern[i + 1] : ' ';
            if (c == '\\' && (next == 's' || next == 'S')) {
                out += in_class ? (next == 's' ? white_space_class : "\\S\\x{180e}")
                                : text(next == 's' ? "[" : "[^", white_space_class, "]");
                ++i;
                continue;
            }
            out += c;
            if (c == '\\' && i + 1 < pattern.size()) {
                out += pattern[++i];
            } else if (c == '[' && in_class && next == ':') { // [[:alpha:]]
                std::size_t const end = std::min(pattern.find(":]", i), pattern.size() - 2);
                out += pattern.substr(i + 1, end + 1 - i);
                i = end + 1;
            } else if (c == '[') {
                in_class = true;
            } else if (c == ']') {
                in_class = false;
            }
        }
        return out;
    }

    /// The first match at or after `from`; {npos, npos} where there is none.
    range find(std::string_view text, std::size_t from) const {
        thread_local std::unique_ptr<pcre2_match_data, release> const data(
            pcre2_match_data_create(1, nullptr));
        // Memory in proportion to the text: a thousand groups would take 20 MB for any.
        thread_local std::unique_ptr<pcre2_match_context, release> const limits(
            pcre2_match_context_create(nullptr));
        auto const kibibytes = std::min(text.size() / 2 + 256, std::size_t{20'000'000});
        pcre2_set_heap_limit(limits.get(), static_cast<std::uint32_t>(kibibytes));
        auto const run = [&](std::uint32_t options) {
            return pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                               text.size(), from, options | PCRE2_NO_UTF_CHECK, data.get(),
                               limits.get());
        };
        int result = run(0);
        // Machine code has a small stack; the interpreter's grows.
        if (result == PCRE2_ERROR_JIT_STACKLIMIT) { result = run(PCRE2_NO_JIT); }
        if (result == PCRE2_ERROR_NOMATCH) { return {text.npos, text.npos}; }
        if (result < 0) {
            fail(where_, ": a regular expression gave up on this text: ", explain(result));
        }
        PCRE2_SIZE const* const span = pcre2_get_ovector_pointer(data.get());
        return {span[0], span[1]};
    }
    static std::string explain(int problem) {
        PCRE2_UCHAR message[256] = {};
        pcre2_get_error_message(problem, message, sizeof message);
        return reinterpret_cast<char const*>(message);
    }

    std::string where_;
    std::unique_ptr<pcre2_code, release> code_;
};

} // namespace qad

#endif
