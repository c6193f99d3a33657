// SPDX-License-Identifier: MIT
// SentencePiece's byte pair encoding: the order of merges is the order of the words' scores.
#ifndef QAD_IO_SCORED_BPE_HPP
#define QAD_IO_SCORED_BPE_HPP

#include <qad/io/piece_cache.hpp>  // encode_space
#include <qad/io/scored_words.hpp> // scored_words

namespace qad {

/// A piece begins as its characters. Any two neighbours whose texts together are a word may be
/// joined, that with the highest score first, the leftmost of equals; again, until there are
/// none. What is then no word becomes tokens of bytes, or the unknown token.
///   Kudo, Richardson 2018, "SentencePiece"; Sennrich, Haddow, Birch 2016, section 3.2
class scored_bpe {
  public:
    scored_bpe(json const& model, std::string const& where) : known_(model, where) {
        for (auto const& [word, token] : known_.token) {
            characters_.add(word, token);
            if (known_.kind(token) == word_kind::user) {
                continue;
            } // never comes out of merges
            cut_at_marks_ = cut_at_marks_ && marks_lead(word);
            // All ways to cut it into two words.
            std::string_view const whole = word;
            for (std::size_t n = next_utf8(whole).length; n < whole.size();
                 n += next_utf8(whole.substr(n)).length) {
                std::int32_t const left = known_.find(whole.substr(0, n));
                std::int32_t const right = left < 0 ? left : known_.find(whole.substr(n));
                if (right >= 0) { pairs_.insert(pair(left, right), result(token)); }
            }
        }
        cut_at_marks_ = cut_at_marks_ && known_.find(space_mark) >= 0;
    }

    /// Appends the tokens of one piece.
    void encode(std::string_view piece, std::vector<std::int32_t>& out,
                encode_space& space) const {
        auto const plain = [&](std::string_view text) {
            if (!cut_at_marks_) { return encode_part(text, out, space); }
            cut_at_marks(text, [&](std::string_view part) { encode_part(part, out, space); });
        };
        std::size_t begin = 0; // words of the user's are cut out before anything is joined
        for (std::size_t at = 0; known_.longest_user > 0 && at < piece.size();) {
            std::int32_t const user = known_.user_word(piece.substr(at));
            std::size_t const size =
                user < 0 ? next_utf8(piece.substr(at)).length : known_.words[user].size();
            if (user >= 0) {
                if (at > begin) { plain(piece.substr(begin, at - begin)); }
                out.push_back(user);
                begin = at + size;
            }
            at += size;
        }
        if (begin < piece.size()) { plain(piece.substr(begin)); }
    }

    vocabulary_words const& words() const { return known_.words; }

  private:
    /// Where the unused words of one piece came from: text to the length of its left half.
    using halves = std::unordered_map<std::string_view, std::size_t>;

    void encode_part(std::string_view piece, std::vector<std::int32_t>& out,
                     encode_space& space) const {
        if (auto const known = space.known.find(piece); !known.empty()) {
            out.insert(out.end(), known.begin(), known.end());
            return;
        }
        auto const begin = static_cast<std::ptrdiff_t>(out.size());
        auto& symbols = space.merging.symbols;
        spell(piece, symbols);
        halves unused;
        merge_pairs(space.merging, [&](merge_symbol const& a, merge_symbol const& b) {
            merge_result made{no_merge, -1};
            std::string_view const both = piece.substr(a.begin, a.size + b.size);
            if (a.token >= 0 && b.token >= 0) {
                auto const* found = pairs_.find(pair(a.token, b.token));
                made = found ? *found : made;
            } else if (std::int32_t const word = known_.find(both); word >= 0) {
                made = result(word); // of characters that are no words alone
            }
            if (made.token >= 0 && known_.kind(made.token) == word_kind::unused) {
                unused[both] = a.size;
            }
            return made;
        });
        bool after_unknown = false; // the unknown token stands for a run of unknown symbols
        for (merge_symbol const& symbol : symbols) {
            std::size_t const before = out.size();
            append(piece.substr(symbol.begin, symbol.size), symbol.token, unused, out);
            bool const unknown = out.back() == known_.unknown && out.size() == before + 1;
            if (unknown && after_unknown) { out.pop_back(); }
            after_unknown = unknown;
        }
        space.known.keep(piece, std::span(out.begin() + begin, out.end()));
    }

    static std::uint64_t pair(std::int32_t left, std::int32_t right) {
        return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
    }
    merge_result result(std::int32_t word) const {
        return {-static_cast<float>(known_.score(word)), word};
    }
    void spell(std::string_view piece, std::vector<merge_symbol>& symbols) const {
        symbols.clear();
        for (std::size_t at = 0; at < piece.size();) {
            utf8_step const step = next_utf8(piece.substr(at));
            symbols.push_back({characters_[step], static_cast<std::uint32_t>(at),
                               static_cast<std::uint32_t>(step.length)});
            at += step.length;
        }
    }

    void append(std::string_view part, std::int32_t token, halves const& unused,
                std::vector<std::int32_t>& out) const {
        auto const half = token >= 0 && known_.kind(token) == word_kind::unused
                              ? unused.find(part)
                              : unused.end();
        if (half != unused.end()) {
            std::string_view const left = part.substr(0, half->second);
            std::string_view const right = part.substr(half->second);
            append(left, known_.find(left), unused, out);
            append(right, known_.find(right), unused, out);
        } else if (token >= 0) {
            out.push_back(token);
        } else {
            known_.append_unknown(part, out);
        }
    }

    scored_words known_;
    character_tokens characters_;
    number_map<merge_result> pairs_; // of tokens
    bool cut_at_marks_ = true;
};

} // namespace qad

#endif
