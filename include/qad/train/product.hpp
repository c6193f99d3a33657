// SPDX-License-Identifier: MIT
// The three products of a linear layer in training, shared out among the threads.
#ifndef QAD_TRAIN_PRODUCT_HPP
#define QAD_TRAIN_PRODUCT_HPP

#include <qad/core/eigen.hpp>    // as_eigen
#include <qad/core/team.hpp>     // parallel
#include <qad/layers/linear.hpp> // linear_input_gradient, linear_weight_gradient

namespace qad::detail {

/// A product with this many rows for each thread is cut by rows; one with fewer by columns,
/// because every thread that meets all of W also copies all of W into the layout of its kernel.
inline constexpr index_t rows_worth_a_share = 192;

/// y = x·Wᵀ: tokens × outputs from tokens × inputs and outputs × inputs.
template <std::floating_point T>
void product(matrix_view<T> y, matrix_view<T const> x, matrix_view<T const> w) {
    if (x.rows() >= rows_worth_a_share * threads().size()) {
        parallel(x.rows(), 8, [&](index_t begin, index_t end) {
            as_eigen(y.rows(begin, end - begin)).noalias() =
                as_eigen(x.rows(begin, end - begin)) * as_eigen(w).transpose();
        });
    } else {
        parallel(w.rows(), 8, [&](index_t begin, index_t end) {
            as_eigen(y.cols(begin, end - begin)).noalias() =
                as_eigen(x) * as_eigen(w.rows(begin, end - begin)).transpose();
        });
    }
}

/// dx += dy·W.
template <std::floating_point T>
void add_input_gradient(matrix_view<T> dx, matrix_view<T const> dy, matrix_view<T const> w) {
    if (dx.rows() >= rows_worth_a_share * threads().size()) {
        parallel(dx.rows(), 8, [&](index_t begin, index_t end) {
            linear_input_gradient<T>(dx.rows(begin, end - begin), dy.rows(begin, end - begin),
                                     w);
        });
    } else {
        parallel(dx.cols(), 8, [&](index_t begin, index_t end) {
            linear_input_gradient<T>(dx.cols(begin, end - begin), dy,
                                     w.cols(begin, end - begin));
        });
    }
}

/// dW += dyᵀ·x.
template <std::floating_point T>
void add_weight_gradient(matrix_view<T> dw, matrix_view<T const> dy, matrix_view<T const> x) {
    parallel(dw.rows(), 8, [&](index_t begin, index_t end) {
        linear_weight_gradient<T>(dw.rows(begin, end - begin), dy.cols(begin, end - begin), x);
    });
}

} // namespace qad::detail

#endif
