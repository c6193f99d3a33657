// SPDX-License-Identifier: MIT
// Chapter 3.4, "GPTQ" — chapters/3-quantize/README.md#s3-4
#ifndef QAD_QUANTIZE_ROUND_AND_PUSH_HPP
#define QAD_QUANTIZE_ROUND_AND_PUSH_HPP

#include <qad/core/eigen.hpp>     // as_eigen
#include <qad/quantize/ruler.hpp> // ruler

namespace qad {

//[round_and_push]
/// Rounds the columns of a block from first to last, and pushes each error into the columns of
/// the block that follow (Frantar et al. 2023, "GPTQ", Algorithm 1, the inner loop):
///
///   k = mark nearest to w[i],  e[i] = (w[i] − s·k) / U[i][i],  w[j] −= e[i]·U[i][j] for j > i
///
/// w, k, e: columns × rows, since every row of W goes its own way; u: the block's square of U.
/// `rulers_of(i)` points to the rulers of column i, one for each row.
template <class T, class Rulers> void round_and_push(matrix_view<T> w, matrix_view<T> k,
                                                     matrix_view<T> e, matrix_view<T const> u,
                                                     Rulers&& rulers_of) {
    for (index_t i = 0; i < w.rows(); ++i) {
        auto const* marks = rulers_of(i);
        for (index_t r = 0; r < w.cols(); ++r) {
            k(i, r) = marks[r].steps(w(i, r));
            e(i, r) = (w(i, r) - T(marks[r].scale) * k(i, r)) / u(i, i);
        }
        index_t const later = w.rows() - i - 1;
        as_eigen(w.rows(i + 1, later)).noalias() -=
            as_eigen(u.rows(i, 1).cols(i + 1, later)).transpose() * as_eigen(e.rows(i, 1));
    }
}
//[round_and_push]

} // namespace qad

#endif
