// SPDX-License-Identifier: MIT
// One panel of a quantized weight times a few tokens: the kernel of decoding and of prefill.
#ifndef QAD_SIMD_PANEL_PRODUCT_HPP
#define QAD_SIMD_PANEL_PRODUCT_HPP

#include <qad/simd/activation.hpp>        // activation
#include <qad/simd/amx/panel_product.hpp> // multiply_tiles
#include <qad/simd/panels.hpp>            // panels

#include <type_traits> // is_same_v

namespace qad {

/// y[t][i] = Σ_blocks (s_w · s_x) · Σ_columns (code − offset) · x_code − low · s_x · Σ x_code,
/// for N tokens from `first` on (which do not cross a multiple of 16) and the rows of panel p.
/// The inner sums are exact integers, the outer sum runs over the blocks in their order, one
/// multiply-add for each, and one more for a low end: a token has the same bits whatever N is.
template <int Bits, index_t Block, int N, class Isa>
void multiply_panel(matrix_view<float> y, panels<Isa> const& w, index_t p,
                    activation<Isa> const& x, index_t first) {
    using ops = dot_ops<Isa>;
    constexpr index_t tile = activation<Isa>::tile;
    index_t const blocks = w.blocks(), per_group = blocks / w.groups();
    bool const offsets = w.has_offsets(), lows = w.has_lows();
    int const offset = w.offset();
    std::uint8_t const* codes = w.codes(p);
    std::int8_t const* x_codes = x.codes(first);
    float const* x_scale = x.scales(first);
    std::int32_t const* x_sum = x.sums(first);
    typename ops::floats total[N];
    for (auto& sum : total) { sum = ops::zero(); }

    auto scale = w.scales(p, 0), low = lows ? w.lows(p, 0) : ops::zero();
    for (index_t b = 0, group = 0, left = per_group; b < blocks; ++b, --left) {
        if (left == 0) {
            left = per_group;
            scale = w.scales(p, ++group);
            if (lows) { low = w.lows(p, group); }
        }
        typename ops::ints dot[N];
        for (int t = 0; t < N; ++t) {
            dot[t] = offsets ? ops::correction(w.offsets(p, group), x_sum[t])
                             : ops::correction(offset, x_sum[t]);
        }
        ops::template dot<Bits, Block>(dot, codes, x_codes);
        for (int t = 0; t < N; ++t) {
            total[t] = ops::accumulate(total[t], scale, x_scale[t], dot[t]);
            if (lows) {
                float const x_total = x_scale[t] * static_cast<float>(x_sum[t]);
                total[t] = ops::lower(total[t], low, x_total);
            }
        }
        codes += ops::rows * Block * Bits / 8;
        x_codes += tile * Block;
        x_scale += tile;
        x_sum += tile;
    }
    for (int t = 0; t < N; ++t) {
        ops::store(&y(first + t, p * ops::rows), total[t], w.rows_of(p));
    }
}

/// Tokens from `first` (a multiple of 16) on times panel p, in the largest portions that the
/// registers hold.
template <int Bits, index_t Block, class Isa>
void multiply_panel(matrix_view<float> y, panels<Isa> const& w, index_t p,
                    activation<Isa> const& x, index_t first) {
    index_t t = first;
    if constexpr (dot_ops<Isa>::tokens >= 8) {
        for (; t + 8 <= x.rows(); t += 8) { multiply_panel<Bits, Block, 8>(y, w, p, x, t); }
    }
    for (; t + 4 <= x.rows(); t += 4) { multiply_panel<Bits, Block, 4>(y, w, p, x, t); }
    for (; t + 2 <= x.rows(); t += 2) { multiply_panel<Bits, Block, 2>(y, w, p, x, t); }
    for (; t < x.rows(); ++t) { multiply_panel<Bits, Block, 1>(y, w, p, x, t); }
}

/// Panels [begin, end) times all tokens.
template <class Isa> void multiply_panels(matrix_view<float> y, panels<Isa> const& w,
                                          activation<Isa> const& x, index_t begin,
                                          index_t end) {
    index_t first = 0;
#if defined(QAD_SIMD_AMX)
    if constexpr (std::is_same_v<Isa, isa::amx>) {
        first = multiply_tiles(y, w, x, begin, end);
    }
#endif
    for (index_t p = begin; p < end && first < x.rows(); ++p) {
        auto const with_bits = [&]<int Bits>() {
            switch (w.block()) {
            case 64:
                return multiply_panel<Bits, 64>(y, w, p, x, first);
            case 32:
                return multiply_panel<Bits, 32>(y, w, p, x, first);
            default:
                return multiply_panel<Bits, 16>(y, w, p, x, first);
            }
        };
        w.bits() == 4 ? with_bits.template operator()<4>() : with_bits.template operator()<8>();
    }
}

} // namespace qad

#endif
