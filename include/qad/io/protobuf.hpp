// SPDX-License-Identifier: MIT
// Reading messages in the wire format of Protocol Buffers.
#ifndef QAD_IO_PROTOBUF_HPP
#define QAD_IO_PROTOBUF_HPP

#include <qad/core/size.hpp> // errors

#include <bit>         // bit_cast
#include <cstdint>     // uint64_t
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// One field of a message. What its number means, the message's description says.
struct protobuf_field {
    std::uint64_t number = 0;
    std::uint64_t value = 0;     ///< of a number; of a 32- or 64-bit field, its bits
    std::string_view bytes = {}; ///< of a string, or of a message within

    bool flag() const { return value != 0; }
    float real() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }
};

/// The fields of a message from front to back. `format_error` (file, what, byte) where the
/// bytes are none.
///   https://protobuf.dev/programming-guides/encoding
class protobuf_reader {
  public:
    protobuf_reader(std::string_view bytes, std::string const& where)
        : rest_(bytes), size_(bytes.size()), where_(where) {}

    /// False at the end of the message.
    bool next(protobuf_field& field) {
        if (rest_.empty()) { return false; }
        std::uint64_t const key = varint();
        field = {.number = key >> 3};
        switch (key & 7) {
        case 0:
            field.value = varint();
            break;
        case 1:
            field.value = little_endian(8);
            break;
        case 5:
            field.value = little_endian(4);
            break;
        case 2:
            field.bytes = take(varint());
            break;
        default:
            damaged("a field of a kind that does not exist");
        }
        if (field.number == 0) { damaged("a field without a number"); }
        return true;
    }

  private:
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            auto const byte = static_cast<std::uint8_t>(take(1)[0]);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) { return value; }
        }
        damaged("a number of more than 64 bits");
    }
    std::uint64_t little_endian(std::size_t count) {
        std::string_view const bytes = take(count);
        std::uint64_t value = 0;
        while (count-- > 0) { value = value << 8 | static_cast<std::uint8_t>(bytes[count]); }
        return value;
    }
    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) { damaged("a field that is longer than what is left"); }
        std::string_view const bytes = rest_.substr(0, static_cast<std::size_t>(count));
        rest_.remove_prefix(bytes.size());
        return bytes;
    }
    [[noreturn]] void damaged(char const* what) const {
        fail<format_error>(where_, ": byte ", size_ - rest_.size(), " of a message of ", size_,
                           ": ", what, "; the file is truncated or damaged, fetch it again");
    }

    std::string_view rest_;
    std::size_t size_;
    std::string where_;
};

} // namespace qad

#endif
