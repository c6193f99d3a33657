// SPDX-License-Identifier: MIT
// The block formats of GGUF that put 32 weights behind one scale.
#ifndef QAD_IO_GGML_BLOCKS_HPP
#define QAD_IO_GGML_BLOCKS_HPP

#include <qad/core/size.hpp>    // index_t
#include <qad/formats/fp16.hpp> // fp16

#include <array>   // array
#include <bit>     // bit_cast
#include <cmath>   // abs, round
#include <cstdint> // int8_t
#include <span>    // span

namespace qad {

/// What every block format is, whatever its bits:
///
///   x[j] = factor · step(g) · code(j)  −  low_factor · low_step(g)      g = j / group
///
/// with `size` weights, a code from `lowest` to `highest` for each and integer steps for each
/// group of them. A block of one group has no steps (they are 1), and the second half exists
/// where the block is `lowered`. Both products fit into a float without rounding, so that the
/// one rounding is that of the difference: every way to compute this gives the same bits, fused
/// or not.
template <class B>
concept ggml_block_format = requires(B const& block, std::size_t j) {
    { B::size + B::group } -> std::convertible_to<std::size_t>;
    { B::highest - B::lowest } -> std::convertible_to<int>;
    { block.factor() } -> std::same_as<float>;
    { block.code(j) } -> std::same_as<int>;
};
template <class B> concept stepped = requires(B const& block, std::size_t g) {
    { block.step(g) } -> std::same_as<int>;
};
template <class B> concept lowered = requires(B const& block, std::size_t g) {
    { block.low_factor() } -> std::same_as<float>;
    { block.low_step(g) } -> std::same_as<int>;
};

/// factor · step of group g.
template <ggml_block_format B> constexpr float scale_of(B const& block, std::size_t g) {
    if constexpr (stepped<B>) { return block.factor() * static_cast<float>(block.step(g)); }
    return block.factor();
}
/// low_factor · low_step of group g.
template <lowered B> constexpr float low_of(B const& block, std::size_t g) {
    return block.low_factor() * static_cast<float>(block.low_step(g));
}

/// All weights of a block.
template <ggml_block_format B, class T> void decode_block(B const& block, std::span<T> out) {
    for (std::size_t g = 0; g < B::size / B::group; ++g) {
        float const scale = scale_of(block, g);
        float low = 0;
        if constexpr (lowered<B>) { low = low_of(block, g); }
        for (std::size_t j = g * B::group; j < (g + 1) * B::group; ++j) {
            float const x = scale * static_cast<float>(block.code(j)) - low;
            out[j] = x;
        }
    }
}

inline constexpr std::size_t ggml_block = 32;

namespace detail {

/// Four bits for each of 32 weights: byte j holds element j in its low nibble and element
/// j + 16 in its high one.
using nibbles32 = std::array<std::uint8_t, ggml_block / 2>;
constexpr int nibble(nibbles32 const& q, std::size_t j) {
    return j < 16 ? q[j] & 15 : q[j - 16] >> 4;
}
/// A fifth bit for each, from the lowest bit to the highest: here its weight of 16.
using bits32 = std::array<std::uint8_t, ggml_block / 8>;
constexpr int fifth(bits32 const& q, std::size_t j) {
    return q[j / 8] >> j % 8 << 4 & 16;
}

} // namespace detail

/// Q8_0: x[j] = d · q[j], q from −128 to 127.                                8.5 bits a weight
struct q8_0_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = -128, highest = 127;
    static constexpr float limit = 127 * 65504.0f; // largest weight whose scale is an fp16
    fp16 d;
    std::array<std::int8_t, size> q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr int code(std::size_t j) const { return q[j]; }

    /// d = max|x| / 127, q = x / d rounded half away from zero, d then stored as fp16: the
    /// codes of llama.cpp's quantize_row_q8_0_ref, bit for bit.
    static q8_0_block nearest(std::span<float const, size> x) {
        float largest = 0;
        for (float value : x) { largest = std::max(largest, std::abs(value)); }
        float const d = largest / 127.0f;
        float const inverse = d != 0 ? 1.0f / d : 0.0f;
        q8_0_block block{fp16::nearest(d), {}};
        for (std::size_t j = 0; j < x.size(); ++j) {
            block.q[j] = static_cast<std::int8_t>(std::round(x[j] * inverse));
        }
        return block;
    }
};

