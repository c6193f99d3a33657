// SPDX-License-Identifier: MIT
// The words of a template, read one after the other.
#ifndef QAD_IO_JINJA_WORDS_HPP
#define QAD_IO_JINJA_WORDS_HPP

#include <qad/io/jinja_lexer.hpp> // word

#include <algorithm> // min

namespace qad::jinja {

/// The words of a template and a place among them.
class word_reader {
  public:
    word_reader(std::vector<word> words, std::string where)
        : words_(std::move(words)), where_(std::move(where)) {}

    word const& peek(std::size_t ahead = 0) const {
        return words_[std::min(at_ + ahead, words_.size() - 1)];
    }
    word next() { return words_[std::min(at_++, words_.size() - 1)]; }
    bool is(word_kind kind, std::string_view text) const {
        return peek().kind == kind && peek().text == text;
    }
    bool is_name(std::string_view text) const { return is(word_kind::name, text); }
    bool take(std::string_view sign) { return skip(word_kind::sign, sign); }
    bool take_name(std::string_view name) { return skip(word_kind::name, name); }
    void want(std::string_view sign) {
        if (!take(sign)) { refuse("expected '", sign, "', found ", found()); }
    }
    std::string want_name() {
        if (peek().kind != word_kind::name) { refuse("expected a name, found ", found()); }
        return next().text;
    }
    void want(word_kind kind, char const* what) {
        if (peek().kind != kind) { refuse("expected ", what, ", found ", found()); }
        next();
    }
    std::string found() const {
        auto const kind = peek().kind;
        return kind == word_kind::end ? "the end of the template"
               : peek().text.empty()  ? "the end of the tag"
                                      : "'" + peek().text.substr(0, 40) + "'";
    }
    template <class... Parts> [[noreturn]] void refuse(Parts const&... parts) const {
        fail<format_error>(where_, " line ", peek().line, ": ", parts...);
    }

  private:
    bool skip(word_kind kind, std::string_view text) {
        bool const here = is(kind, text);
        at_ += here;
        return here;
    }
    std::vector<word> words_;
    std::string where_;
    std::size_t at_ = 0;
};

} // namespace qad::jinja

#endif
