// SPDX-License-Identifier: MIT
// Chapter 3.4, "GPTQ" — chapters/3-quantize/README.md#s3-4
#ifndef QAD_QUANTIZE_OUTPUT_ERROR_HPP
#define QAD_QUANTIZE_OUTPUT_ERROR_HPP

#include <qad/core/eigen.hpp> // as_eigen
#include <qad/core/team.hpp>  // parallel

#include <numeric> // accumulate
#include <vector>  // vector

namespace qad {

/// Σ_t Σ_o (Σ_j x[t][j]·e[o][j])²: how much the outputs move when the weights move by e.
/// Shapes: e outputs × inputs, x tokens × inputs. Strips of outputs of one size, whatever the
/// threads.
inline double squared_output(matrix_view<float const> e, matrix_view<float const> x) {
    if (e.cols() != x.cols()) {
        fail<shape_error>("inputs of ", x.cols(), " channels do not fit weights of ", e.cols(),
                          " columns");
    }
    constexpr index_t strip = 64;
    std::vector<double> sums(static_cast<std::size_t>(ceil_div(e.rows(), strip)));
    parallel(static_cast<index_t>(sums.size()), 1, [&](index_t begin, index_t end) {
        eigen_matrix<float> y; // strip × tokens
        for (index_t s = begin; s < end; ++s) {
            index_t const first = s * strip, count = std::min(strip, e.rows() - first);
            y.noalias() = as_eigen(e.rows(first, count)) * as_eigen(x).transpose();
            double& sum = sums[static_cast<std::size_t>(s)];
            for (index_t k = 0; k < y.size(); ++k) {
                sum += double(y.data()[k]) * double(y.data()[k]);
            }
        }
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

} // namespace qad

#endif
