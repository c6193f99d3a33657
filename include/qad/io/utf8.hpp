// SPDX-License-Identifier: MIT
// UTF-8: one code point at a time, and what to do with bytes that are none.
#ifndef QAD_IO_UTF8_HPP
#define QAD_IO_UTF8_HPP

#include <algorithm>   // min
#include <cstdint>     // uint8_t
#include <cstring>     // memcpy
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// What stands at the front of a text: a code point of `length` bytes; or, where `valid` is
/// false, `length` bytes that cannot belong to one. `cut` says that they could still become a
/// code point if more bytes followed.
struct utf8_step {
    char32_t code = 0;
    std::size_t length = 0;
    bool valid = false;
    bool cut = false;
};

/// Looks at the front of a text that is not empty. The lengths of invalid stretches are those
/// of the Unicode Standard, section 3.9 (maximal subparts), so replacements match other
/// programs'.
constexpr utf8_step next_utf8(std::string_view text) {
    auto const byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    std::uint8_t const lead = byte(0);
    if (lead < 0x80) { return {lead, 1, true, false}; }
    std::size_t const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4) { return {0, 1, false, false}; }

    // The second byte has a narrower range after some leads: no overlong forms, no surrogates,
    // nothing beyond U+10FFFF.
    std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    char32_t code = lead & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size()) { return {0, i, false, true}; }
        if (byte(i) < low || byte(i) > high) { return {0, i, false, false}; }
        code = code << 6 | (byte(i) & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    return {code, length, true, false};
}

/// How many bytes at the front of a text are whole code points.
inline std::size_t valid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t eight = 0; // ASCII goes by eight at a time
        if (at + 8 <= text.size()) {
            std::memcpy(&eight, text.data() + at, 8);
            if ((eight & 0x8080808080808080u) == 0) {
                at += 8;
                continue;
            }
        }
        utf8_step const step = next_utf8(text.substr(at));
        if (!step.valid) { break; }
        at += step.length;
    }
    return at;
}

/// Calls valid(part) on the longest stretches of whole code points and invalid(byte) on each
/// byte between them, in order.
template <class Valid, class Invalid>
void each_stretch(std::string_view text, Valid const& valid, Invalid const& invalid) {
    while (!text.empty()) {
        std::size_t const length = valid_utf8(text);
        if (length > 0) { valid(text.substr(0, length)); }
        if (length < text.size()) { invalid(text.substr(length, 1)); }
        text.remove_prefix(std::min(length + 1, text.size()));
    }
}

inline void append_utf8(std::string& text, char32_t code) {
    auto const put = [&text](char32_t bits) { text += static_cast<char>(bits); };
    if (code < 0x80) { return put(code); }
    if (code < 0x800) {
        put(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            put(0xe0 | code >> 12);
        } else {
            put(0xf0 | code >> 18);
            put(0x80 | (code >> 12 & 0x3f));
        }
        put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
}

/// Bytes that arrive in pieces, token by token, leave as whole code points: an incomplete one
/// waits for its rest, and what is no UTF-8 becomes U+FFFD.
class utf8_stream {
  public:
    std::string add(std::string_view bytes) {
        waiting_ += bytes;
        return take(false);
    }
    /// What is left when no more bytes will come.
    std::string finish() { return take(true); }

  private:
    std::string take(bool last) {
        std::string out;
        std::string_view rest = waiting_;
        while (!rest.empty()) {
            utf8_step const step = next_utf8(rest);
            if (step.cut && !last) { break; }
            out += step.valid ? rest.substr(0, step.length) : std::string_view("\xef\xbf\xbd");
            rest.remove_prefix(step.length);
        }
        waiting_.erase(0, waiting_.size() - rest.size());
        return out;
    }

    std::string waiting_;
};

/// The text with U+FFFD for what is no UTF-8.
inline std::string repair_utf8(std::string_view bytes) {
    utf8_stream stream;
    std::string text = stream.add(bytes);
    return text + stream.finish();
}

} // namespace qad

#endif
