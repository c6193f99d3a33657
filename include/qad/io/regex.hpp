// SPDX-License-Identifier: MIT
// Regular expressions with Unicode classes, by PCRE2.
#ifndef QAD_IO_REGEX_HPP
#define QAD_IO_REGEX_HPP

#include <qad/core/error.hpp> // fail

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h> // pcre2_match

#include <memory>      // unique_ptr
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// A compiled pattern over UTF-8, in which \p{L}, \s and case mean what Unicode says. Compiled
/// to machine code where PCRE2 can; may be used by several threads.
class regex {
  public:
    /// `where` names the file in messages. With `literal` the pattern is plain text.
    regex(std::string const& pattern, std::string const& where, bool literal = false) {
        int problem = 0;
        PCRE2_SIZE at = 0;
        // Literal patterns allow no Unicode-property option: there is nothing to apply it to.
        std::uint32_t const options = PCRE2_UTF | (literal ? PCRE2_LITERAL : PCRE2_UCP);
        code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                  options, &problem, &at, nullptr));
        if (!code_) {
            fail<format_error>(where, ": the regular expression ", pattern,
                               " is not understood at "
                               "character ",
                               at, ": ", explain(problem));
        }
        pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE); // else it is interpreted
    }

    /// Cuts `text`, which must be valid UTF-8, into matches and what lies between them, and
    /// calls piece(part, matched) on each in order. Empty matches cut nothing.
    template <class Piece> void each_piece(std::string_view text, Piece const& piece) const {
        std::size_t rest = 0, from = 0; // text before `rest` has been handed over
        while (from < text.size()) {
            auto const [begin, end] = find(text, from);
            if (begin == end) { // no match, or an empty one: then look one character further
                if (begin >= text.size()) { break; }
                from = begin + 1;
                while (from < text.size() && (text[from] & 0xc0) == 0x80) { ++from; }
                continue;
            }
            if (begin > rest) { piece(text.substr(rest, begin - rest), false); }
            piece(text.substr(begin, end - begin), true);
            rest = from = end;
        }
        if (rest < text.size()) { piece(text.substr(rest), false); }
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
    };

    /// The first match at or after `from`; {npos, npos} where there is none.
    range find(std::string_view text, std::size_t from) const {
        thread_local std::unique_ptr<pcre2_match_data, release> const data(
            pcre2_match_data_create(1, nullptr));
        auto const run = [&](std::uint32_t options) {
            return pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                               text.size(), from, options | PCRE2_NO_UTF_CHECK, data.get(),
                               nullptr);
        };
        int result = run(0);
        // Machine code has a small stack; the interpreter's grows.
        if (result == PCRE2_ERROR_JIT_STACKLIMIT) { result = run(PCRE2_NO_JIT); }
        if (result == PCRE2_ERROR_NOMATCH) { return {text.npos, text.npos}; }
        if (result < 0) {
            fail("a regular expression gave up on this text: ", explain(result));
        }
        PCRE2_SIZE const* const span = pcre2_get_ovector_pointer(data.get());
        return {span[0], span[1]};
    }
    static std::string explain(int problem) {
        PCRE2_UCHAR message[256] = {};
        pcre2_get_error_message(problem, message, sizeof message);
        return reinterpret_cast<char const*>(message);
    }

    std::unique_ptr<pcre2_code, release> code_;
};

} // namespace qad

#endif
