// SPDX-License-Identifier: MIT
// Products with weights that are numbers already: float, bf16 and fp16, at full float
// precision.
#ifndef QAD_SIMD_DENSE_HPP
#define QAD_SIMD_DENSE_HPP

#include <qad/core/eigen.hpp>         // as_eigen
#include <qad/core/shared_matrix.hpp> // shared_matrix
#include <qad/simd/batch.hpp>         // batch, load

#include <algorithm>   // min
#include <type_traits> // is_same_v

namespace qad {

/// y[t] = Σ_j w[j] · x[t][j] for one row of a weight and N tokens. Weights become floats in
/// registers, so the only error is that of a float sum, |Δy| ≤ cols · 2⁻²⁴ · Σ |w[j]·x[t][j]|
/// (Higham 2002, §3.1).
template <int N, class E>
void dot_row(float (&y)[N], E const* w, float const* x, index_t stride, index_t cols) {
    batch even[N], odd[N];
    for (int t = 0; t < N; ++t) { even[t] = odd[t] = batch(0.0f); }
    index_t j = 0;
    for (; j + 2 * batch_size <= cols; j += 2 * batch_size) {
        batch const first = load(w + j), second = load(w + j + batch_size);
        for (int t = 0; t < N; ++t) {
            float const* at = x + t * stride + j;
            even[t] = multiply_add(first, load(at), even[t]);
            odd[t] = multiply_add(second, load(at + batch_size), odd[t]);
        }
    }
    for (int t = 0; t < N; ++t) { y[t] = sum(even[t] + odd[t]); }
    for (; j < cols; ++j) {
        for (int t = 0; t < N; ++t) { y[t] += static_cast<float>(w[j]) * x[t * stride + j]; }
    }
}

namespace detail {
template <int N, class E> void dense_rows(matrix_view<float> y, matrix_view<E const> w,
                                          matrix_view<float const> x, index_t first,
                                          index_t begin, index_t end) {
    for (index_t i = begin; i < end; ++i) {
        float dots[N];
        dot_row<N, E>(dots, w.row(i).data(), &x(first, 0), x.stride(), w.cols());
        for (int t = 0; t < N; ++t) { y(first + t, i) = dots[t]; }
    }
}
} // namespace detail

/// Rows [begin, end) of w times all tokens: a few by dot products, which read each weight from
/// memory once; many by the matrix product of Eigen or OpenBLAS, on rows made floats 64 at a
/// time.
template <class E> void multiply_dense(matrix_view<float> y, matrix_view<E const> w,
                                       matrix_view<float const> x, index_t begin, index_t end) {
    index_t const tokens = x.rows(), cols = w.cols();
    if (tokens <= 8) {
        index_t t = 0;
        for (; t + 4 <= tokens; t += 4) { detail::dense_rows<4, E>(y, w, x, t, begin, end); }
        for (; t + 2 <= tokens; t += 2) { detail::dense_rows<2, E>(y, w, x, t, begin, end); }
        for (; t < tokens; ++t) { detail::dense_rows<1, E>(y, w, x, t, begin, end); }
        return;
    }
    constexpr index_t panel = 64;
    matrix<float> floats(std::is_same_v<E, float> ? 0 : panel, cols);
    for (index_t i = begin; i < end; i += panel) {
        index_t const count = std::min(panel, end - i);
        if constexpr (std::is_same_v<E, float>) {
            as_eigen(y.cols(i, count)).noalias() =
                as_eigen(x) * as_eigen(w.rows(i, count)).transpose();
        } else {
            for (index_t r = 0; r < count; ++r) {
                index_t j = 0;
                for (; j + batch_size <= cols; j += batch_size) {
                    store(&floats(r, j), load(&w(i + r, j)));
                }
                for (; j < cols; ++j) { floats(r, j) = static_cast<float>(w(i + r, j)); }
            }
            matrix_view<float const> const rows = floats.view().rows(0, count);
            as_eigen(y.cols(i, count)).noalias() = as_eigen(x) * as_eigen(rows).transpose();
        }
    }
}

} // namespace qad

#endif
