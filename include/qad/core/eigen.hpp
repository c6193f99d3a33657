// SPDX-License-Identifier: MIT
// Views become Eigen maps: products and factorizations are Eigen's (and OpenBLAS's behind it).
#ifndef QAD_CORE_EIGEN_HPP
#define QAD_CORE_EIGEN_HPP

#include <qad/core/matrix.hpp> // matrix_view

// QAD_WITH_BLAS is set by the build when OpenBLAS is there; Eigen alone works as well.
#if defined(QAD_WITH_BLAS) && !defined(EIGEN_USE_BLAS)
#define EIGEN_USE_BLAS
#endif
#include <Eigen/Dense> // Map, products, Cholesky, SVD

#if defined(QAD_WITH_BLAS)
extern "C" void openblas_set_num_threads(int) __attribute__((weak)); // absent in other BLAS
#endif

namespace qad {

#if defined(QAD_WITH_BLAS)
/// The team's threads are all there are: OpenBLAS runs one thread inside a share. Said once,
/// before main, by every program that includes this.
inline bool const one_blas_thread = [] {
    if (openblas_set_num_threads != nullptr) { openblas_set_num_threads(1); }
    return true;
}();
#endif

template <class T>
using eigen_matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T> using eigen_map = Eigen::Map<eigen_matrix<T>, 0, Eigen::OuterStride<>>;
template <class T>
using eigen_const_map = Eigen::Map<eigen_matrix<T> const, 0, Eigen::OuterStride<>>;

/// The same elements, as Eigen sees them. Nothing is copied; the view's memory must stay.
template <class T> eigen_map<T> as_eigen(matrix_view<T> m) {
    return {m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.stride())};
}
template <class T> eigen_const_map<T> as_eigen(matrix_view<T const> m) {
    return {m.data(), m.rows(), m.cols(), Eigen::OuterStride<>(m.stride())};
}
template <class T> eigen_map<T> as_eigen(matrix<T>& m) { return as_eigen(m.view()); }
template <class T> eigen_const_map<T> as_eigen(matrix<T> const& m) {
    return as_eigen(m.view());
}

/// A vector as Eigen's column.
template <class T> Eigen::Map<Eigen::Vector<T, Eigen::Dynamic>> as_eigen(std::span<T> v) {
    return {v.data(), static_cast<Eigen::Index>(v.size())};
}
template <class T>
Eigen::Map<Eigen::Vector<T, Eigen::Dynamic> const> as_eigen(std::span<T const> v) {
    return {v.data(), static_cast<Eigen::Index>(v.size())};
}

} // namespace qad

#endif
