// SPDX-License-Identifier: MIT
// Seeded matrices for the tests of this folder.
#ifndef QAD_TESTS_QUANTIZE_RANDOM_MATRIX_HPP
#define QAD_TESTS_QUANTIZE_RANDOM_MATRIX_HPP

#include <qad/core/matrix.hpp> // matrix
#include <qad/core/random.hpp> // generator

#include <cmath>            // sqrt
#include <cstdint>          // uint64_t
#include <initializer_list> // initializer_list
#include <span>             // span

namespace qad::testing {

/// Normal weights.
inline matrix<float> random_matrix(index_t rows, index_t cols, std::uint64_t seed,
                                   float size = 1) {
    generator random(seed);
    matrix<float> m(rows, cols);
    for (index_t i = 0; i < rows; ++i) {
        for (float& x : m.row(i)) { x = size * static_cast<float>(random.normal()); }
    }
    return m;
}

/// Tokens whose neighbouring channels are alike, as those of language models are: AR(1) along
/// the channels with correlation rho and variance 1.
inline matrix<float> correlated_tokens(index_t tokens, index_t cols, double rho,
                                       std::uint64_t seed) {
    generator random(seed);
    matrix<float> m(tokens, cols);
    for (index_t t = 0; t < tokens; ++t) {
        double x = random.normal();
        for (index_t j = 0; j < cols; ++j) {
            m(t, j) = static_cast<float>(x);
            x = rho * x + std::sqrt(1 - rho * rho) * random.normal();
        }
    }
    return m;
}

/// A matrix written out.
template <class T = float>
matrix<T> rows_of(std::initializer_list<std::initializer_list<T>> rows) {
    matrix<T> m(static_cast<index_t>(rows.size()), static_cast<index_t>(rows.begin()->size()));
    index_t i = 0;
    for (auto const& row : rows) {
        index_t j = 0;
        for (T x : row) { m(i, j++) = x; }
        ++i;
    }
    return m;
}

/// The message of the error that f throws, or "" when it throws none.
template <class Error, class F> std::string message_of(F&& f) {
    try {
        f();
    } catch (Error const& error) { return error.what(); }
    return {};
}

} // namespace qad::testing

#endif
