// SPDX-License-Identifier: MIT
// RMSNorm on the vector unit.
#ifndef QAD_SIMD_RMS_NORM_HPP
#define QAD_SIMD_RMS_NORM_HPP

#include <qad/core/backend.hpp>    // simd_t
#include <qad/core/team.hpp>       // parallel
#include <qad/layers/rms_norm.hpp> // check_norm
#include <qad/simd/batch.hpp>      // batch
#include <qad/simd/isa.hpp>        // isa::native

#include <cmath> // sqrt

namespace qad {

namespace detail {
/// One row of rms_norm_gradient; `dweight` is null where the weights are frozen.
template <class Isa> void norm_gradient_row(float* dx, float* dweight, float const* dy,
                                            float const* x, float const* weight, index_t cols,
                                            float eps) {
    batch squares(0.0f), pulls(0.0f);
    float square = 0, along = 0;
    index_t j = 0;
    for (; j + batch_size <= cols; j += batch_size) {
        batch const value = load(x + j);
        squares = multiply_add(value, value, squares);
        pulls = multiply_add(load(weight + j) * load(dy + j), value, pulls);
    }
    square = sum(squares);
    along = sum(pulls);
    for (; j < cols; ++j) {
        square += x[j] * x[j];
        along += weight[j] * dy[j] * x[j];
    }
    float const r = 1 / std::sqrt(square / static_cast<float>(cols) + eps);
    float const pull = along * r * r / static_cast<float>(cols);
    for (j = 0; j < cols; ++j) { dx[j] += r * (weight[j] * dy[j] - x[j] * pull); }
    if (dweight == nullptr) { return; }
    for (j = 0; j < cols; ++j) { dweight[j] += dy[j] * x[j] * r; }
}
} // namespace detail

/// out[t][j] = x[t][j] · r[t] · w[j],   r[t] = 1 / √(mean_j x[t][j]² + ε), as the readable
/// loop; the sum of squares runs in as many parts as a register has places, so its error is
/// smaller, not larger.
template <std::same_as<float> T> void
rms_norm(simd_t, matrix_view<T> out, matrix_view<T const> x, std::span<T const> weight, T eps) {
    detail::check_norm(out.rows(), out.cols(), x.rows(), x.cols(), weight.size());
    index_t const cols = x.cols();
    parallel(x.rows(), 32, [&](index_t begin, index_t end) {
        for (index_t t = begin; t < end; ++t) {
            float const* from = x.row(t).data();
            float* to = out.row(t).data();
            batch squares(0.0f);
            index_t j = 0;
            for (; j + batch_size <= cols; j += batch_size) {
                batch const value = load(from + j);
                squares = multiply_add(value, value, squares);
            }
            float total = sum(squares);
            for (; j < cols; ++j) { total += from[j] * from[j]; }
            float const r = 1 / std::sqrt(total / static_cast<float>(cols) + eps);
            for (j = 0; j + batch_size <= cols; j += batch_size) {
                store(to + j, load(from + j) * batch(r) * load(weight.data() + j));
            }
            for (; j < cols; ++j) { to[j] = from[j] * r * weight[static_cast<std::size_t>(j)]; }
        }
    });
}

/// Its gradient, as the readable loop; sums over a row and over the tokens are float sums. Each
/// share sums its tokens' part of dweight, and the parts are added in the order of the shares.
template <std::same_as<float> T>
void rms_norm_gradient(simd_t, matrix_view<T> dx, std::span<T> dweight, matrix_view<T const> dy,
                       matrix_view<T const> x, std::span<T const> weight, T eps) {
    detail::check_norm(dx.rows(), dx.cols(), x.rows(), x.cols(), weight.size());
    detail::check_norm(dy.rows(), dy.cols(), x.rows(), x.cols(),
                       dweight.empty() ? weight.size() : dweight.size());
    index_t const cols = x.cols();
    matrix<float> parts(dweight.empty() ? 0 : threads().size(), cols);
    threads().run([&](int share, int shares) {
        float* const part = dweight.empty() ? nullptr : parts.row(share).data();
        index_t const end = x.rows() * (share + 1) / shares;
        for (index_t t = x.rows() * share / shares; t < end; ++t) {
            detail::norm_gradient_row<isa::native>(dx.row(t).data(), part, dy.row(t).data(),
                                                   x.row(t).data(), weight.data(), cols, eps);
        }
    });
    for (index_t i = 0; i < parts.rows(); ++i) {
        for (index_t j = 0; j < cols; ++j) {
            dweight[static_cast<std::size_t>(j)] += parts(i, j);
        }
    }
}

} // namespace qad

#endif
