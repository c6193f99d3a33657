// SPDX-License-Identifier: MIT
// The norm before every attention and every feed-forward, and its gradient.
#ifndef QAD_LAYERS_RMS_NORM_HPP
#define QAD_LAYERS_RMS_NORM_HPP

#include <qad/core/backend.hpp> // ref
#include <qad/core/matrix.hpp>  // matrix_view

#include <cmath>    // sqrt
#include <concepts> // floating_point

namespace qad {

/// 1 / √(mean(x²) + ε): what a row is multiplied with before its weights. The sum runs in
/// double, in which the square of a float is exact: fusing product and sum changes no bit.
template <std::floating_point T> T inverse_rms(std::span<T const> x, T eps) {
    double squares = 0;
    for (T value : x) { squares += double{value} * double{value}; }
    return static_cast<T>(1 / std::sqrt(squares / static_cast<double>(x.size()) + eps));
}

namespace detail {
inline void check_norm(index_t rows, index_t cols, index_t x_rows, index_t x_cols,
                       std::size_t weights) {
    if (rows != x_rows || cols != x_cols || static_cast<std::size_t>(cols) != weights) {
        fail<shape_error>("rms_norm: ", rows, " x ", cols, " from ", x_rows, " x ", x_cols,
                          " and ", weights, " weights; all three need the same width");
    }
}
} // namespace detail

/// out[t][j] = x[t][j] · r[t] · w[j],   r[t] = 1 / √(mean_j x[t][j]² + ε)
///
/// out, x: tokens × width; weight: width. `out` may be x. Rows do not influence each other.
/// Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", §4.
template <std::floating_point T>
void rms_norm(matrix_view<T> out, matrix_view<T const> x, std::span<T const> weight, T eps) {
    detail::check_norm(out.rows(), out.cols(), x.rows(), x.cols(), weight.size());
    for (index_t t = 0; t < x.rows(); ++t) {
        T const r = inverse_rms(x.row(t), eps);
        for (index_t j = 0; j < x.cols(); ++j) {
            out(t, j) = x(t, j) * r * weight[static_cast<std::size_t>(j)];
        }
    }
}
template <std::floating_point T> void
rms_norm(ref_t, matrix_view<T> out, matrix_view<T const> x, std::span<T const> weight, T eps) {
    rms_norm<T>(out, x, weight, eps);
}

/// Adds to dx (tokens × width) and dweight (width) what dy = ∂L/∂out says about them:
///
///   dw[j]    += Σ_t dy[t][j] · x[t][j] · r[t]
///   dx[t][j] += r · (w[j]·dy[j] − x[j] · r²/width · Σ_i w[i]·dy[i]·x[i])
///
/// The sum is the norm's own answer: whatever points along x is scaled away again. An empty
/// dweight: the weights are frozen, nothing is asked about them.
template <std::floating_point T>
void rms_norm_gradient(matrix_view<T> dx, std::span<T> dweight, matrix_view<T const> dy,
                       matrix_view<T const> x, std::span<T const> weight, T eps) {
    detail::check_norm(dx.rows(), dx.cols(), x.rows(), x.cols(), weight.size());
    detail::check_norm(dy.rows(), dy.cols(), x.rows(), x.cols(),
                       dweight.empty() ? weight.size() : dweight.size());
    for (index_t t = 0; t < x.rows(); ++t) {
        T const r = inverse_rms(x.row(t), eps);
        T along = 0;
        for (index_t j = 0; j < x.cols(); ++j) {
            auto const at = static_cast<std::size_t>(j);
            along += weight[at] * dy(t, j) * x(t, j);
            if (!dweight.empty()) { dweight[at] += dy(t, j) * x(t, j) * r; }
        }
        T const pull = along * r * r / static_cast<T>(x.cols());
        for (index_t j = 0; j < x.cols(); ++j) {
            dx(t, j) += r * (weight[static_cast<std::size_t>(j)] * dy(t, j) - x(t, j) * pull);
        }
    }
}

template <std::floating_point T>
void rms_norm_gradient(ref_t, matrix_view<T> dx, std::span<T> dweight, matrix_view<T const> dy,
                       matrix_view<T const> x, std::span<T const> weight, T eps) {
    rms_norm_gradient<T>(dx, dweight, dy, x, weight, eps);
}

} // namespace qad

#endif
