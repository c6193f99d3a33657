// SPDX-License-Identifier: MIT
// Chapter 5.3, "The low-rank picture" — chapters/5-adapt/README.md#s5-3
#ifndef QAD_ADAPT_LOW_RANK_HPP
#define QAD_ADAPT_LOW_RANK_HPP

#include <qad/adapt/lora.hpp> // basic_lora
#include <qad/core/eigen.hpp> // as_eigen, and Eigen's BDCSVD

#include <cmath>   // sqrt
#include <utility> // move
#include <vector>  // vector

namespace qad {

/// The best approximation of a matrix by one of rank r, and what it leaves out.
template <std::floating_point T> struct low_rank {
    matrix<T> up, down;                  ///< M ≈ up · down: rows × r and r × cols
    std::vector<double> singular_values; ///< of M, all of them, largest first

    index_t rank() const { return down.rows(); }
    /// ‖M − up·down‖, Frobenius: √(Σ_k>r σ_k²). Nothing of rank r comes closer.
    double residual() const {
        double squares = 0;
        for (auto k = static_cast<std::size_t>(rank()); k < singular_values.size(); ++k) {
            squares += singular_values[k] * singular_values[k];
        }
        return std::sqrt(squares);
    }
};

/// M = U·Σ·Vᵀ; keeps the r largest singular values, and gives half of each to either side:
///
///   up = U_r·√Σ_r      down = √Σ_r·V_rᵀ
///
/// Eckart and Young 1936, "The approximation of one matrix by another of lower rank".
template <std::floating_point T> low_rank<T> best_rank(matrix_view<T const> m, index_t rank) {
    if (rank < 1 || rank > m.rows() || rank > m.cols()) {
        fail<shape_error>("rank ", rank, " of a ", m.rows(), " x ", m.cols(),
                          " matrix; between 1 and the smaller side (chapter 5.3)");
    }
    Eigen::MatrixXd const values = as_eigen(m).template cast<double>();
    Eigen::BDCSVD<Eigen::MatrixXd> const svd(values, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Eigen::VectorXd const sigma = svd.singularValues();
    Eigen::VectorXd const half = sigma.head(rank).cwiseSqrt();

    low_rank<T> best{matrix<T>(m.rows(), rank), matrix<T>(rank, m.cols()),
                     std::vector<double>(sigma.begin(), sigma.end())};
    as_eigen(best.up) = (svd.matrixU().leftCols(rank) * half.asDiagonal()).template cast<T>();
    as_eigen(best.down) =
        (half.asDiagonal() * svd.matrixV().leftCols(rank).transpose()).template cast<T>();
    return best;
}

/// The adapter that is worth most of a change of weights M = W' − W at rank r: s = 1, B·A ≈ M.
template <std::floating_point T>
basic_lora<T> nearest_lora(matrix_view<T const> change, index_t rank) {
    low_rank<T> best = best_rank<T>(change, rank);
    return {std::move(best.down), std::move(best.up), static_cast<T>(rank)};
}

} // namespace qad

#endif
