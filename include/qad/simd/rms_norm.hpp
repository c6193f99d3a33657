// SPDX-License-Identifier: MIT
// RMSNorm on the vector unit.
#ifndef QAD_SIMD_RMS_NORM_HPP
#define QAD_SIMD_RMS_NORM_HPP

#include <qad/core/backend.hpp>    // simd_t
#include <qad/core/team.hpp>       // parallel
#include <qad/layers/rms_norm.hpp> // check_norm
#include <qad/simd/batch.hpp>      // batch

#include <cmath> // sqrt

namespace qad {

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

} // namespace qad

#endif
