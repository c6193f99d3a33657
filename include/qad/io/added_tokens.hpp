// SPDX-License-Identifier: MIT
// Tokens that are found in the text before anything else: <|begin_of_text|> and its like.
#ifndef QAD_IO_ADDED_TOKENS_HPP
#define QAD_IO_ADDED_TOKENS_HPP

#include <qad/io/regex.hpp> // regex
#include <qad/io/utf8.hpp>  // next_utf8

#include <algorithm> // sort
#include <array>     // array
#include <cstdint>   // int32_t
#include <vector>    // vector

namespace qad {

/// One entry of "added_tokens" in a tokenizer.json.
struct added_token {
    std::string content;
    std::int32_t id = 0;
    bool special = false;     ///< not shown in decoded text
    bool single_word = false; ///< not inside a word
    bool lstrip = false;      ///< swallows the white space before it
    bool rstrip = false;      ///< swallows the white space after it
    bool normalized = false;  ///< looked for in the second pass
};

/// Finds added tokens in text: from left to right, the longest at each place. Those that are
/// not `normalized` come first, the others are looked for in what is left.
class added_tokens {
  public:
    added_tokens() = default;
    explicit added_tokens(std::vector<added_token> tokens) : tokens_(std::move(tokens)) {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            auto const lead = static_cast<std::uint8_t>(tokens_[i].content[0]);
            by_lead_[tokens_[i].normalized][lead].push_back(i);
        }
        for (auto& pass : by_lead_) {
            for (auto& same_lead : pass) {
                std::sort(same_lead.begin(), same_lead.end(), [this](auto a, auto b) {
                    return tokens_[a].content.size() > tokens_[b].content.size();
                });
            }
        }
    }

    std::vector<added_token> const& tokens() const { return tokens_; }

    /// Calls on_text(part) and on_token(token) in the order of the text. With `special` false
    /// special tokens are text like any other.
    template <class Text, class Token>
    void split(std::string_view text, bool special, Text const& on_text,
               Token const& on_token) const {
        auto const second = [&](std::string_view part) {
            pass(1, part, special, on_text, on_token);
        };
        pass(0, text, special, second, on_token);
    }

  private:
    template <class Text, class Token>
    void pass(std::size_t which, std::string_view text, bool special, Text const& on_text,
              Token const& on_token) const {
        std::size_t done = 0; // text before it has been handed over
        for (std::size_t at = 0; at < text.size();) {
            added_token const* token = match(which, text.substr(at), special);
            std::size_t const end = token ? at + token->content.size() : at + 1;
            if (!token || (token->single_word && inside_word(text, at, end))) {
                at = end;
                continue;
            }
            std::size_t begin = at;
            while (token->lstrip && begin > done && space_before(text, begin) > 0) {
                begin -= space_before(text, begin);
            }
            begin = std::max(begin, done);
            if (begin > done) { on_text(text.substr(done, begin - done)); }
            on_token(*token);
            done = end;
            while (token->rstrip && space_after(text, done) > 0) {
                done += space_after(text, done);
            }
            at = done;
        }
        if (done < text.size()) { on_text(text.substr(done)); }
    }

    added_token const* match(std::size_t which, std::string_view text, bool special) const {
        for (std::size_t i : by_lead_[which][static_cast<std::uint8_t>(text[0])]) {
            added_token const& token = tokens_[i];
            if ((special || !token.special) && text.starts_with(token.content)) {
                return &token;
            }
        }
        return nullptr;
    }

    /// Bytes of the white space that ends at, or begins at, a place; 0 if there is none.
    static std::size_t space_before(std::string_view text, std::size_t at) {
        std::size_t begin = at;
        while (begin > 0 && at - begin < 4 && (text[--begin] & 0xc0) == 0x80) {}
        return begin < at && is_space(text.substr(begin, at - begin)) ? at - begin : 0;
    }
    static std::size_t space_after(std::string_view text, std::size_t at) {
        if (at == text.size()) { return 0; }
        std::size_t const length = next_utf8(text.substr(at)).length;
        return is_space(text.substr(at, length)) ? length : 0;
    }
    static bool is_space(std::string_view character) {
        utf8_step const step = next_utf8(character);
        char32_t const c = step.code;
        return step.valid && (c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 ||
                              c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
                              c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000);
    }
    static bool inside_word(std::string_view text, std::size_t begin, std::size_t end) {
        static regex const word("[\\p{L}\\p{M}\\p{N}\\p{Pc}]", "qad");
        std::size_t before = begin;
        while (before > 0 && begin - before < 4 && (text[--before] & 0xc0) == 0x80) {}
        auto const is_word = [](std::string_view character) {
            return !character.empty() && next_utf8(character).valid &&
                   word.occurs_in(character);
        };
        std::size_t const length = end < text.size() ? next_utf8(text.substr(end)).length : 0;
        return is_word(text.substr(before, begin - before)) ||
               is_word(text.substr(end, length));
    }

    std::vector<added_token> tokens_;
    std::array<std::array<std::vector<std::size_t>, 256>, 2> by_lead_; // longest first
};

} // namespace qad

#endif
