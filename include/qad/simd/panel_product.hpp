// SPDX-License-Identifier: MIT
// One panel of a quantized weight times a few tokens: the kernel of decoding and of prefill.
#ifndef QAD_SIMD_PANEL_PRODUCT_HPP
#define QAD_SIMD_PANEL_PRODUCT_HPP

#include <qad/simd/activation.hpp> // activation
#include <qad/simd/panels.hpp>     // panels

namespace qad {

/// y[t][i] = Σ_blocks (s_w · s_x) · Σ_columns (code − offset) · x_code, for N tokens from `first` on
/// and the rows of panel p. The inner sums are exact integers, the outer sum runs over the blocks in
/// their order, one fused multiply-add each: a token has the same bits whatever N is.
template <int Bits, int N, class Isa>
void multiply_panel(matrix_view<float> y, panels<Isa> const& w, index_t p, activation<Isa> const& x,
                    index_t first) {
    using ops = dot_ops<Isa>;
    index_t const block = w.block(), code_bytes = ops::rows * block * Bits / 8;
    index_t const per_group = w.blocks() / w.groups();
    std::uint8_t const* codes = w.codes(p);
    std::int8_t const* row = x.codes(first);
    typename ops::floats total[N];
    for (auto& sum : total) { sum = ops::zero(); }

    for (index_t b = 0, group = 0; b < w.blocks(); ++group) {
        auto const scale = w.scales(p, group);
        for (index_t end = b + per_group; b < end; ++b, codes += code_bytes) {
            typename ops::ints dot[N];
            for (int t = 0; t < N; ++t) {
                std::int32_t const sum = x.sums(first + t)[b];
                dot[t] = w.has_offsets() ? ops::correction(w.offsets(p, group), sum)
                                         : ops::correction(ops::template bias<Bits>, sum);
            }
            for (index_t c = 0; c < block; c += 32) {
                ops::template dot32<Bits, N>(dot, codes + c * ops::rows * Bits / 8,
                                             row + b * block + c, x.stride());
            }
            for (int t = 0; t < N; ++t) {
                total[t] = ops::accumulate(total[t], scale, x.scales(first + t)[b], dot[t]);
            }
        }
    }
    for (int t = 0; t < N; ++t) {
        ops::store(&y(first + t, p * ops::rows), total[t], w.rows_of(p));
    }
}

/// All tokens times panel p, in the largest portions that the registers hold.
template <int Bits, class Isa>
void multiply_panel(matrix_view<float> y, panels<Isa> const& w, index_t p, activation<Isa> const& x) {
    index_t t = 0;
    if constexpr (dot_ops<Isa>::tokens >= 8) {
        for (; t + 8 <= x.rows(); t += 8) { multiply_panel<Bits, 8>(y, w, p, x, t); }
    }
    for (; t + 4 <= x.rows(); t += 4) { multiply_panel<Bits, 4>(y, w, p, x, t); }
    for (; t + 2 <= x.rows(); t += 2) { multiply_panel<Bits, 2>(y, w, p, x, t); }
    for (; t < x.rows(); ++t) { multiply_panel<Bits, 1>(y, w, p, x, t); }
}

} // namespace qad

#endif
