// SPDX-License-Identifier: MIT
// Bytes as printable text (RFC 4648, section 4).
#ifndef QAD_IO_BASE64_HPP
#define QAD_IO_BASE64_HPP

#include <qad/core/error.hpp> // fail

#include <cstdint>     // uint32_t
#include <string>      // string
#include <string_view> // string_view

namespace qad {

inline constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline std::string to_base64(std::string_view bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0; // three bytes are four digits
        for (std::size_t j = i; j < i + 3; ++j) {
            bits = bits << 8 | (j < bytes.size() ? static_cast<std::uint8_t>(bytes[j]) : 0u);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            bool const used = i + j <= bytes.size();
            out += used ? base64_digits[bits >> (18 - 6 * j) & 63] : '=';
        }
    }
    return out;
}

/// `what` names the text in messages.
inline std::string from_base64(std::string_view text, std::string const& what) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    while (text.ends_with('=')) { text.remove_suffix(1); }
    for (char c : text) {
        auto const digit = base64_digits.find(c);
        if (digit == base64_digits.npos) {
            fail<format_error>(what, " is not base64 at '", c, "'");
        }
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) { out += static_cast<char>(bits >> (count -= 8) & 0xff); }
    }
    return out;
}

} // namespace qad

#endif
