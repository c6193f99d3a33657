// SPDX-License-Identifier: MIT
// Seeded matrices and vectors for tests, and the question whether two have the same bits.
#ifndef QAD_TESTS_SUPPORT_RANDOM_MATRIX_HPP
#define QAD_TESTS_SUPPORT_RANDOM_MATRIX_HPP

#include <qad/core/matrix.hpp> // matrix
#include <qad/core/random.hpp> // generator

#include <cstring> // memcmp
#include <vector>  // vector

namespace qad::test {

/// Normal with mean 0 and variance 1.
template <class T> matrix<T> random_matrix(index_t rows, index_t cols, std::uint64_t seed) {
    generator random(seed);
    matrix<T> m(rows, cols);
    for (index_t i = 0; i < m.size(); ++i) { m.data()[i] = static_cast<T>(random.normal()); }
    return m;
}
template <class T> std::vector<T> random_vector(index_t size, std::uint64_t seed) {
    matrix<T> const m = random_matrix<T>(1, size, seed);
    return {m.data(), m.data() + size};
}
template <class T> matrix<T> filled(index_t rows, index_t cols, T value) {
    matrix<T> m(rows, cols);
    for (index_t i = 0; i < m.size(); ++i) { m.data()[i] = value; }
    return m;
}

template <class T> bool same_bits(std::span<T const> a, std::span<T const> b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}
template <class T> bool same_bits(matrix_view<T const> a, matrix_view<T const> b) {
    if (a.rows() != b.rows()) { return false; }
    for (index_t i = 0; i < a.rows(); ++i) {
        if (!same_bits<T>(a.row(i), b.row(i))) { return false; }
    }
    return true;
}
template <class T> bool same_bits(matrix<T> const& a, matrix<T> const& b) {
    return same_bits<T>(a.view(), b.view());
}

} // namespace qad::test

#endif
