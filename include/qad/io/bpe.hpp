// SPDX-License-Identifier: MIT
// Byte pair encoding: the vocabulary, and the merges that lead to its words.
#ifndef QAD_IO_BPE_HPP
#define QAD_IO_BPE_HPP

#include <qad/io/byte_alphabet.hpp> // from_alphabet
#include <qad/io/json.hpp>          // json

#include <algorithm>     // push_heap
#include <array>         // array
#include <mutex>         // mutex
#include <queue>         // priority_queue
#include <unordered_map> // unordered_map
#include <vector>        // vector

namespace qad {

/// No vocabulary is larger: Llama 3 has 128 256 tokens, the largest in use some 260 000.
inline constexpr std::int32_t largest_token = (1 << 22) - 1;

/// The member "model" of a tokenizer.json, of type BPE over bytes.
///
/// A piece begins as its bytes. Of all adjacent pairs that the list of merges knows, the one
/// that stands first in the list is joined, the leftmost of equals; again, until no pair is
/// known. A heap finds it, so a piece of n bytes takes O(n log n) steps.
///   Sennrich, Haddow, Birch 2016, section 3.2; over bytes: Radford et al. 2019, section 2.2
class bpe {
  public:
    bpe(json const& model, std::string const& where) {
        check_kind(model, where);
        read_vocabulary(member(model, "vocab"), where);
        read_merges(member(model, "merges"), where);
        whole_first_ =
            flag_of(member(model, "ignore_merges"), false, where + ": ignore_merges");
        for (std::size_t byte = 0; byte < 256; ++byte) {
            auto const found = token_.find(std::string(1, static_cast<char>(byte)));
            byte_token_[byte] = found == token_.end() ? -1 : found->second;
        }
    }

    /// Appends the tokens of one piece.
    void encode(std::string_view piece, std::vector<std::int32_t>& out) const {
        if (piece.size() == 1) {
            out.push_back(byte_token(piece[0]));
            return;
        }
        if (piece.size() > 64) { return merge(piece, out); } // too rare to remember
        std::scoped_lock const lock(remembered_->mutex);
        auto& known = remembered_->tokens;
        auto found = known.find(std::string(piece));
        if (found == known.end()) {
            if (known.size() == 65536) { known.clear(); }
            std::vector<std::int32_t> tokens;
            merge(piece, tokens);
            found = known.emplace(piece, std::move(tokens)).first;
        }
        out.insert(out.end(), found->second.begin(), found->second.end());
    }

    /// 1 + the largest token of the vocabulary.
    std::int32_t size() const { return static_cast<std::int32_t>(words_.size()); }
    /// The words as the file writes them; empty where no token has that number.
    std::vector<std::string> const& words() const { return words_; }

  private:
    struct pair_hash {
        std::size_t operator()(std::uint64_t pair) const {
            return (pair * 0x9e3779b97f4a7c15u) >> 20;
        }
    };
    struct joined {
        std::int32_t rank, token;
    };
    static std::uint64_t pair(std::int32_t left, std::int32_t right) {
        return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
    }

    static void check_kind(json const& model, std::string const& where) {
        if (!model.is_object()) { fail<format_error>(where, ": has no model"); }
        json const& type = member(model, "type"); // very old files have none
        if (!type.is_null() && type != "BPE") {
            fail<format_error>(where, ": model is ", describe(type),
                               "; supported: byte-level BPE");
        }
        for (char const* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
            json const& value = member(model, key);
            if (!value.is_null() && value != "") {
                fail<format_error>(where, ": model ", key, " is ", describe(value),
                                   "; supported: byte-level BPE, which has none");
            }
        }
        if (flag_of(member(model, "byte_fallback"), false, where + ": byte_fallback")) {
            fail<format_error>(where, ": byte_fallback belongs to SentencePiece vocabularies; "
                                      "supported: byte-level BPE");
        }
    }

    void read_vocabulary(json const& vocab, std::string const& where) {
        if (!vocab.is_object()) { fail<format_error>(where, ": model has no vocab"); }
        for (auto const& [word, number] : vocab.items()) {
            auto const token = static_cast<std::int32_t>(
                integer_in(number, 0, largest_token, text(where, ": token '", word, "'")));
            auto const at = static_cast<std::size_t>(token);
            if (at >= words_.size()) { words_.resize(std::max(at + 1, words_.size() * 2)); }
            if (!words_[at].empty()) {
                fail<format_error>(where, ": '", word, "' and '", words_[at],
                                   "' are both token ", token);
            }
            words_[at] = word;
            // Only words in letters of the alphabet can come out of bytes.
            if (auto bytes = from_alphabet(word)) { token_.emplace(std::move(*bytes), token); }
        }
        while (!words_.empty() && words_.back().empty()) { words_.pop_back(); }
    }

