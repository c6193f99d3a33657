// SPDX-License-Identifier: MIT
// SentencePiece's table of replacements: a trie in two arrays, and the texts it points to.
#ifndef QAD_IO_CHARSMAP_HPP
#define QAD_IO_CHARSMAP_HPP

#include <qad/io/unicode.hpp> // next_utf8, grapheme breaks

#include <optional> // optional
#include <vector>   // vector

namespace qad {

/// The field "precompiled_charsmap" of a SentencePiece model: u32 size of the trie in bytes,
/// the trie, and texts that end with NUL, all little-endian. Everything read from it is
/// checked.
///
/// The trie is a double array (Aoki 1989; layout of darts-clone): unit u of a node says where
/// its children begin (offset), which byte leads to it (label) and whether a text ends here.
class charsmap {
  public:
    charsmap(std::string_view blob, std::string const& what) {
        auto const number = [&](std::size_t at) {
            std::uint32_t value = 0;
            for (std::size_t i = 4; i-- > 0;) {
                value = value << 8 | static_cast<std::uint8_t>(blob[at + i]);
            }
            return value;
        };
        std::size_t const size = blob.size() < 4 ? 0 : number(0);
        if (blob.size() < 4 || size > blob.size() - 4 || size % 4 != 0 || size == 0) {
            fail<format_error>(what, ": the table of replacements has ", blob.size(),
                               " bytes, of which the trie would take ", size,
                               "; the file is damaged");
        }
        for (std::size_t at = 4; at < 4 + size; at += 4) { units_.push_back(number(at)); }
        texts_ = blob.substr(4 + size);
    }

    struct match {
        std::size_t length;    ///< of the key, in bytes
        std::string_view text; ///< what it becomes
    };
    /// The longest key, or the shortest, that the text begins with.
    std::optional<match> find(std::string_view text, bool longest) const {
        std::optional<match> found;
        std::size_t node = offset(units_[0]);
        for (std::size_t i = 0; i < text.size() && text[i] != '\0'; ++i) {
            auto const byte = static_cast<std::uint8_t>(text[i]);
            node ^= byte;
            if (node >= units_.size() || label(units_[node]) != byte) { break; }
            bool const leaf = (units_[node] >> 8 & 1) != 0;
            node ^= offset(units_[node]);
            if (!leaf || node >= units_.size()) { continue; }
            std::size_t const at =
                std::min<std::size_t>(units_[node] & 0x7fffffff, texts_.size());
            std::string_view const rest = std::string_view(texts_).substr(at);
            found = {i + 1, rest.substr(0, std::min(rest.find('\0'), rest.size()))};
            if (!longest) { break; }
        }
        return found;
    }

    /// What the tokenizers package does with the table: a short grapheme cluster that begins
    /// with a key becomes its text as a whole, else each character for itself.
    std::string by_character(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            std::size_t const whole = grapheme(text);
            std::string_view const cluster = text.substr(0, whole);
            text.remove_prefix(whole);
            auto const all = whole < 6 ? find(cluster, false) : std::nullopt;
            if (all) {
                out += all->text;
                continue;
            }
            for (std::string_view rest = cluster; !rest.empty();) {
                std::string_view const one = rest.substr(0, next_utf8(rest).length);
                auto const found = find(one, false);
                out += found ? found->text : one;
                rest.remove_prefix(one.size());
            }
        }
        return out;
    }

  private:
    static std::uint32_t label(std::uint32_t unit) { return unit & 0x800000ffu; }
    static std::size_t offset(std::uint32_t unit) {
        return std::size_t{unit >> 10} << ((unit & 0x200u) >> 6);
    }
    /// Bytes of the first user-perceived character (Unicode Standard Annex 29).
    static std::size_t grapheme(std::string_view text) {
        utf8_step last = next_utf8(text);
        std::size_t length = last.length;
        utf8proc_int32_t state = 0;
        while (last.valid && length < text.size()) {
            utf8_step const next = next_utf8(text.substr(length));
            if (!next.valid || utf8proc_grapheme_break_stateful(
                                   static_cast<utf8proc_int32_t>(last.code),
                                   static_cast<utf8proc_int32_t>(next.code), &state)) {
                break;
            }
            length += next.length;
            last = next;
        }
        return length;
    }

    std::vector<std::uint32_t> units_;
    std::string texts_;
};

} // namespace qad

#endif
