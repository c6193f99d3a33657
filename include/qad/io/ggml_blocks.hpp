// SPDX-License-Identifier: MIT
// The block formats of GGUF: 32 weights behind one fp16 scale.
#ifndef QAD_IO_GGML_BLOCKS_HPP
#define QAD_IO_GGML_BLOCKS_HPP

#include <qad/core/size.hpp>    // index_t
#include <qad/formats/bf16.hpp> // bf16
#include <qad/formats/fp16.hpp> // fp16

#include <array>   // array
#include <cmath>   // abs, round
#include <cstdint> // int8_t
#include <span>    // span

namespace qad {

inline constexpr std::size_t ggml_block = 32;

/// Q8_0: x[j] = d · q[j], q from −127 to 127.                               8.5 bits a weight
struct q8_0_block {
    fp16 d;
    std::array<std::int8_t, ggml_block> q;

    constexpr float operator[](std::size_t j) const { return static_cast<float>(d) * q[j]; }

    /// d = max|x| / 127, q = x / d rounded half away from zero, d then stored as fp16: the
    /// codes of llama.cpp's quantize_row_q8_0_ref, bit for bit.
    static q8_0_block nearest(std::span<float const, ggml_block> x) {
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
/// Byte j holds element j in its low nibble and element j + 16 in its high one.
struct q4_0_block {
    fp16 d;
    std::array<std::uint8_t, ggml_block / 2> q;

    constexpr int code(std::size_t j) const {
        return (j < 16 ? q[j] & 15 : q[j - 16] >> 4) - 8;
    }
    constexpr float operator[](std::size_t j) const {
        return static_cast<float>(d) * static_cast<float>(code(j));
    }

    /// d = −m / 8 for the element m of largest magnitude (the first one), which so becomes code
    /// 0; q = min(15, ⌊x / d + 8.5⌋): quantize_row_q4_0_ref of llama.cpp, bit for bit.
    static q4_0_block nearest(std::span<float const, ggml_block> x) {
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

// These are the file's bytes: no padding, readable at every even address.
static_assert(sizeof(q8_0_block) == 34 && alignof(q8_0_block) == 2);
static_assert(sizeof(q4_0_block) == 18 && alignof(q4_0_block) == 2);

} // namespace qad

#endif
