// SPDX-License-Identifier: MIT
// The K-quants of GGUF: 256 weights in groups, whose scales are quantized too.
#ifndef QAD_IO_GGML_K_BLOCKS_HPP
#define QAD_IO_GGML_K_BLOCKS_HPP

#include <qad/io/ggml_blocks.hpp> // ggml_block_format

namespace qad {

// Scales of scales: an fp16 for 256 weights, then 4 to 8 bits for each group of 16 or 32. So a
// group costs half of what a 32-block pays, or has a low end for the same price.

inline constexpr std::size_t ggml_k_block = 256;

namespace detail {

/// Two bits for each of 256 weights: of 128, byte l holds those of the elements l, l + 32,
/// l + 64 and l + 96, lowest first.
using pairs256 = std::array<std::uint8_t, ggml_k_block / 4>;
constexpr int pair(pairs256 const& q, std::size_t j) {
    return q[j / 128 * 32 + j % 32] >> j % 128 / 32 * 2 & 3;
}
/// One bit: byte l % 32 holds that of every 32nd element.
using bits256 = std::array<std::uint8_t, ggml_k_block / 8>;
constexpr int bit(bits256 const& q, std::size_t j) { return q[j % 32] >> j / 32 & 1; }
/// Four bits: of 64, byte l holds the elements l (low) and l + 32 (high).
using nibbles256 = std::array<std::uint8_t, ggml_k_block / 2>;
constexpr int nibble(nibbles256 const& q, std::size_t j) {
    return q[j / 64 * 32 + j % 32] >> j % 64 / 32 * 4 & 15;
}

/// Eight scales and eight minima of 6 bits in 12 bytes: the first four of each lie in the low
/// six bits of bytes 0–3 and 4–7, the others in the nibbles of bytes 8–11, their two highest
/// bits above the six of the first.
using sixes = std::array<std::uint8_t, 12>;
constexpr int scale_of(sixes const& b, std::size_t g) {
    return g < 4 ? b[g] & 63 : (b[g + 4] & 15) | b[g - 4] >> 6 << 4;
}
constexpr int low_of(sixes const& b, std::size_t g) {
    return g < 4 ? b[g + 4] & 63 : b[g + 4] >> 4 | b[g] >> 6 << 4;
}

} // namespace detail

/// Q2_K: x[j] = d · s[g] · q[j] − dmin · m[g], all of s, m 4 bits, q 2.    2.625 bits a weight
struct q2_k_block {
    static constexpr std::size_t size = ggml_k_block, group = 16;
    static constexpr int lowest = 0, highest = 3;
    std::array<std::uint8_t, size / group> scales; // s low, m high
    detail::pairs256 q;
    fp16 d, dmin;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr float low_factor() const { return static_cast<float>(dmin); }
    constexpr int step(std::size_t g) const { return scales[g] & 15; }
    constexpr int low_step(std::size_t g) const { return scales[g] >> 4; }
    constexpr int code(std::size_t j) const { return detail::pair(q, j); }
};

/// Q3_K: x[j] = d · (s[g] − 32) · (q[j] − 4), s 6 bits, q 3.              3.4375 bits a weight
struct q3_k_block {
    static constexpr std::size_t size = ggml_k_block, group = 16;
    static constexpr int lowest = -4, highest = 3;
    detail::bits256 high;
    detail::pairs256 q;
    detail::sixes scales;
    fp16 d;

    constexpr float factor() const { return static_cast<float>(d); }
    /// Four low bits in a nibble of bytes 0–7, the low ones first; two high ones in byte
    /// 8 + g % 4.
    constexpr int step(std::size_t g) const {
        int const low = scales[g % 8] >> g / 8 * 4 & 15, top = scales[8 + g % 4] >> g / 4 * 2;
        return (low | (top & 3) << 4) - 32;
    }
    constexpr int code(std::size_t j) const {
        return detail::pair(q, j) + 4 * detail::bit(high, j) - 4;
    }
};

/// Q4_K: x[j] = d · s[g] · q[j] − dmin · m[g], s, m 6 bits, q 4.             4.5 bits a weight
struct q4_k_block {
    static constexpr std::size_t size = ggml_k_block, group = 32;
    static constexpr int lowest = 0, highest = 15;
    fp16 d, dmin;
    detail::sixes scales;
    detail::nibbles256 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr float low_factor() const { return static_cast<float>(dmin); }
    constexpr int step(std::size_t g) const { return detail::scale_of(scales, g); }
    constexpr int low_step(std::size_t g) const { return detail::low_of(scales, g); }
    constexpr int code(std::size_t j) const { return detail::nibble(q, j); }
};

/// Q5_K: as Q4_K, with a fifth bit of q apart.                               5.5 bits a weight
struct q5_k_block {
    static constexpr std::size_t size = ggml_k_block, group = 32;
    static constexpr int lowest = 0, highest = 31;
    fp16 d, dmin;
    detail::sixes scales;
    detail::bits256 high;
    detail::nibbles256 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr float low_factor() const { return static_cast<float>(dmin); }
    constexpr int step(std::size_t g) const { return detail::scale_of(scales, g); }
    constexpr int low_step(std::size_t g) const { return detail::low_of(scales, g); }
    constexpr int code(std::size_t j) const {
        return detail::nibble(q, j) + 16 * detail::bit(high, j);
    }
};

/// Q6_K: x[j] = d · s[g] · (q[j] − 32), s 8 bits, q 6.                    6.5625 bits a weight
struct q6_k_block {
    static constexpr std::size_t size = ggml_k_block, group = 16;
    static constexpr int lowest = -32, highest = 31;
    /// The low four bits: of 128, byte l holds the elements l (low) and l + 64 (high).
    detail::nibbles256 low;
    detail::pairs256 high;
    std::array<std::int8_t, size / group> scales;
    fp16 d;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr int step(std::size_t g) const { return scales[g]; }
    constexpr int code(std::size_t j) const {
        int const four = low[j / 128 * 64 + j % 64] >> j % 128 / 64 * 4 & 15;
        return (four | detail::pair(high, j) << 4) - 32;
    }
};

/// IQ4_XS: x[j] = d · (s[g] − 32) · level[q[j]], s 6 bits, q 4.             4.25 bits a weight
struct iq4_xs_block {
    static constexpr std::size_t size = ggml_k_block, group = 32;
    static constexpr int lowest = -127, highest = 113;
    fp16 d;
    std::array<std::uint8_t, 2> scales_high; // two bits of each, lowest first
    std::array<std::uint8_t, 4> scales_low;  // four bits of each
    std::array<detail::nibbles32, size / group> q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr int step(std::size_t g) const {
        int const low = scales_low[g / 2] >> g % 2 * 4 & 15;
        return (low | (scales_high[g / 4] >> g % 4 * 2 & 3) << 4) - 32;
    }
    constexpr int code(std::size_t j) const {
        return iq4_nl_block::levels[static_cast<std::size_t>(
            detail::nibble(q[j / group], j % group))];
    }
};

// These are the file's bytes: no padding, readable at every even address.
static_assert(sizeof(q2_k_block) == 84 && sizeof(q3_k_block) == 110);
static_assert(sizeof(q4_k_block) == 144 && sizeof(q5_k_block) == 176);
static_assert(sizeof(q6_k_block) == 210 && sizeof(iq4_xs_block) == 136);

} // namespace qad

#endif
