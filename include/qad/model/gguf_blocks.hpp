// SPDX-License-Identifier: MIT
// GGUF's blocks of 32 are groups of 32 under another name: the same codes and scales, both
// ways.
#ifndef QAD_MODEL_GGUF_BLOCKS_HPP
#define QAD_MODEL_GGUF_BLOCKS_HPP

#include <qad/model/weight.hpp> // weight, gguf_matrix

#include <cstring> // memcpy

namespace qad {

/// How a block format says the codes of ours: Q8_0 is int8, Q4_0 is int4 (its codes are 8
/// higher).
template <class Block> struct block_codes;
template <> struct block_codes<q8_0_block> {
    using code_type = int8;
    static constexpr ggml_type type = ggml_type::q8_0;
    static int8 get(q8_0_block const& block, std::size_t j) { return int8{block.q[j]}; }
    static void set(q8_0_block& block, std::size_t j, int8 code) { block.q[j] = code.value; }
};
template <> struct block_codes<q4_0_block> {
    using code_type = int4;
    static constexpr ggml_type type = ggml_type::q4_0;
    static int4 get(q4_0_block const& block, std::size_t j) {
        return int4{static_cast<std::int8_t>(block.code(j))};
    }
    static void set(q4_0_block& block, std::size_t j, int4 code) {
        unsigned const shift = j < 16 ? 0 : 4, up = static_cast<unsigned>(code.value + 8);
        block.q[j % 16] =
            static_cast<std::uint8_t>((block.q[j % 16] & (0xf0u >> shift)) | (up << shift));
    }
};

/// The blocks as a quantized matrix, per group of 32 with fp16 scales.
template <class Block> auto from_blocks(gguf_matrix const& m) {
    using codes = block_codes<Block>;
    auto const size = static_cast<index_t>(ggml_block);
    auto const at = [&](index_t i, index_t b) {
        Block block;
        std::memcpy(&block, m.raw_row(i).data() + b * static_cast<index_t>(sizeof block),
                    sizeof block);
        return block;
    };
    std::vector<float> scales;
    for (index_t i = 0; i < m.rows(); ++i) {
        for (index_t b = 0; b < m.cols() / size; ++b) {
            scales.push_back(static_cast<float>(at(i, b).d));
        }
    }
    quantized_matrix<typename codes::code_type> q(m.rows(), m.cols(), per_group(size),
                                                  scale_array(scales, scale_format::fp16));
    for (index_t i = 0; i < m.rows(); ++i) {
        for (index_t j = 0; j < m.cols(); ++j) {
            q.set_code(i, j, codes::get(at(i, j / size), static_cast<std::size_t>(j % size)));
        }
    }
    return q;
}

/// A quantized matrix as blocks, or `shape_error` when no block says the same: it needs groups
/// of 32 neighbours, fp16 scales and no zero points.
template <class Block>
gguf_matrix to_blocks(quantized_matrix<typename block_codes<Block>::code_type> const& q) {
    using codes = block_codes<Block>;
    auto const size = static_cast<index_t>(ggml_block);
    if (q.cut() != per_group(size) || !q.symmetric() || !q.group_of_column().empty() ||
        q.scales().format() != scale_format::fp16) {
        fail<shape_error>("GGUF's ", facts(codes::type).name,
                          " holds symmetric groups of 32 with fp16 "
                          "scales, not ",
                          q.cut().name(), "; quantize with --group 32");
    }
    auto const bytes = std::make_shared<std::vector<std::byte>>();
    bytes->reserve(
        static_cast<std::size_t>(q.rows() * gguf_matrix::bytes_of_row(codes::type, q.cols())));
    for (index_t i = 0; i < q.rows(); ++i) {
        for (index_t b = 0; b < q.groups(); ++b) {
            Block block{fp16::nearest(q.scale(i, b)), {}};
            for (std::size_t j = 0; j < ggml_block; ++j) {
                codes::set(block, j, q.code(i, b * size + static_cast<index_t>(j)));
            }
            auto const raw = std::as_bytes(std::span(&block, 1));
            bytes->insert(bytes->end(), raw.begin(), raw.end());
        }
    }
    return {codes::type, q.rows(), q.cols(), *bytes, bytes};
}

/// The same numbers in a kind of our own where there is one: plain types stay where they are,
/// in the mapped file, and Q8_0 and Q4_0 become groups. The other blocks have no such kind that
/// would not round or grow them: they come back as they are.
inline weight from_gguf(gguf_matrix const& m) {
    return with_layout(m.type(), [&]<class E>() -> weight {
        if constexpr (requires { block_codes<E>::type; }) {
            return from_blocks<E>(m);
        } else if constexpr (ggml_block_format<E>) {
            return m;
        } else {
            auto const* data = m.data().data();
            if (reinterpret_cast<std::uintptr_t>(data) % alignof(E) == 0) {
                return shared_matrix<E>({reinterpret_cast<E const*>(data), m.rows(), m.cols()},
                                        m.owner());
            }
            matrix<E> copy(m.rows(), m.cols()); // general.alignment may be less than 4
            std::memcpy(copy.data(), data, m.data().size());
            return shared_matrix<E>(std::move(copy));
        }
    });
}

} // namespace qad

#endif
