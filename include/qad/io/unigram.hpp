// SPDX-License-Identifier: MIT
// The unigram language model of subwords: the most probable way to cut a text into words.
#ifndef QAD_IO_UNIGRAM_HPP
#define QAD_IO_UNIGRAM_HPP

#include <qad/io/number_map.hpp>   // number_map
#include <qad/io/piece_cache.hpp>  // encode_space
#include <qad/io/scored_words.hpp> // scored_words

#include <limits> // numeric_limits

namespace qad {

/// A word's score is the logarithm of its probability; of all ways to cut a piece into words
/// the one with the largest sum counts, found from left to right (Viterbi 1967): the best way
/// to each place is the best way to an earlier place and one word. A character that is no word
/// costs 10 more than the rarest word.
///   Kudo 2018, "Subword Regularization", section 3.2
///
/// Sums are rounded to float where "rounding" is "float", as SentencePiece does it, else they
/// are double, as the tokenizers package does it; ties and near-ties depend on it.
class unigram {
  public:
    unigram(json const& model, std::string const& where)
        : known_(model, where), round_(member(model, "rounding") == "float") {
        if (known_.words.size() == 0) {
            fail<format_error>(where, ": the vocabulary is empty");
        }
        double lowest = std::numeric_limits<double>::infinity(), highest = 0;
        for (std::int32_t i = 0; i < known_.words.size(); ++i) {
            if (known_.kind(i) == word_kind::normal) {
                lowest = std::min(lowest, rounded(known_.score(i)));
                highest = std::max(highest, rounded(known_.score(i)));
            }
            if (known_.find(known_.words[i]) == i) { plant(known_.words[i], i); }
        }
        unknown_score_ = rounded(lowest - 10);
        user_score_ = highest;
    }

    /// Appends the tokens of one piece.
    void encode(std::string_view piece, std::vector<std::int32_t>& out,
                encode_space& space) const {
        if (auto const known = space.known.find(piece); !known.empty()) {
            out.insert(out.end(), known.begin(), known.end());
            return;
        }
        auto const begin = static_cast<std::ptrdiff_t>(out.size());
        encode_new(piece, out);
        space.known.keep(piece, std::span(out.begin() + begin, out.end()));
    }

    vocabulary_words const& words() const { return known_.words; }

  private:
    struct end_of_path {
        double score = 0;
        std::int32_t token = -1;  // -1: unknown
        std::uint32_t length = 0; // of the last word; 0: no path ends here
    };
    struct branch {
        std::uint32_t node;
        std::int32_t token; // of the word that ends here, or -1
    };

    double rounded(double score) const {
        return round_ ? static_cast<double>(static_cast<float>(score)) : score;
    }

    /// A word of the user's is worth more than what it could be cut into: scores are
    /// logarithms, below 0, so the highest is taken to be 0 at least.
    double word_score(std::int32_t token) const {
        bool const user = known_.kind(token) == word_kind::user;
        double const length = static_cast<double>(known_.words[token].size());
        return user ? length * user_score_ - 0.1 : rounded(known_.score(token));
    }

    void plant(std::string_view word, std::int32_t token) {
        std::uint64_t node = 0;
        for (std::size_t i = 0; i < word.size(); ++i) {
            auto const fresh = static_cast<std::uint32_t>(trie_.size() + 1);
            branch& next =
                trie_.insert(node << 8 | static_cast<std::uint8_t>(word[i]), {fresh, -1});
            if (i + 1 == word.size()) { next.token = token; }
            node = next.node;
        }
    }

    void encode_new(std::string_view piece, std::vector<std::int32_t>& out) const {
        std::vector<end_of_path> best(piece.size() + 1);
        auto const offer = [&](std::size_t from, std::size_t length, double word,
                               std::int32_t token) {
            double const score = rounded(word + best[from].score);
            end_of_path& end = best[from + length];
            if (end.length == 0 || score > end.score) {
                end = {score, token, static_cast<std::uint32_t>(length)};
            }
        };
        for (std::size_t at = 0; at < piece.size();) {
            std::size_t const character = next_utf8(piece.substr(at)).length;
            bool single = false;
            std::uint64_t node = 0;
            for (std::size_t end = at; end < piece.size();) {
                auto const* next =
                    trie_.find(node << 8 | static_cast<std::uint8_t>(piece[end++]));
                if (!next) { break; }
                node = next->node;
                if (next->token < 0 || known_.kind(next->token) == word_kind::unused) {
                    continue;
                }
                offer(at, end - at, word_score(next->token), next->token);
                single = single || end - at == character;
            }
            if (!single) { offer(at, character, unknown_score_, -1); }
            at += character;
        }

        // From the end back to the beginning; a run of unknown characters is one.
        std::vector<std::pair<std::size_t, std::size_t>> parts; // begin, end
        for (std::size_t end = piece.size(); end > 0;) {
            std::size_t const begin = end - best[end].length;
            bool const unknown = best[end].token < 0;
            if (unknown && !parts.empty() && best[parts.back().second].token < 0) {
                parts.back().first = begin;
            } else {
                parts.emplace_back(begin, end);
            }
            end = begin;
        }
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            std::int32_t const token = best[part->second].token;
            if (token >= 0) {
                out.push_back(token);
            } else {
                known_.append_unknown(piece.substr(part->first, part->second - part->first),
                                      out);
            }
        }
    }

    scored_words known_;
    bool round_;
    double unknown_score_ = 0, user_score_ = 0;
    number_map<branch> trie_; // by node and byte; node 0 is the root
};

} // namespace qad

#endif