    void read_merges(json const& merges, std::string const& where) {
        if (!merges.is_array()) { fail<format_error>(where, ": model has no merges"); }
        merges_.reserve(merges.size());
        std::int32_t rank = 0;
        for (json const& merge : merges) {
            // "left right", or ["left", "right"] since 2024.
            std::string const what = text(where, ": merge ", rank);
            std::string left, right;
            if (merge.is_array() && merge.size() == 2) {
                left = string_of(merge[0], what);
                right = string_of(merge[1], what);
            } else {
                std::string const& both = string_of(merge, what);
                auto const space = std::min(both.find(' '), both.size());
                left = both.substr(0, space);
                right = both.substr(std::min(space + 1, both.size()));
            }
            auto const token = [&](std::string const& word) {
                auto const bytes = from_alphabet(word);
                auto const found = bytes ? token_.find(*bytes) : token_.end();
                if (found == token_.end()) {
                    fail<format_error>(what, ": '", word, "' is no word of the vocabulary");
                }
                return found->second;
            };
            std::int32_t const first = token(left), second = token(right);
            merges_.try_emplace(pair(first, second), rank, token(left + right));
            ++rank;
        }
    }

    std::int32_t byte_token(char byte) const {
        std::int32_t const token = byte_token_[static_cast<std::uint8_t>(byte)];
        if (token < 0) {
            fail<format_error>("the vocabulary has no token for byte ",
                               static_cast<int>(static_cast<std::uint8_t>(byte)),
                               " of the text; byte-level vocabularies have all 256");
        }
        return token;
    }

    void merge(std::string_view piece, std::vector<std::int32_t>& out) const {
        if (whole_first_) {
            if (auto found = token_.find(std::string(piece)); found != token_.end()) {
                out.push_back(found->second);
                return;
            }
        }
        // A chain of symbols, at first the bytes. A symbol that was joined to its left
        // neighbour has token -1.
        struct symbol {
            std::int32_t token, left, right;
        };
        auto const count = static_cast<std::int32_t>(piece.size());
        std::vector<symbol> chain;
        for (std::int32_t i = 0; i < count; ++i) {
            chain.push_back({byte_token(piece[static_cast<std::size_t>(i)]), i - 1, i + 1});
        }
        auto const at = [&chain](std::int32_t i) -> symbol& {
            return chain[static_cast<std::size_t>(i)];
        };

        // Every known pair waits in a heap: lowest rank first, then leftmost.
        struct candidate {
            std::int32_t rank, where, left, right, token;
            bool operator<(candidate const& other) const {
                return rank != other.rank ? rank > other.rank : where > other.where;
            }
        };
        std::priority_queue<candidate> heap;
        auto const consider = [&](std::int32_t i) {
            if (i < 0 || at(i).right >= count) { return; }
            std::int32_t const left = at(i).token, right = at(at(i).right).token;
            if (auto const found = merges_.find(pair(left, right)); found != merges_.end()) {
                heap.push({found->second.rank, i, left, right, found->second.token});
            }
        };
        for (std::int32_t i = 0; i < count; ++i) { consider(i); }

        while (!heap.empty()) {
            candidate const best = heap.top();
            heap.pop();
            // Skip a pair that an earlier merge has changed.
            symbol& left = at(best.where);
            if (left.token != best.left || left.right >= count ||
                at(left.right).token != best.right) {
                continue;
            }
            // Join the pair and look at its new neighbours.
            symbol& right = at(left.right);
            left.token = best.token;
            left.right = right.right;
            right.token = -1;
            if (left.right < count) { at(left.right).left = best.where; }
            consider(left.left);
            consider(best.where);
        }
        for (std::int32_t i = 0; i < count; i = at(i).right) { out.push_back(at(i).token); }
    }

    struct memory {
        std::mutex mutex;
        std::unordered_map<std::string, std::vector<std::int32_t>> tokens;
    };

    std::vector<std::string> words_;
    std::unordered_map<std::string, std::int32_t> token_; // by bytes
    std::unordered_map<std::uint64_t, joined, pair_hash> merges_;
    std::array<std::int32_t, 256> byte_token_{};
    bool whole_first_ = false; // "ignore_merges": a piece that is a word needs no merging
    std::unique_ptr<memory> remembered_ = std::make_unique<memory>();
};

} // namespace qad

#endif
