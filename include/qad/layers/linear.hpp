// SPDX-License-Identifier: MIT
// What surrounds the product y = x·Wᵀ: bias, residual sum, and the gradients.
#ifndef QAD_LAYERS_LINEAR_HPP
#define QAD_LAYERS_LINEAR_HPP

#include <qad/core/eigen.hpp> // as_eigen

#include <concepts> // floating_point

namespace qad {

/// y[t] += bias for every row; y is tokens × outputs.
template <std::floating_point T> void add_bias(matrix_view<T> y, std::span<T const> bias) {
    if (bias.size() != static_cast<std::size_t>(y.cols())) {
        fail<shape_error>("a bias of ", bias.size(), " for ", y.cols(), " outputs");
    }
    for (index_t t = 0; t < y.rows(); ++t) {
        for (index_t j = 0; j < y.cols(); ++j) { y(t, j) += bias[static_cast<std::size_t>(j)]; }
    }
}

/// y += x: the residual stream takes in what a block computed. Its gradient goes on to both.
template <std::floating_point T> void add(matrix_view<T> y, matrix_view<T const> x) {
    if (y.rows() != x.rows() || y.cols() != x.cols()) {
        fail<shape_error>("add: ", x.rows(), " x ", x.cols(), " to ", y.rows(), " x ",
                          y.cols());
    }
    for (index_t t = 0; t < y.rows(); ++t) {
        for (index_t j = 0; j < y.cols(); ++j) { y(t, j) += x(t, j); }
    }
}

/// dx += dy · W: what the outputs' gradient dy (tokens × outputs) says about the inputs
/// (tokens × inputs) through W (outputs × inputs). The only gradient that a frozen W needs.
template <std::floating_point T>
void linear_input_gradient(matrix_view<T> dx, matrix_view<T const> dy, matrix_view<T const> w) {
    if (dx.rows() != dy.rows() || dy.cols() != w.rows() || dx.cols() != w.cols()) {
        fail<shape_error>("linear gradient: dx ", dx.rows(), " x ", dx.cols(), ", dy ",
                          dy.rows(), " x ", dy.cols(), ", weights ", w.rows(), " x ", w.cols());
    }
    as_eigen(dx).noalias() += as_eigen(dy) * as_eigen(w);
}

/// dW += dyᵀ · x: a sum over the tokens of outer products.
template <std::floating_point T>
void linear_weight_gradient(matrix_view<T> dw, matrix_view<T const> dy,
                            matrix_view<T const> x) {
    if (x.rows() != dy.rows() || dy.cols() != dw.rows() || x.cols() != dw.cols()) {
        fail<shape_error>("linear gradient: x ", x.rows(), " x ", x.cols(), ", dy ", dy.rows(),
                          " x ", dy.cols(), ", weights ", dw.rows(), " x ", dw.cols());
    }
    as_eigen(dw).noalias() += as_eigen(dy).transpose() * as_eigen(x);
}

/// Both gradients of y = x·Wᵀ, added to dx and dw.
template <std::floating_point T>
void linear_gradient(matrix_view<T> dx, matrix_view<T> dw, matrix_view<T const> dy,
                     matrix_view<T const> x, matrix_view<T const> w) {
    linear_input_gradient<T>(dx, dy, w);
    linear_weight_gradient<T>(dw, dy, x);
}

/// db += Σ_t dy[t].
template <std::floating_point T> void bias_gradient(std::span<T> db, matrix_view<T const> dy) {
    if (db.size() != static_cast<std::size_t>(dy.cols())) {
        fail<shape_error>("a bias of ", db.size(), " for ", dy.cols(), " outputs");
    }
    for (index_t t = 0; t < dy.rows(); ++t) {
        for (index_t j = 0; j < dy.cols(); ++j) { db[static_cast<std::size_t>(j)] += dy(t, j); }
    }
}

} // namespace qad

#endif
