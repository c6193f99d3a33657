// SPDX-License-Identifier: MIT
// The 256 printable characters that byte-level vocabularies write bytes with.
#ifndef QAD_IO_BYTE_ALPHABET_HPP
#define QAD_IO_BYTE_ALPHABET_HPP

#include <qad/io/utf8.hpp> // next_utf8, append_utf8

#include <array>    // array
#include <optional> // optional

namespace qad {

/// The character of each byte. GPT-2's authors wanted vocabulary files without blanks and
/// control characters: printable bytes (33–126, 161–172, 174–255) stand for themselves, the
/// other 68, in increasing order, for U+0100 onwards. So a space is Ġ (U+0120) and a newline Ċ
/// (U+010A).
inline constexpr std::array<char32_t, 256> byte_alphabet = [] {
    std::array<char32_t, 256> letters{};
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        bool const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
        letters[byte] = printable ? char32_t{byte} : next++;
    }
    return letters;
}();
static_assert(byte_alphabet[' '] == 0x120 && byte_alphabet[0xad] == 0x143);

/// Bytes as a vocabulary writes them.
inline std::string to_alphabet(std::string_view bytes) {
    std::string word;
    for (char byte : bytes) {
        append_utf8(word, byte_alphabet[static_cast<std::uint8_t>(byte)]);
    }
    return word;
}

/// The bytes that a vocabulary's word stands for; nothing if a character is no letter of the
/// alphabet, as in special tokens that contain a blank.
inline std::optional<std::string> from_alphabet(std::string_view word) {
    static constexpr auto byte_of = [] {
        std::array<int, 0x144> bytes{};
        bytes.fill(-1);
        for (int byte = 0; byte < 256; ++byte) {
            bytes[byte_alphabet[static_cast<std::size_t>(byte)]] = byte;
        }
        return bytes;
    }();
    std::string bytes;
    while (!word.empty()) {
        utf8_step const step = next_utf8(word);
        if (!step.valid || step.code >= byte_of.size() || byte_of[step.code] < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(byte_of[step.code]);
        word.remove_prefix(step.length);
    }
    return bytes;
}

} // namespace qad

#endif
