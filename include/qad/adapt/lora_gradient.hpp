// SPDX-License-Identifier: MIT
// Chapter 5.4, "QLoRA" — chapters/5-adapt/README.md#s5-4
#ifndef QAD_ADAPT_LORA_GRADIENT_HPP
#define QAD_ADAPT_LORA_GRADIENT_HPP

#include <qad/adapt/lora.hpp>        // basic_lora
#include <qad/core/eigen.hpp>        // as_eigen
#include <qad/layers/linear.hpp>     // linear_input_gradient, linear_weight_gradient
#include <qad/quantize/multiply.hpp> // weight_rows, read_row

#include <algorithm> // min

namespace qad {

/// What the outputs' gradient dy says about A, B and x through the detour y = s·(x·Aᵀ)·Bᵀ:
///
///   dB += s·dyᵀ·(x·Aᵀ)         g = s·dy·B         dA += gᵀ·x         dx += g·A
///
/// dy: tokens × outputs; x, dx: tokens × inputs; ddown and dup have the shapes of A and B. All
/// are added to. At the start B = 0, so that g = 0 and only B moves. Hu et al. 2021, §4.1.
template <std::floating_point T>
void lora_gradient(matrix_view<T> dx, matrix_view<T> ddown, matrix_view<T> dup,
                   matrix_view<T const> dy, matrix_view<T const> x,
                   basic_lora<T> const& delta) {
    matrix<T> thin(x.rows(), delta.rank()), g(x.rows(), delta.rank()), scaled(dy);
    as_eigen(scaled) *= delta.scale();
    multiply(ref, thin.view(), delta.down.view(), x);
    linear_weight_gradient<T>(dup, scaled, thin);
    linear_input_gradient<T>(g, scaled, delta.up);
    linear_weight_gradient<T>(ddown, g, x);
    linear_input_gradient<T>(dx, g, delta.down);
}

/// dx += dy · Ŵ through a weight that is quantized, or in 16 bits: it is decoded a few rows at
/// a time and never written. This is all of QLoRA's backward pass that differs from LoRA's.
template <std::floating_point T, weight_rows Frozen>
void linear_input_gradient(matrix_view<T> dx, matrix_view<T const> dy, Frozen const& w) {
    if (dx.rows() != dy.rows() || dy.cols() != w.rows() || dx.cols() != w.cols()) {
        fail<shape_error>("linear gradient: dx ", dx.rows(), " x ", dx.cols(), ", dy ",
                          dy.rows(), " x ", dy.cols(), ", weights ", w.rows(), " x ", w.cols());
    }
    matrix<T> panel(std::min<index_t>(w.rows(), 64), w.cols());
    for (index_t first = 0; first < w.rows(); first += panel.rows()) {
        auto const rows = panel.rows(0, std::min(panel.rows(), w.rows() - first));
        for (index_t i = 0; i < rows.rows(); ++i) { read_row<T>(w, first + i, rows.row(i)); }
        as_eigen(dx).noalias() += as_eigen(dy.cols(first, rows.rows())) * as_eigen(rows);
    }
}

} // namespace qad

#endif
