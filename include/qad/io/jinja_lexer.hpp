// SPDX-License-Identifier: MIT
// The text of a Jinja template, cut into what it prints and the words of its tags.
#ifndef QAD_IO_JINJA_LEXER_HPP
#define QAD_IO_JINJA_LEXER_HPP

#include <qad/core/error.hpp> // fail
#include <qad/io/utf8.hpp>    // append_utf8

#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad::jinja {

enum class word_kind { data, print, print_end, tag, tag_end, name, text, number, sign, end };

/// One word: `data` between tags, `{{`, `}}`, `{%`, `%}`, and what stands inside.
struct word {
    word_kind kind = word_kind::end;
    std::string text = {};
    int line = 0;
};

/// White space as Python's str.strip() takes it away: the length in bytes of the one that a
/// text begins with, else 0.
inline std::size_t space_at(std::string_view text) {
    if (text.empty()) { return 0; }
    utf8_step const step = next_utf8(text);
    char32_t const c = step.code;
    bool const is = (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
                    c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
                    c == 0x202f || c == 0x205f || c == 0x3000;
    return step.valid && is ? step.length : 0;
}
/// The text without the white space at its front, or at its back.
inline std::string_view without_front(std::string_view text) {
    for (std::size_t n; (n = space_at(text)) > 0;) { text.remove_prefix(n); }
    return text;
}
inline std::string_view without_back(std::string_view text) {
    while (!text.empty()) {
        std::size_t begin = text.size() - 1;
        while (begin > 0 && text.size() - begin < 4 && (text[begin] & 0xc0) == 0x80) {
            --begin;
        }
        if (space_at(text.substr(begin)) != text.size() - begin) { break; }
        text = text.substr(0, begin);
    }
    return text;
}

/// Cuts a template as Jinja 3.1 does with the settings of Hugging Face (trim_blocks and
/// lstrip_blocks: a tag alone on its line leaves no trace; `-` eats white space on its side).
class lexer {
  public:
    lexer(std::string_view source, std::string const& where) : where_(where) {
        for (std::size_t i = 0; i < source.size(); ++i) { // every line ends with \n alone
            bool const pair = source[i] == '\r' && source.substr(i + 1).starts_with('\n');
            if (!pair) { source_ += source[i] == '\r' ? '\n' : source[i]; }
        }
        if (source_.ends_with('\n')) { source_.pop_back(); } // as keep_trailing_newline=False
    }

    std::vector<word> words() {
        bool line_starts = true;
        while (at_ < source_.size()) {
            // Text up to the next tag.
            std::size_t open = source_.find('{', at_);
            while (open != npos && !is_one_of(open + 1, "{%#")) {
                open = source_.find('{', open + 1);
            }
            std::string_view data = std::string_view(source_).substr(at_, open - at_);
            std::size_t const length = data.size();
            char const kind = open == npos ? ' ' : source_[open + 1];
            char const sign =
                open != npos && is_one_of(open + 2, "-+") ? source_[open + 2] : ' ';
            if (sign == '-') {
                data = without_back(data);
            } else if (sign != '+' && (kind == '%' || kind == '#')) {
                std::size_t const line = data.rfind('\n') + 1; // 0 where there is none
                bool const whole = line > 0 || line_starts;
                if (whole && without_front(data.substr(line)).empty()) {
                    data = data.substr(0, line);
                }
            }
            add(word_kind::data, std::string(data));
            pass(length);
            if (open == npos) { break; }
            // The tag.
            pass(sign == ' ' ? 2 : 3);
            if (kind == '#') {
                std::size_t const end = source_.find("#}", at_);
                if (end == npos) { refuse("a comment has no end"); }
                char const last = end > at_ ? source_[end - 1] : ' ';
                pass(end + 2 - at_);
                leave(last == '-', last != '+');
            } else {
                add(kind == '%' ? word_kind::tag : word_kind::print, "");
                inside(kind == '%' ? "%}" : "}}");
            }
            line_starts = source_[at_ - 1] == '\n';
        }
        add(word_kind::end, "");
        return std::move(words_);
    }

  private:
    static constexpr std::size_t npos = std::string::npos;

    template <class... Parts> [[noreturn]] void refuse(Parts const&... parts) const {
        fail<format_error>(where_, " line ", line_, ": ", parts...);
    }
    bool is_one_of(std::size_t at, std::string_view chars) const {
        return at < source_.size() && chars.find(source_[at]) != npos;
    }
    std::string_view rest() const { return std::string_view(source_).substr(at_); }
    void add(word_kind kind, std::string text) {
        if (kind != word_kind::data || !text.empty()) {
            words_.push_back({kind, std::move(text), line_});
        }
    }
    void pass(std::size_t count) {
        for (; count > 0; --count) { line_ += source_[at_++] == '\n'; }
    }
    /// After a tag: `-` eats all white space, a tag of one line eats the end of that line.
    void leave(bool eats, bool line) {
        if (eats) {
            pass(rest().size() - without_front(rest()).size());
        } else if (line && rest().starts_with('\n')) {
            pass(1);
        }
    }

    /// The words up to `close`, which counts only outside brackets.
    void inside(std::string_view close) {
        std::string open;
        while (true) {
            pass(rest().size() - without_front(rest()).size());
            if (rest().empty()) { refuse("a tag has no end"); }
            char const c = source_[at_];
            bool const signed_end =
                (c == '-' || c == '+') && rest().substr(1).starts_with(close);
            if (open.empty() && (rest().starts_with(close) || signed_end)) {
                bool const block = close == "%}";
                pass(signed_end ? 3 : 2);
                add(block ? word_kind::tag_end : word_kind::print_end, "");
                return leave(signed_end && c == '-', block && !(signed_end && c == '+'));
            }
            auto const run = [&](auto&& belongs) {
                std::size_t n = 1;
                while (n < rest().size() && belongs(rest()[n])) { ++n; }
                return std::string(rest().substr(0, n));
            };
            auto const digit = [](char x) { return x >= '0' && x <= '9'; };
            auto const letter = [](char x) {
                return x == '_' || (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z');
            };
            if (letter(c)) {
                add(word_kind::name, run([&](char x) { return letter(x) || digit(x); }));
                pass(words_.back().text.size());
            } else if (digit(c)) {
                add(word_kind::number, run(digit));
                pass(words_.back().text.size());
            } else if (c == '\'' || c == '"') {
                quoted(c);
            } else {
                std::string sign(1, c);
                for (std::string_view two : {"==", "!=", "<=", ">=", "//", "**"}) {
                    if (rest().starts_with(two)) { sign = two; }
                }
                if (std::string_view("+-*/%~[](){}=<>.:|,").find(c) == npos && sign != "!=") {
                    refuse("'", sign, "' is no sign of Jinja");
                }
                if (c == '(' || c == '[' || c == '{') {
                    open += c == '(' ? ')' : c == '[' ? ']' : '}';
                } else if (c == ')' || c == ']' || c == '}') {
                    if (!open.ends_with(c)) { refuse("'", sign, "' closes nothing"); }
                    open.pop_back();
                }
                add(word_kind::sign, sign);
                pass(sign.size());
            }
        }
    }

    /// Text between quotes, with the escapes of Python.
    void quoted(char quote) {
        std::string text;
        int const begin = line_;
        pass(1);
        while (true) {
            if (rest().empty()) { refuse("text that began in line ", begin, " has no end"); }
            char const c = source_[at_];
            pass(1);
            if (c == quote) { break; }
            if (c != '\\' || rest().empty()) {
                text += c;
                continue;
            }
            char const escape = source_[at_];
            pass(1);
            if (escape == 'n') {
                text += '\n';
            } else if (escape == 't') {
                text += '\t';
            } else if (escape == 'r') {
                text += '\r';
            } else if (escape == '\\' || escape == '\'' || escape == '"') {
                text += escape;
            } else if (escape == 'u') {
                append_utf8(text, hexadecimal(4));
            } else if (escape == 'x') {
                append_utf8(text, hexadecimal(2));
            } else {
                refuse("the escape \\", std::string(1, escape), " is not supported");
            }
        }
        add(word_kind::text, std::move(text));
    }
    char32_t hexadecimal(std::size_t digits) {
        char32_t code = 0;
        for (std::size_t i = 0; i < digits; ++i, pass(1)) {
            auto const at = std::string_view("0123456789abcdefABCDEF")
                                .find(rest().empty() ? ' ' : source_[at_]);
            if (at == npos) { refuse("an escape lacks digits"); }
            code = code * 16 + static_cast<char32_t>(at < 16 ? at : at - 6);
        }
        if (code >= 0xd800 && code < 0xe000) { refuse("an escape names half a character"); }
        return code;
    }

    std::string source_;
    std::string where_;
    std::size_t at_ = 0;
    int line_ = 1;
    std::vector<word> words_;
};

} // namespace qad::jinja

#endif
