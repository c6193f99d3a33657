// SPDX-License-Identifier: MIT
// Tokens that are found in the text before anything else: <|begin_of_text|> and its like.
#ifndef QAD_IO_ADDED_TOKENS_HPP
#define QAD_IO_ADDED_TOKENS_HPP

#include <qad/io/json.hpp>             // json
#include <qad/io/regex.hpp>            // regex
#include <qad/io/unicode.hpp>          // space_before, space_after
#include <qad/io/vocabulary_words.hpp> // largest_token

#include <algorithm>  // stable_sort
#include <array>      // array
#include <cstdint>    // int32_t
#include <functional> // function
#include <vector>     // vector

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

/// The member "added_tokens" of a tokenizer.json.
inline std::vector<added_token> read_added_tokens(json const& list, std::string const& where) {
    std::vector<added_token> tokens;
    for (json const& entry : list.is_array() ? list : json::array()) {
        std::string const what = where + ": added token";
        if (!entry.is_object()) { fail<format_error>(what, " must be an object"); }
        auto const flag = [&](char const* key) {
            return flag_of(member(entry, key), false, what + " " + key);
        };
        added_token token{.content = string_of(member(entry, "content"), what + " content"),
                          .id = static_cast<std::int32_t>(
                              integer_in(member(entry, "id"), 0, largest_token, what + " id")),
                          .special = flag("special"),
                          .single_word = flag("single_word"),
                          .lstrip = flag("lstrip"),
                          .rstrip = flag("rstrip"),
                          .normalized = flag("normalized")};
        if (token.content.empty()) { fail<format_error>(what, " ", token.id, " is empty"); }
        tokens.push_back(std::move(token));
    }
    return tokens;
}

/// Finds added tokens in text: from left to right, the longest at each place. Those that are
/// not `normalized` come first; the others are looked for in what is left, after it has been
/// normalized, as they would be themselves.
class added_tokens {
  public:
    /// What a tokenizer does to texts before it cuts them.
    using change = std::function<std::string(std::string_view)>;

    added_tokens() = default;
    explicit added_tokens(std::vector<added_token> tokens, change normalize = {})
        : tokens_(std::move(tokens)), normalize_(std::move(normalize)) {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            bool const second = tokens_[i].normalized;
            std::string const& content = tokens_[i].content;
            looked_for_.push_back(second && normalize_ ? normalize_(content) : content);
            if (looked_for_[i].empty()) { continue; } // normalized away
            by_lead_[second][static_cast<std::uint8_t>(looked_for_[i][0])].push_back(i);
        }
        for (auto& pass : by_lead_) {
            for (auto& same_lead : pass) {
                std::stable_sort(same_lead.begin(), same_lead.end(), [this](auto a, auto b) {
                    return looked_for_[a].size() > looked_for_[b].size();
                });
            }
        }
    }

    std::vector<added_token> const& tokens() const { return tokens_; }
    /// What is looked for in the text for the token at place i.
    std::string const& looked_for(std::size_t i) const { return looked_for_[i]; }

    /// Calls on_text(part, first) with normalized text, where `first` says that nothing stands
    /// before it, and on_token(token), in the order of the text. With `special` false special
    /// tokens are text like any other.
    template <class Text, class Token> void split(std::string_view text, bool special,
                                                  Text const& on_text,
                                                  Token const& on_token) const {
        pass(0, text, special, on_token, [&](std::string_view part) {
            bool const first = part.data() == text.data();
            std::string changed;
            if (normalize_) { part = changed = normalize_(part); }
            pass(1, part, special, on_token, [&](std::string_view rest) {
                on_text(rest, first && rest.data() == part.data());
            });
        });
    }

  private:
    /// A token that is found but not wanted is passed over as a whole, and the search goes on
    /// behind each token, not behind the white space that it swallows; so does the package.
    template <class Token, class Text> void pass(std::size_t which, std::string_view text,
                                                 bool special, Token const& on_token,
                                                 Text const& on_text) const {
        std::size_t done = 0; // text before it has been handed over
        for (std::size_t at = 0; at < text.size();) {
            auto const& lead = by_lead_[which][static_cast<std::uint8_t>(text[at])];
            std::size_t const found =
                lead.empty() ? tokens_.size() : match(lead, text.substr(at));
            if (found == tokens_.size()) {
                ++at;
                continue;
            }
            added_token const& token = tokens_[found];
            std::size_t begin = at, end = at + looked_for_[found].size();
            at = end;
            if ((token.special && !special) ||
                (token.single_word && inside_word(text, begin, end))) {
                continue;
            }
            if (token.lstrip) {
                while (space_before(text, begin) > 0) { begin -= space_before(text, begin); }
                begin = std::max(begin, done);
            }
            while (token.rstrip && space_after(text, end) > 0) {
                end += space_after(text, end);
            }
            if (begin > done) { on_text(text.substr(done, begin - done)); }
            on_token(token);
            done = end;
        }
        if (done < text.size()) { on_text(text.substr(done)); }
    }

    std::size_t match(std::vector<std::size_t> const& lead, std::string_view text) const {
        for (std::size_t i : lead) {
            if (text.starts_with(looked_for_[i])) { return i; }
        }
        return tokens_.size();
    }

    static bool inside_word(std::string_view text, std::size_t begin, std::size_t end) {
        static regex const word(qad::text("[", word_class, "]"), "qad");
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
    change normalize_;
    std::vector<std::string> looked_for_; // what stands in the text for each
    std::array<std::array<std::vector<std::size_t>, 256>, 2> by_lead_; // longest first
};

} // namespace qad

#endif
