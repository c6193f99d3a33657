// SPDX-License-Identifier: MIT
// Byte pair encoding: the vocabulary, and the merges that lead to its words.
#ifndef QAD_IO_BPE_HPP
#define QAD_IO_BPE_HPP

#include <qad/io/byte_alphabet.hpp>    // from_alphabet
#include <qad/io/merge_scores.hpp>     // merge_halves
#include <qad/io/number_map.hpp>       // number_map
#include <qad/io/piece_cache.hpp>      // encode_space
#include <qad/io/vocabulary_words.hpp> // vocabulary_words

#include <optional> // optional

namespace qad {

/// The member "model" of a tokenizer.json, of type BPE: over bytes (GPT-2 and its kin), or over
/// characters where what is no word becomes tokens of bytes (Llama 2, Mistral, Phi-3).
///
/// A piece begins as its bytes or characters. Of all adjacent pairs that the list of merges
/// knows, the one that stands first in the list is joined, the leftmost of equals; again, until
/// no pair is known.
///   Sennrich, Haddow, Birch 2016, section 3.2; over bytes: Radford et al. 2019, section 2.2
class bpe {
  public:
    enum class over { bytes, characters };

    bpe(json const& model, std::string const& where, over units = over::bytes)
        : bytes_(units == over::bytes) {
        check_kind(model, where);
        read_vocabulary(member(model, "vocab"), where);
        read_merges(member(model, "merges"), where);
        auto const flag = [&](char const* key) {
            return flag_of(member(model, key), false, where + ": " + key);
        };
        whole_first_ = flag("ignore_merges");
        byte_fallback_ = flag("byte_fallback");
        fuse_unknown_ = flag("fuse_unk");
        if (json const& unknown = member(model, "unk_token"); !unknown.is_null()) {
            auto const found = token_.find(string_of(unknown, where + ": unk_token"));
            if (found != token_.end()) { unknown_ = found->second; }
        }
        for (std::size_t byte = 0; byte < 256; ++byte) {
            auto const found = token_.find(std::string(1, static_cast<char>(byte)));
            single_byte_[byte] = found == token_.end() ? -1 : found->second;
        }
        cut_at_marks_ = cut_at_marks_ && !bytes_ && token_.contains(space_mark);
    }

    /// Appends the tokens of one piece.
    void encode(std::string_view piece, std::vector<std::int32_t>& out,
                encode_space& space) const {
        if (cut_at_marks_ && !whole_first_) {
            cut_at_marks(piece, [&](std::string_view part) { encode_part(part, out, space); });
        } else {
            encode_part(piece, out, space);
        }
    }

    /// The words as the file writes them.
    vocabulary_words const& words() const { return words_; }

  private:
    static std::uint64_t pair(std::int32_t left, std::int32_t right) {
        return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
    }

    static void check_kind(json const& model, std::string const& where) {
        json const& type = member(model, "type"); // very old files have none
        if (!type.is_null() && type != "BPE") {
            fail<format_error>(where, ": model is ", describe(type), ", not BPE");
        }
        for (char const* key : {"continuing_subword_prefix", "end_of_word_suffix", "dropout"}) {
            json const& value = member(model, key);
            if (!value.is_null() && value != "" && value != 0) {
                fail<format_error>(where, ": model ", key, " is ", describe(value),
                                   "; supported: none");
            }
        }
    }

    /// The bytes of a word, if it can come out of merges.
    std::optional<std::string> meant(std::string const& word) const {
        return bytes_ ? from_alphabet(word) : word;
    }

    void read_vocabulary(json const& vocab, std::string const& where) {
        if (!vocab.is_object()) { fail<format_error>(where, ": model has no vocab"); }
        token_.reserve(vocab.size());
        words_ = vocabulary_words(vocab.size());
        for (auto const& [word, number] : vocab.items()) {
            words_.add(word, number, where);
            auto const token = number.get<std::int32_t>();
            if (auto bytes = meant(word)) { token_.emplace(std::move(*bytes), token); }
            if (!bytes_) { characters_.add(word, token); }
        }
    }

