// SPDX-License-Identifier: MIT
// GGUF weights with random bits and scales of an ordinary size.
#ifndef QAD_TESTS_SUPPORT_RANDOM_BLOCKS_HPP
#define QAD_TESTS_SUPPORT_RANDOM_BLOCKS_HPP

#include <qad/core/random.hpp>    // generator
#include <qad/io/gguf_matrix.hpp> // gguf_matrix

namespace qad::test {

inline constexpr ggml_type block_types[] = {
    ggml_type::q4_0,  ggml_type::q4_1, ggml_type::q5_0, ggml_type::q5_1, ggml_type::q8_0,
    ggml_type::q2_k,  ggml_type::q3_k, ggml_type::q4_k, ggml_type::q5_k, ggml_type::q6_k,
    ggml_type::iq4_nl, ggml_type::iq4_xs, ggml_type::mxfp4};

/// Weights of about ±size: what a block adds to the scale (levels, steps) is taken out of it. Low
/// ends are negative offsets, as real files have them.
inline gguf_matrix random_blocks(ggml_type type, index_t rows, index_t cols, double size, std::uint64_t seed) {
    generator random(seed);
    auto const bytes = std::make_shared<std::vector<std::byte>>(
        static_cast<std::size_t>(rows * gguf_matrix::bytes_of_row(type, cols)));
    with_layout(type, [&]<class E>() {
        for (std::size_t at = 0; at < bytes->size(); at += sizeof(E)) {
            E element{};
            auto* const raw = reinterpret_cast<std::uint8_t*>(&element);
            for (std::size_t i = 0; i < sizeof(E); ++i) { raw[i] = static_cast<std::uint8_t>(random.below(256)); }
            if constexpr (ggml_block_format<E>) {
                double const unit = size / std::max(E::highest, -E::lowest) / (stepped<E> ? 32 : 1);
                auto const scale = [&] { return fp16::nearest(static_cast<float>(unit * random.uniform(0.5, 1))); };
                if constexpr (requires { element.d; }) { element.d = scale(); }
                if constexpr (requires { element.e; }) { element.e = static_cast<std::uint8_t>(118 + random.below(6)); }
                if constexpr (requires { element.dmin; }) {
                    element.dmin = fp16::nearest(static_cast<float>(size / 64 * random.uniform(0.5, 1)));
                }
                if constexpr (requires { element.m; }) {
                    element.m = fp16::nearest(static_cast<float>(-size * random.uniform(0.3, 0.6)));
                }
            } else if constexpr (std::is_same_v<E, float>) {
                element = static_cast<float>(size * random.uniform(-1, 1));
            } else {
                element = E::nearest(static_cast<float>(size * random.uniform(-1, 1)));
            }
            std::memcpy(bytes->data() + at, &element, sizeof(E));
        }
    });
    return {type, rows, cols, *bytes, bytes};
}

} // namespace qad::test

#endif
