// SPDX-License-Identifier: MIT
// Words with scores, as SentencePiece's models have them.
#ifndef QAD_IO_SCORED_WORDS_HPP
#define QAD_IO_SCORED_WORDS_HPP

#include <qad/io/utf8.hpp>             // next_utf8
#include <qad/io/vocabulary_words.hpp> // vocabulary_words

#include <bitset> // bitset
#include <cmath>  // isfinite

namespace qad {

/// What a word is for; the numbers are those of SentencePiece's and GGUF files.
enum class word_kind : std::uint8_t {
    normal = 1, ///< can come out of a text
    unknown,    ///< stands for what no word covers
    control,    ///< never comes out of a text: <s>
    user,       ///< always cut out of a text as it is
    unused,     ///< is taken apart again where it comes out
    byte        ///< "<0x0A>"
};

/// The members "vocab" ([word, score] in the order of the numbers), "types" (word_kind of each;
/// all are normal where it is absent), "byte_fallback" and "unk_id" of a model.
struct scored_words {
    vocabulary_words words;
    std::vector<double> scores;
    std::vector<word_kind> kinds;
    token_of_text token;       ///< of words that can come out of a text
    std::int32_t unknown = -1; ///< -1: none
    bool byte_fallback = false;
    std::size_t longest_user = 0; ///< bytes of the longest word of the user's; 0: there is none
    std::bitset<256> user_leads;  ///< first bytes of the user's words

    scored_words(json const& model, std::string const& where) {
        json const& vocab = member(model, "vocab");
        json const& types = member(model, "types");
        if (!vocab.is_array()) { fail<format_error>(where, ": model has no vocab"); }
        if (!types.is_null() && (!types.is_array() || types.size() != vocab.size())) {
            fail<format_error>(where, ": model types and vocab differ in length");
        }
        for (std::size_t i = 0; i < vocab.size(); ++i) {
            json const& entry = vocab[i];
            std::string const what = text(where, ": word ", i);
            bool const pair = entry.is_array() && entry.size() == 2 && entry[1].is_number();
            if (!pair) {
                fail<format_error>(what, " must be [text, score], not ", describe(entry));
            }
            double const score = entry[1].get<double>();
            if (!std::isfinite(score)) { fail<format_error>(what, ": the score is no number"); }
            std::string const& word = string_of(entry[0], what);
            if (types.is_null()) { token.erase(word); } // of equal words the last counts
            add(word,
                types.is_null() ? word_kind::normal
                                : static_cast<word_kind>(integer_in(types[i], 1, 6, what)),
                score, where);
        }
        byte_fallback =
            flag_of(member(model, "byte_fallback"), false, where + ": byte_fallback");
        if (json const& id = member(model, "unk_id"); !id.is_null()) {
            unknown = static_cast<std::int32_t>(
                integer_in(id, 0, words.size() - 1, where + ": unk_id"));
        }
    }

    word_kind kind(std::int32_t number) const {
        return kinds[static_cast<std::size_t>(number)];
    }
    double score(std::int32_t number) const { return scores[static_cast<std::size_t>(number)]; }
    /// The word that is exactly this text, or -1.
    std::int32_t find(std::string_view word) const {
        auto const found = token.find(word);
        return found == token.end() ? -1 : found->second;
    }

    /// The longest word of the user's that a text begins with, or -1.
    std::int32_t user_word(std::string_view text) const {
        if (longest_user == 0 || !user_leads[static_cast<std::uint8_t>(text[0])]) { return -1; }
        for (std::size_t n = std::min(longest_user, text.size()); n > 0; --n) {
            auto const found = find(text.substr(0, n));
            if (found >= 0 && kind(found) == word_kind::user) { return found; }
        }
        return -1;
    }

    /// Appends what stands for a part of the text that is no word: its bytes' tokens, or one
    /// unknown token.
    void append_unknown(std::string_view part, std::vector<std::int32_t>& out) const {
        bool const as_bytes =
            byte_fallback && std::all_of(part.begin(), part.end(),
                                         [this](char c) { return words.byte_token(c) >= 0; });
        if (as_bytes) {
            for (char c : part) { out.push_back(words.byte_token(c)); }
        } else if (unknown >= 0) {
            out.push_back(unknown);
        } else {
            fail<format_error>("the vocabulary has no word for '", part,
                               "', and no unknown token that could stand for it");
        }
    }

  private:
    void add(std::string const& word, word_kind kind, double score, std::string const& where) {
        if (word.empty()) { fail<format_error>(where, ": word ", words.size(), " is empty"); }
        std::int32_t const number = static_cast<std::int32_t>(kinds.size());
        words.add(word, number, where);
        kinds.push_back(kind);
        scores.push_back(score);
        bool const in_text =
            kind == word_kind::normal || kind == word_kind::user || kind == word_kind::unused;
        if (in_text && !token.emplace(word, number).second) {
            fail<format_error>(where, ": the word '", word, "' occurs twice");
        }
        if (kind == word_kind::unknown && unknown < 0) { unknown = number; }
        if (kind == word_kind::user) {
            longest_user = std::max(longest_user, word.size());
            user_leads.set(static_cast<std::uint8_t>(word[0]));
        }
    }
};

} // namespace qad

#endif