    void read_merges(json const& merges, std::string const& where) {
        if (!merges.is_array()) { fail<format_error>(where, ": model has no merges"); }
        std::int32_t rank = 0;
        for (json const& merge : merges) {
            std::string const what = text(where, ": merge ", rank);
            auto const [left, right] = merge_halves(merge, what);
            auto const token = [&](std::string const& word) {
                auto const bytes = meant(word);
                auto const found = bytes ? token_.find(*bytes) : token_.end();
                if (found == token_.end()) {
                    fail<format_error>(what, ": '", word, "' is no word of the vocabulary");
                }
                return found->second;
            };
            std::int32_t const first = token(left), second = token(right);
            merges_.insert(pair(first, second),
                           {static_cast<float>(rank), token(left + right)});
            cut_at_marks_ = cut_at_marks_ && marks_lead(left + right);
            ++rank;
        }
    }

    void encode_part(std::string_view piece, std::vector<std::int32_t>& out,
                     encode_space& space) const {
        if (auto const known = space.known.find(piece); !known.empty()) {
            out.insert(out.end(), known.begin(), known.end());
            return;
        }
        auto const begin = static_cast<std::ptrdiff_t>(out.size());
        auto const whole = whole_first_ ? token_.find(piece) : token_.end();
        if (whole != token_.end()) { // "ignore_merges": a piece that is a word needs no merging
            out.push_back(whole->second);
        } else {
            auto& symbols = space.merging.symbols;
            symbols.clear();
            if (bytes_) {
                spell_bytes(piece, symbols);
            } else {
                spell_characters(piece, symbols);
            }
            merge_pairs(space.merging, [&](merge_symbol const& a, merge_symbol const& b) {
                auto const* found = merges_.find(pair(a.token, b.token));
                return found ? *found : merge_result{no_merge, -1};
            });
            for (merge_symbol const& symbol : symbols) { out.push_back(symbol.token); }
        }
        space.known.keep(piece, std::span(out.begin() + begin, out.end()));
    }

    void spell_bytes(std::string_view piece, std::vector<merge_symbol>& symbols) const {
        for (char byte : piece) {
            std::int32_t const token = single_byte_[static_cast<std::uint8_t>(byte)];
            if (token < 0) {
                fail<format_error>("the vocabulary has no token for byte ",
                                   static_cast<int>(static_cast<std::uint8_t>(byte)),
                                   " of the text; byte-level vocabularies have all 256");
            }
            symbols.push_back({token, 0, 1});
        }
    }

    /// Characters that are words; else their bytes' tokens; else the unknown token, or nothing
    /// where there is none.
    void spell_characters(std::string_view piece, std::vector<merge_symbol>& symbols) const {
        bool after_unknown = false;
        while (!piece.empty()) {
            utf8_step const step = next_utf8(piece);
            std::string_view const one = piece.substr(0, step.length);
            piece.remove_prefix(one.size());
            auto const size = static_cast<std::uint32_t>(one.size());
            std::int32_t const found = characters_[step];
            bool unknown = found < 0;
            if (!unknown) {
                symbols.push_back({found, 0, size});
            } else if (byte_fallback_ && std::all_of(one.begin(), one.end(), [this](char c) {
                           return words_.byte_token(c) >= 0;
                       })) {
                for (char c : one) { symbols.push_back({words_.byte_token(c), 0, 1}); }
                unknown = false;
            } else if (unknown_ >= 0 && after_unknown && fuse_unknown_) {
                symbols.back().size += size;
            } else if (unknown_ >= 0) {
                symbols.push_back({unknown_, 0, size});
            }
            after_unknown = unknown;
        }
    }
    bool bytes_ = true;
    vocabulary_words words_;
    token_of_text token_; // by what a word means
    number_map<merge_result> merges_;
    std::array<std::int32_t, 256> single_byte_{};
    character_tokens characters_;
    std::int32_t unknown_ = -1;
    bool whole_first_ = false, byte_fallback_ = false, fuse_unknown_ = false;
    bool cut_at_marks_ = true;
};

} // namespace qad

#endif
