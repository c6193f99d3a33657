// SPDX-License-Identifier: MIT
// Chapter 2.1, "Bits are budget" — chapters/2-formats/README.md#s2-1
#ifndef QAD_FORMATS_PACKED_HPP
#define QAD_FORMATS_PACKED_HPP

#include <qad/core/size.hpp>      // index_t, ceil_div
#include <qad/formats/format.hpp> // code_format

#include <cstddef> // byte
#include <span>    // span
#include <vector>  // vector

namespace qad {

/// rows × cols codes of a few bits each, without gaps inside a row: code j of a row occupies
/// the bits [j·b, (j+1)·b) of the row, lowest bit first; every row begins at a byte, so that
/// threads may write rows side by side. For int4 that is two codes a byte, the even column in
/// the low nibble. At first every bit is 0: whatever value code 0 stands for.
template <code_format Code> class packed_codes {
  public:
    packed_codes() = default;
    packed_codes(index_t rows, index_t cols)
        : row_bytes_(ceil_div(checked_mul(cols, Code::bits), 8)),
          bytes_(static_cast<std::size_t>(checked_mul(rows, row_bytes_))) {}

    Code get(index_t row, index_t col) const {
        index_t const bit = col * Code::bits;
        auto const* at = bytes_.data() + row * row_bytes_ + bit / 8;
        unsigned pair = std::to_integer<unsigned>(at[0]);
        if (bit % 8 + Code::bits > 8) { pair |= std::to_integer<unsigned>(at[1]) << 8; }
        return Code::from_code((pair >> (bit % 8)) & mask);
    }
    void set(index_t row, index_t col, Code code) {
        index_t const bit = col * Code::bits;
        auto* at = bytes_.data() + row * row_bytes_ + bit / 8;
        auto const shift = static_cast<unsigned>(bit % 8);
        replace(at[0], mask << shift, code.code() << shift);
        if (shift + Code::bits > 8) {
            replace(at[1], mask >> (8 - shift), code.code() >> (8 - shift));
        }
    }

    index_t row_bytes() const { return row_bytes_; }
    std::span<std::byte const> bytes() const { return bytes_; }
    std::span<std::byte> bytes() { return bytes_; }

  private:
    static constexpr unsigned mask = (1u << Code::bits) - 1;
    static void replace(std::byte& byte, unsigned where, unsigned bits) {
        unsigned const kept = std::to_integer<unsigned>(byte) & ~where;
        byte = static_cast<std::byte>(kept | (bits & where));
    }
    index_t row_bytes_ = 0;
    std::vector<std::byte> bytes_;
};

} // namespace qad

#endif
