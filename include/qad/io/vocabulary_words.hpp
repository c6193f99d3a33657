// SPDX-License-Identifier: MIT
// The words of a vocabulary by number and by text, and what stands for a byte.
#ifndef QAD_IO_VOCABULARY_WORDS_HPP
#define QAD_IO_VOCABULARY_WORDS_HPP

#include <qad/io/json.hpp>       // json
#include <qad/io/number_map.hpp> // number_map
#include <qad/io/utf8.hpp>       // next_utf8

#include <algorithm>     // max
#include <array>         // array
#include <cstdint>       // int32_t
#include <functional>    // hash
#include <unordered_map> // unordered_map

namespace qad {

/// No vocabulary is larger: Llama 3 has 128 256 tokens, the largest in use some 260 000.
inline constexpr std::int32_t largest_token = (1 << 22) - 1;

/// The mark that vocabularies write for a space: U+2581.
inline constexpr std::string_view space_mark = "\xe2\x96\x81";

/// `text` with every `from` replaced.
inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const found = std::min(text.find(from, at), text.size());
        out += text.substr(at, found - at);
        if (found < text.size()) { out += to; }
        at = std::min(found + from.size(), text.size());
    }
    return out;
}

/// From texts to tokens, without a copy for each look-up.
struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
};
using token_of_text = std::unordered_map<std::string, std::int32_t, text_hash, std::equal_to<>>;

/// The byte that "<0x0A>" stands for, or -1.
constexpr int byte_of_word(std::string_view word) {
    auto const digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                      : -1;
    };
    if (word.size() != 6 || !word.starts_with("<0x") || word[5] != '>') { return -1; }
    int const high = digit(word[3]), low = digit(word[4]);
    return high < 0 || low < 0 ? -1 : 16 * high + low;
}

/// The words as the file writes them; empty where no token has that number.
class vocabulary_words {
  public:
    vocabulary_words() = default;
    /// For `count` words: numbers may have gaps, but a small file gets no large table.
    explicit vocabulary_words(std::size_t count) : highest_(highest(count)) {}

    /// The largest number that a token of a vocabulary of so many words may have.
    static index_t highest(std::size_t count) {
        return std::min<index_t>(largest_token, 4 * static_cast<index_t>(count) + 65535);
    }

    /// Gives `word` the number `token`, which no other word may have.
    void add(std::string const& word, json const& number, std::string const& where) {
        auto const token = static_cast<std::int32_t>(
            integer_in(number, 0, highest_, text(where, ": token '", word, "'")));
        auto const at = static_cast<std::size_t>(token);
        if (at >= words_.size()) { words_.resize(std::max(at + 1, words_.size() * 2)); }
        if (!words_[at].empty()) {
            fail<format_error>(where, ": '", word, "' and '", words_[at], "' are both token ",
                               token);
        }
        words_[at] = word;
        size_ = std::max(size_, token + 1);
        if (int const byte = byte_of_word(word); byte >= 0) {
            bytes_[static_cast<std::size_t>(byte)] = token;
        }
    }

    /// 1 + the largest token.
    std::int32_t size() const { return size_; }
    std::string const& operator[](std::int32_t token) const {
        return words_[static_cast<std::size_t>(token)];
    }
    /// The token "<0xNN>" of a byte, or -1.
    std::int32_t byte_token(char byte) const { return bytes_[static_cast<std::uint8_t>(byte)]; }

  private:
    std::vector<std::string> words_;
    std::int32_t size_ = 0;
    index_t highest_ = largest_token;
    std::array<std::int32_t, 256> bytes_ = [] {
        std::array<std::int32_t, 256> none{};
        none.fill(-1);
        return none;
    }();
};

/// The tokens that are single characters, by code point.
class character_tokens {
  public:
    void add(std::string_view word, std::int32_t token) {
        utf8_step const step = word.empty() ? utf8_step() : next_utf8(word);
        if (step.valid && step.length == word.size()) { tokens_.insert(step.code, token); }
    }
    /// Of a character, or of a byte that is none; -1: there is no such token.
    std::int32_t operator[](utf8_step const& step) const {
        auto const* found = step.valid ? tokens_.find(step.code) : nullptr;
        return found ? *found : -1;
    }

  private:
    number_map<std::int32_t> tokens_;
};

/// Whether a space mark can only stand at the front of a word, after other marks: then no merge
/// crosses from a letter to a mark, and a text may be cut there before it is merged.
inline bool marks_lead(std::string_view word) {
    while (word.starts_with(space_mark)) { word.remove_prefix(space_mark.size()); }
    return word.find(space_mark) == word.npos;
}

/// Calls each(piece): the text, cut before each run of space marks.
template <class Each> void cut_at_marks(std::string_view text, Each const& each) {
    std::size_t begin = 0, from = 0;
    for (;;) {
        while (text.substr(from).starts_with(space_mark)) { from += space_mark.size(); }
        std::size_t const next = text.find(space_mark, from);
        each(text.substr(begin, std::min(next, text.size()) - begin));
        if (next == text.npos) { return; }
        begin = from = next;
    }
}

} // namespace qad

#endif