/// Q4_0: x[j] = d · (q[j] − 8), q from 0 to 15.                              4.5 bits a weight
struct q4_0_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = -8, highest = 7;
    static constexpr float limit = 8 * 65504.0f;
    fp16 d;
    detail::nibbles32 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr int code(std::size_t j) const { return detail::nibble(q, j) - 8; }

    /// d = −m / 8 for the element m of largest magnitude (the first one), which so becomes code
    /// 0; q = min(15, ⌊x / d + 8.5⌋): quantize_row_q4_0_ref of llama.cpp, bit for bit.
    static q4_0_block nearest(std::span<float const, size> x) {
        float extreme = 0;
        for (float value : x) {
            if (std::abs(value) > std::abs(extreme)) { extreme = value; }
        }
        float const d = extreme / -8.0f;
        float const inverse = d != 0 ? 1.0f / d : 0.0f;
        auto const encode = [inverse](float value) {
            // llama.cpp rounds twice here; volatile keeps the compiler from fusing the two.
            float const volatile scaled = value * inverse;
            return static_cast<unsigned>(std::min(15, static_cast<int>(scaled + 8.5f)));
        };
        q4_0_block block{fp16::nearest(d), {}};
        for (std::size_t j = 0; j < block.q.size(); ++j) {
            block.q[j] = static_cast<std::uint8_t>(encode(x[j]) | encode(x[j + 16]) << 4);
        }
        return block;
    }
};

/// Q4_1: x[j] = d · q[j] + m, q from 0 to 15.                                  5 bits a weight
struct q4_1_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = 0, highest = 15;
    fp16 d, m;
    detail::nibbles32 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr float low_factor() const { return static_cast<float>(m); }
    constexpr int low_step(std::size_t) const { return -1; }
    constexpr int code(std::size_t j) const { return detail::nibble(q, j); }
};

/// Q5_0: x[j] = d · (q[j] − 16), q from 0 to 31, its fifth bit apart.        5.5 bits a weight
struct q5_0_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = -16, highest = 15;
    fp16 d;
    detail::bits32 high;
    detail::nibbles32 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr int code(std::size_t j) const {
        return detail::nibble(q, j) + detail::fifth(high, j) - 16;
    }
};

/// Q5_1: x[j] = d · q[j] + m, q from 0 to 31.                                  6 bits a weight
struct q5_1_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = 0, highest = 31;
    fp16 d, m;
    detail::bits32 high;
    detail::nibbles32 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr float low_factor() const { return static_cast<float>(m); }
    constexpr int low_step(std::size_t) const { return -1; }
    constexpr int code(std::size_t j) const {
        return detail::nibble(q, j) + detail::fifth(high, j);
    }
};

/// IQ4_NL: x[j] = d · level[q[j]].                                           4.5 bits a weight
struct iq4_nl_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = -127, highest = 113;
    /// Closer to each other near zero, where most weights are (ggml-common.h, kvalues_iq4nl).
    static constexpr std::array<std::int8_t, 16> levels = {
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    fp16 d;
    detail::nibbles32 q;

    constexpr float factor() const { return static_cast<float>(d); }
    constexpr int code(std::size_t j) const {
        return levels[static_cast<std::size_t>(detail::nibble(q, j))];
    }
};

/// MXFP4: x[j] = 2^(e − 127) · f[q[j]], f a float of 4 bits, sign · exponent 2 · mantissa 1.
/// Here twice f, which is an integer, and half the power of two.            4.25 bits a weight
struct mxfp4_block {
    static constexpr std::size_t size = ggml_block, group = ggml_block;
    static constexpr int lowest = -12, highest = 12;
    static constexpr std::array<std::int8_t, 16> levels = {
        0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    std::uint8_t e;
    detail::nibbles32 q;

    /// 2^(e − 128), whose last two are subnormal floats. e = 255, a NaN to the standard, is a
    /// power of two to llama.cpp.
    constexpr float factor() const {
        std::uint32_t const bits =
            e < 2 ? 0x200000u << e : static_cast<std::uint32_t>(e - 1) << 23;
        return std::bit_cast<float>(bits);
    }
    constexpr int code(std::size_t j) const {
        return levels[static_cast<std::size_t>(detail::nibble(q, j))];
    }
};

// These are the file's bytes: no padding, readable at every even address.
static_assert(sizeof(q8_0_block) == 34 && alignof(q8_0_block) == 2);
static_assert(sizeof(q4_0_block) == 18 && sizeof(q4_1_block) == 20);
static_assert(sizeof(q5_0_block) == 22 && sizeof(q5_1_block) == 24);
static_assert(sizeof(iq4_nl_block) == 18 && sizeof(mxfp4_block) == 17);

} // namespace qad

#endif
