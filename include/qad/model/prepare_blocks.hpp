// SPDX-License-Identifier: MIT
// GGUF blocks in the order in which a vector unit reads them: the same codes and scales.
#ifndef QAD_MODEL_PREPARE_BLOCKS_HPP
#define QAD_MODEL_PREPARE_BLOCKS_HPP

#include <qad/model/gguf_blocks.hpp> // from_gguf
#include <qad/simd/prepare.hpp>      // prepare, panels

namespace qad {

namespace detail {

/// A block format as panels say it: codes of 16 values in 4 bits, moved to −8 … 7 where they
/// begin elsewhere, all others in 8. Groups of K-quants keep their steps of 8 bits.
template <ggml_block_format B> prepared panels_of(gguf_matrix const& m) {
    constexpr bool four = B::highest - B::lowest < 16;
    constexpr int up = four ? -8 - B::lowest : 0; // code + up is what the panel holds
    constexpr auto size = static_cast<index_t>(B::size), group = static_cast<index_t>(B::group);
    panel_shape const shape{.rows = m.rows(),
                            .cols = m.cols(),
                            .group = group,
                            .bits = four ? 4 : 8,
                            .zero = up,
                            .has_lows = lowered<B>,
                            .span = size / group};
    auto const block = [&](index_t i, index_t b) -> B const& {
        return reinterpret_cast<B const*>(m.raw_row(i).data())[b];
    };
    auto const code = [&](index_t i, index_t j) {
        return block(i, j / size).code(static_cast<std::size_t>(j % size)) + up;
    };
    auto const place = [](index_t g) { return static_cast<std::size_t>(g % (size / group)); };
    auto const scale = [&](index_t i, index_t g) {
        B const& from = block(i, g * group / size);
        if constexpr (stepped<B>) {
            return stepped_scale{from.factor(), from.step(place(g))};
        } else {
            return from.factor();
        }
    };
    auto const low = [&](index_t i, index_t g) {
        B const& from = block(i, g * group / size);
        if constexpr (!lowered<B>) {
            return 0.0f;
        } else if constexpr (stepped<B>) {
            return stepped_scale{from.low_factor(), from.low_step(place(g))};
        } else {
            return low_of(from, 0);
        }
    };
    auto const none = [](index_t, index_t) { return 0; };
    return prepared(
        prepared::storage(ordered_panels<isa::native>{{shape, code, scale, none, low}, {}}));
}

} // namespace detail

/// GGUF weights, ready for this processor's vector instructions. Blocks lose nothing.
inline prepared prepare(simd_t, gguf_matrix const& m) {
    return with_layout(m.type(), [&]<class E>() {
        if constexpr (ggml_block_format<E>) {
            if (reinterpret_cast<std::uintptr_t>(m.data().data()) % alignof(E) == 0) {
                return detail::panels_of<E>(m);
            }
            // general.alignment of the file is 1.
            auto const copy =
                std::make_shared<std::vector<std::byte>>(m.data().begin(), m.data().end());
            return detail::panels_of<E>({m.type(), m.rows(), m.cols(), *copy, copy});
        } else {
            return prepare(simd, std::get<shared_matrix<E>>(from_gguf(m)));
        }
    });
}

} // namespace qad

#endif
