// SPDX-License-Identifier: MIT
// Learning a byte-level vocabulary from texts.
#ifndef QAD_IO_BPE_TRAINER_HPP
#define QAD_IO_BPE_TRAINER_HPP

#include <qad/io/byte_alphabet.hpp> // to_alphabet
#include <qad/io/pre_tokenizer.hpp> // pre_tokenizer

#include <algorithm>     // find
#include <cstdint>       // int32_t
#include <map>           // map
#include <queue>         // priority_queue
#include <unordered_map> // unordered_map
#include <unordered_set> // unordered_set
#include <utility>       // exchange

namespace qad {

/// A learned vocabulary: special tokens first, then the 256 bytes, then what merges make.
struct bpe_vocabulary {
    std::vector<std::string> special; ///< tokens 0, 1, …
    std::vector<std::string> pieces;  ///< the bytes that tokens special.size() + i stand for
    std::vector<std::pair<std::int32_t, std::int32_t>>
        merges; ///< of places in `pieces`, in order

    std::size_t size() const { return special.size() + pieces.size(); }
};

/// Byte pair encoding: begin with bytes, join the pair that stands side by side most often
/// into a new piece, everywhere; again, until the vocabulary is full. Of pairs equally often
/// the one whose left piece is older counts, then the one whose right piece is.
///   Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words with Subword
///   Units", section 3.2; over bytes: Radford et al. 2019 (GPT-2), section 2.2
///
/// After a join only pairs beside it change their counts, so the trainer keeps for each pair
/// the words that hold it, and all counts in a heap.
class bpe_trainer {
  public:
    /// `words` cuts texts into what merges never cross; it must outlive the trainer.
    explicit bpe_trainer(pre_tokenizer const& words) : words_(words) {}

    /// Counts the words of a text, `times` times. The text must be valid UTF-8.
    void add(std::string_view text, std::int64_t times = 1) {
        words_.split(text, [&](std::string_view word) { count_[std::string(word)] += times; });
    }

    /// A vocabulary of `size` tokens, or fewer where no pair is left.
    bpe_vocabulary train(std::size_t size, std::vector<std::string> special) const {
        if (size < special.size() + 256) {
            fail<shape_error>("a byte-level vocabulary of ", size,
                              " tokens; it needs 256 for the bytes and ", special.size(),
                              " special ones");
        }
        bpe_vocabulary made;
        made.special = std::move(special);
        std::unordered_map<std::string, std::int32_t> place;
        for (int byte = 0; byte < 256; ++byte) {
            made.pieces.emplace_back(1, static_cast<char>(byte));
            place[made.pieces.back()] = byte;
        }

        // Spell every word in bytes, and count the pairs.
        state now;
        for (auto const& [word, times] : count_) {
            spelled next{{}, times};
            for (char c : word) { next.pieces.push_back(static_cast<std::uint8_t>(c)); }
            now.words.push_back(std::move(next));
            now.count_pairs(now.words.size() - 1, 1);
        }
        now.publish();

        // Join the most frequent pair.
        while (made.size() < size && !now.heap.empty()) {
            candidate const best = now.heap.top();
            now.heap.pop();
            if (now.pairs[best.pair].times != best.times) { continue; } // out of date
            auto const left = static_cast<std::int32_t>(best.pair >> 32);
            auto const right = static_cast<std::int32_t>(best.pair & 0xffffffffu);
            std::string joined = made.pieces[static_cast<std::size_t>(left)] +
                                 made.pieces[static_cast<std::size_t>(right)];
            // Two merges can make the same piece: "a" + "bc" and "ab" + "c".
            auto const [found, fresh] =
                place.emplace(joined, static_cast<std::int32_t>(made.pieces.size()));
            if (fresh) { made.pieces.push_back(std::move(joined)); }
            made.merges.emplace_back(left, right);
            now.join(best.pair, found->second);
        }
        return made;
    }

  private:
    struct spelled {
        std::vector<std::int32_t> pieces;
        std::int64_t times;
    };
    struct pair_state {
        std::int64_t times = 0;
        std::unordered_set<std::size_t> words; // that hold it, or once did
    };
    struct candidate {
        std::int64_t times;
        std::uint64_t pair;
        bool operator<(candidate const& other) const { // the heap's top is the largest
            return times != other.times ? times < other.times : pair > other.pair;
        }
    };
    struct state {
        std::vector<spelled> words;
        std::unordered_map<std::uint64_t, pair_state> pairs;
        std::unordered_set<std::uint64_t> changed;
        std::priority_queue<candidate> heap;

