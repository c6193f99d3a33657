// SPDX-License-Identifier: MIT
// y = x·Wᵀ on the vector unit, for one token or many, one weight or several.
#ifndef QAD_SIMD_MULTIPLY_HPP
#define QAD_SIMD_MULTIPLY_HPP

#include <qad/core/backend.hpp>       // simd_t
#include <qad/simd/dense.hpp>         // multiply_dense
#include <qad/simd/panel_product.hpp> // multiply_panel
#include <qad/simd/prepare.hpp>       // prepared, prepare

#include <array> // array

namespace qad {

namespace detail {

/// The activations of a thread's product in int8, once for each way its weights want them:
/// blocks of 16, 32 or 64 columns; `ordered` is for weights with an order of their own.
template <class Isa> struct quantized_input {
    std::array<activation<Isa>, 3> by_block;
    std::vector<activation<Isa>> ordered;
    std::vector<activation<Isa> const*> of_weight;

    void prepare(std::span<prepared_for<Isa> const* const> weights,
                 matrix_view<float const> x) {
        bool done[3] = {};
        of_weight.assign(weights.size(), nullptr);
        if (ordered.size() < weights.size()) { ordered.resize(weights.size()); }
        for (std::size_t k = 0; k < weights.size(); ++k) {
            auto const* w = weights[k]->quantized();
            if (w == nullptr) { continue; }
            auto const which = static_cast<std::size_t>(w->codes.block() / 32); // 0, 1, 2
            if (!w->order.empty()) {
                ordered[k].quantize(x, w->codes.block(), w->order);
                of_weight[k] = &ordered[k];
            } else {
                if (!done[which]) { by_block[which].quantize(x, w->codes.block()); }
                done[which] = true;
                of_weight[k] = &by_block[which];
            }
        }
    }
};

/// Rows that a share takes at least: a panel, or a cache line of outputs.
template <class Isa> inline constexpr index_t row_grain = 16;

/// Rows [begin, end) of one weight, begin a multiple of the grain.
template <class Isa>
void multiply_part(matrix_view<float> y, prepared_for<Isa> const& w, matrix_view<float const> x,
                   activation<Isa> const* codes, index_t begin, index_t end) {
    std::visit(
        [&](auto const& m) {
            if constexpr (requires { m.codes; }) {
                constexpr index_t rows = panels<Isa>::panel_rows;
                multiply_panels(y, m.codes, *codes, begin / rows, ceil_div(end, rows));
            } else if constexpr (requires { m.decode; }) {
                thread_local matrix<float> floats;
                constexpr index_t grain = row_grain<Isa>;
                if (floats.cols() != m.cols()) { floats = matrix<float>(grain, m.cols()); }
                for (index_t i = begin; i < end; i += grain) {
                    index_t const count = std::min(grain, end - i);
                    for (index_t r = 0; r < count; ++r) { m.decode(i + r, floats.row(r)); }
                    matrix_view<float const> const rows = floats.view().rows(0, count);
                    multiply_dense(y.cols(i, count), rows, x, 0, count);
                }
            } else {
                multiply_dense(y, m.view(), x, begin, end);
            }
        },
        w.kind());
}

} // namespace detail

/// y_k = x·W_kᵀ for weights that share their input; x: tokens × inputs, y_k: tokens × outputs
/// of W_k. One fork for all of them.
///
/// Floating-point weights: float arithmetic, see dot_row. Quantized weights: x is rounded to
/// int8 in blocks b of 16, 32 or 64 columns, s_x = max|x| / 127 over the block; beyond that the
/// products are exact but for the float sum over the n terms of the blocks (two for a block
/// with a low end), so that against the exact product with the weights as stored
///
///   |Δy| ≤ Σ_b s_x/2 · Σ_{j in b} |ŵ[j]|
///          + (n + 3) · 2⁻²⁴ · Σ_b (|s_w·s_x·dot_b| + |low·s_x·Σ x_b|)
///
/// Weights that no integer kernel knows are decoded 16 rows at a time and multiplied as floats.
/// Results depend on no number of threads; quantized ones also on no other token of the batch.
template <class Isa> void multiply(simd_t, std::span<matrix_view<float> const> y,
                                   std::span<prepared_for<Isa> const* const> w,
                                   matrix_view<float const> x) {
    if (y.size() != w.size()) {
        fail<shape_error>(y.size(), " outputs for ", w.size(), " weights");
    }
    index_t grains = 0;
    constexpr index_t grain = detail::row_grain<Isa>;
    for (std::size_t k = 0; k < w.size(); ++k) {
        if (y[k].rows() != x.rows() || y[k].cols() != w[k]->rows() ||
            x.cols() != w[k]->cols()) {
            fail<shape_error>("multiply: y ", y[k].rows(), " x ", y[k].cols(), " = x ",
                              x.rows(), " x ", x.cols(), " times the transpose of w ",
                              w[k]->rows(), " x ", w[k]->cols(), " does not fit");
        }
        grains += ceil_div(w[k]->rows(), grain);
    }
    if (x.rows() == 0) { return; }
    thread_local detail::quantized_input<Isa> input;
    detail::quantized_input<Isa>* const codes = &input; // workers read the caller's
    codes->prepare(w, x);

    // Shares are runs of grains, counted through all weights.
    parallel(grains, 1, [&](index_t begin, index_t end) {
        index_t before = 0;
        for (std::size_t k = 0; k < w.size(); ++k) {
            index_t const count = ceil_div(w[k]->rows(), grain);
            index_t const from = std::max(begin - before, index_t{0});
            index_t const to = std::min(end - before, count);
            if (from < to) {
                detail::multiply_part(y[k], *w[k], x, codes->of_weight[k], from * grain,
                                      std::min(to * grain, w[k]->rows()));
            }
            before += count;
        }
    });
}

/// y = x·Wᵀ.
template <class Isa> void multiply(simd_t, matrix_view<float> y, prepared_for<Isa> const& w,
                                   matrix_view<float const> x) {
    prepared_for<Isa> const* weight = &w;
    multiply(simd, std::span<matrix_view<float> const>(&y, 1),
             std::span<prepared_for<Isa> const* const>(&weight, 1), x);
}
/// One token.
template <class Isa> void multiply(simd_t, std::span<float> y, prepared_for<Isa> const& w,
                                   std::span<float const> x) {
    multiply(simd, matrix_view<float>(y), w, matrix_view<float const>(x));
}

} // namespace qad

#endif
