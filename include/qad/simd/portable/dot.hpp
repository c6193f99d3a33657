// SPDX-License-Identifier: MIT
// Integer dot products of a panel in plain loops: correct on every processor.
#ifndef QAD_SIMD_PORTABLE_DOT_HPP
#define QAD_SIMD_PORTABLE_DOT_HPP

#include <qad/core/size.hpp>    // index_t
#include <qad/formats/fp16.hpp> // fp16
#include <qad/simd/isa.hpp>     // isa::portable

#include <algorithm> // copy_n
#include <cstdint>   // int8_t

namespace qad {

/// What the panel kernel needs of an instruction set. A panel is `rows` neighbouring rows of a
/// weight; its codes lie so that one load brings 4 columns of every row:
///
///   int8   byte [column / 4][row][column % 4]            = code + bias<8>
///   int4   byte [column / 8][row][column % 4]            = (code + 8 of column c) |
///                                                          (code + 8 of column c + 4) << 4
///
/// `dot` adds a block of 16, 32 or 64 columns for N tokens: sum[t][row] += Σ_c (code + bias) ·
/// x[t][c], exactly. The codes x of token t begin t · Block further.
template <class Isa> struct dot_ops;

template <> struct dot_ops<isa::portable> {
    static constexpr index_t rows = 8;
    static constexpr int tokens = 4; // most tokens of one kernel call
    static constexpr bool has_fp16 = false;
    template <int Bits> static constexpr int bias = Bits == 4 ? 8 : 0;

    struct ints {
        std::int32_t lane[rows];
    };
    struct floats {
        float lane[rows];
    };

    /// −offset[row] · sum, what the bias or the zero points added too much.
    static ints correction(int offset, std::int32_t sum) {
        ints result;
        for (auto& x : result.lane) { x = -offset * sum; }
        return result;
    }
    static ints correction(std::int16_t const* offset, std::int32_t sum) {
        ints result;
        for (index_t r = 0; r < rows; ++r) { result.lane[r] = -offset[r] * sum; }
        return result;
    }
    static floats load(float const* at) {
        floats result;
        std::copy_n(at, rows, result.lane);
        return result;
    }
    static floats load(fp16 const* at) {
        floats result;
        for (index_t r = 0; r < rows; ++r) { result.lane[r] = static_cast<float>(at[r]); }
        return result;
    }
    static floats load(std::int8_t const* at) {
        floats result;
        for (index_t r = 0; r < rows; ++r) { result.lane[r] = at[r]; }
        return result;
    }
    static floats zero() { return {}; }
    static floats multiply(floats a, floats b) {
        for (index_t r = 0; r < rows; ++r) { a.lane[r] *= b.lane[r]; }
        return a;
    }
    /// total + (scale · x_scale) · dot
    static floats accumulate(floats total, floats scale, float x_scale, ints dot) {
        for (index_t r = 0; r < rows; ++r) {
            total.lane[r] += scale.lane[r] * x_scale * static_cast<float>(dot.lane[r]);
        }
        return total;
    }
    /// total − low · x_sum
    static floats lower(floats total, floats low, float x_sum) {
        for (index_t r = 0; r < rows; ++r) { total.lane[r] -= low.lane[r] * x_sum; }
        return total;
    }
    static void store(float* at, floats x, index_t count) { std::copy_n(x.lane, count, at); }

    template <int Bits, index_t Block, int N>
    static void dot(ints (&sum)[N], std::uint8_t const* w, std::int8_t const* x) {
        constexpr index_t step = Bits == 4 ? 8 : 4; // columns of 4·rows bytes
        for (index_t c = 0; c < Block; c += step, w += 4 * rows) {
            for (int t = 0; t < N; ++t) {
                std::int8_t const* at = x + t * Block + c;
                for (index_t r = 0; r < rows; ++r) {
                    for (index_t j = 0; j < 4; ++j) {
                        if constexpr (Bits == 4) {
                            int const byte = w[4 * r + j];
                            sum[t].lane[r] += (byte & 15) * at[j] + (byte >> 4) * at[j + 4];
                        } else {
                            sum[t].lane[r] += static_cast<std::int8_t>(w[4 * r + j]) * at[j];
                        }
                    }
                }
            }
        }
    }
};

} // namespace qad

#endif