        void count_pairs(std::size_t word, int sign) {
            auto const& pieces = words[word].pieces;
            for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
                auto const pair = static_cast<std::uint64_t>(pieces[i]) << 32 |
                                  static_cast<std::uint64_t>(pieces[i + 1]);
                pair_state& known = pairs[pair];
                known.times += sign * words[word].times;
                known.words.insert(word);
                changed.insert(pair);
            }
        }
        /// Puts new counts on the heap, which has an order of its own.
        void publish() {
            for (std::uint64_t pair : changed) {
                if (auto const times = pairs[pair].times; times > 0) {
                    heap.push({times, pair});
                }
            }
            changed.clear();
        }
        void join(std::uint64_t pair, std::int32_t whole) {
            auto const left = static_cast<std::int32_t>(pair >> 32);
            auto const right = static_cast<std::int32_t>(pair & 0xffffffffu);
            auto const holders = std::exchange(pairs[pair].words, {});
            for (std::size_t word : holders) {
                count_pairs(word, -1);
                auto& pieces = words[word].pieces;
                std::size_t kept = 0;
                for (std::size_t i = 0; i < pieces.size(); ++i, ++kept) {
                    bool const here =
                        i + 1 < pieces.size() && pieces[i] == left && pieces[i + 1] == right;
                    pieces[kept] = here ? whole : pieces[i];
                    if (here) { ++i; }
                }
                pieces.resize(kept);
                count_pairs(word, 1);
            }
            publish();
        }
    };

    pre_tokenizer const& words_;
    std::map<std::string, std::int64_t> count_;
};

/// The tokenizer.json of a vocabulary, as the tokenizers package writes it: GPT-2's cutting of
/// texts into words, and the first special token, if there is one, before every text.
inline json tokenizer_json(bpe_vocabulary const& made) {
    json added = json::array(), vocab = json::object(), merges = json::array();
    auto const number_of = [&](std::size_t i) { return made.special.size() + i; };
    for (std::size_t i = 0; i < made.special.size(); ++i) {
        added.push_back({{"id", i},
                         {"content", made.special[i]},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", true}});
        vocab[made.special[i]] = i;
    }
    for (std::size_t i = 0; i < made.pieces.size(); ++i) {
        vocab[to_alphabet(made.pieces[i])] = number_of(i);
    }
    for (auto const& [left, right] : made.merges) {
        merges.push_back(to_alphabet(made.pieces[static_cast<std::size_t>(left)]) + " " +
                         to_alphabet(made.pieces[static_cast<std::size_t>(right)]));
    }
    json const bytes = {{"type", "ByteLevel"},
                        {"add_prefix_space", false},
                        {"trim_offsets", true},
                        {"use_regex", true}};
    json before = bytes;
    if (!made.special.empty()) {
        std::string const& first = made.special[0];
        json const word = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
        json const mark = {{"SpecialToken", {{"id", first}, {"type_id", 0}}}};
        json const next = {{"Sequence", {{"id", "B"}, {"type_id", 1}}}};
        before = {
            {"type", "TemplateProcessing"},
            {"single", {mark, word}},
            {"pair", {mark, word, next}},
            {"special_tokens", {{first, {{"id", first}, {"ids", {0}}, {"tokens", {first}}}}}}};
    }
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens", added},
            {"normalizer", nullptr},
            {"pre_tokenizer", bytes},
            {"post_processor", before},
            {"decoder", bytes},
            {"model",
             {{"type", "BPE"},
              {"dropout", nullptr},
              {"unk_token", nullptr},
              {"continuing_subword_prefix", nullptr},
              {"end_of_word_suffix", nullptr},
              {"fuse_unk", false},
              {"byte_fallback", false},
              {"ignore_merges", false},
              {"vocab", vocab},
              {"merges", merges}}}};
}

/// Beside it: the tokenizer_config.json that names the special token for texts' begin and end.
inline json tokenizer_config_json(std::string const& special, std::int64_t longest_text) {
    return {{"tokenizer_class", "PreTrainedTokenizerFast"},
            {"bos_token", special},
            {"eos_token", special},
            {"pad_token", special},
            {"add_prefix_space", false},
            {"clean_up_tokenization_spaces", false},
            {"model_max_length", longest_text}};
}

} // namespace qad

#endif
