// SPDX-License-Identifier: MIT
// Chapter 2.5, "Worked memory calculations" — chapters/2-formats/README.md#s2-5
#ifndef QAD_FIT_STORAGE_HPP
#define QAD_FIT_STORAGE_HPP

#include <qad/fit/units.hpp> // byte_count

namespace qad {

/// How numbers are stored: the bits of a code, and what stands beside the codes.
///
///   bits per weight = bits + (scale_bits + zero_bits + outer_bits/outer_group) / group
///
/// A group is a run of `group` numbers in a row that share one scale and one zero point; group
/// 0 is the whole row. Scales that are quantized themselves (nf4's double quantization) have an
/// outer scale of `outer_bits` for each `outer_group`. `{4.5}` says: 4.5 bits, all told.
struct storage {
    double bits = 16;
    index_t group = 0;
    double scale_bits = 0;
    double zero_bits = 0;
    index_t outer_group = 0;
    double outer_bits = 0;

    constexpr bool operator==(storage const&) const = default;
};

inline constexpr storage in_fp32{32}, in_fp16{16}, in_bf16{16};
/// b-bit codes with an fp16 scale for each group: 4.125 bits for 4 bits in groups of 128.
constexpr storage in_groups(double bits, index_t group) { return {bits, group, 16}; }
/// b-bit codes with an fp16 scale for each row.
constexpr storage in_rows(double bits) { return {bits, 0, 16}; }
/// nf4 in blocks of 64 with fp32 scales: 4.5 bits; with the scales as 8-bit codes: 4.127.
inline constexpr storage in_nf4{4, 64, 32};
inline constexpr storage in_nf4_double{4, 64, 8, 0, 256, 32};

/// ⌈count · bits / 8⌉ bytes.
constexpr byte_count packed_bytes(index_t count, double bits) {
    double const exact = static_cast<double>(count) * bits / 8;
    if (!(exact >= 0 && exact < 0x1p62)) {
        fail<shape_error>("cannot store ", count, " numbers of ", bits, " bits (chapter 2.5)");
    }
    auto const whole = static_cast<index_t>(exact);
    return byte_count(static_cast<double>(whole) < exact ? whole + 1 : whole);
}

//[stored]
/// The bytes of rows × cols numbers: codes, then whole groups only. A row that the group does
/// not divide pays for one group more, and no group goes on in the next row.
constexpr byte_count stored_bytes(index_t rows, index_t cols, storage s) {
    index_t const count = checked_mul(rows, cols);
    index_t const groups = checked_mul(rows, s.group > 0 ? ceil_div(cols, s.group) : 1);
    byte_count sum = packed_bytes(count, s.bits);
    sum += packed_bytes(groups, s.scale_bits);
    sum += packed_bytes(groups, s.zero_bits);
    if (s.outer_group > 0) {
        sum += packed_bytes(ceil_div(groups, s.outer_group), s.outer_bits);
    }
    return sum;
}
//[stored]

/// The bits that one number costs with its share of everything beside it. Needs a group, unless
/// there are no scales; the whole row of group 0 is `cols` long.
constexpr double bits_per_weight(storage s, index_t cols = 0) {
    double beside = s.scale_bits + s.zero_bits;
    if (s.outer_group > 0) { beside += s.outer_bits / static_cast<double>(s.outer_group); }
    index_t const group = s.group > 0 ? s.group : cols;
    if (beside > 0 && group <= 0) {
        fail<shape_error>("one scale for a row: say how long the row is (chapter 2.5)");
    }
    return beside > 0 ? s.bits + beside / static_cast<double>(group) : s.bits;
}

static_assert(bits_per_weight(in_groups(4, 128)) == 4.125);
static_assert(stored_bytes(1, 70'000'000'000, {4}) == byte_count(35_GB));

} // namespace qad

#endif
