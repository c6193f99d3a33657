// SPDX-License-Identifier: MIT
// Chapter 3.4, "GPTQ" — chapters/3-quantize/README.md#s3-4
#ifndef QAD_QUANTIZE_INVERSE_FACTOR_HPP
#define QAD_QUANTIZE_INVERSE_FACTOR_HPP

#include <qad/core/eigen.hpp> // as_eigen, LLT
#include <qad/core/team.hpp>  // threads

#include <algorithm> // min

namespace qad {

/// U and the damping λ that it took.
template <class T> struct inverse_factor_result {
    matrix<T> upper;
    T damping;
};

/// The upper factor U of (H + λI)⁻¹ = Uᵀ·U, without forming the inverse:
///
///   H + λI = R·Rᵀ with R upper (a Cholesky run from the last row up)    ⇒    U = R⁻¹
///
/// because (R·Rᵀ)⁻¹ = R⁻ᵀ·R⁻¹. One factorization and one triangular inverse, ⅔·n³ flops.
/// When H + λI is not positive in floating point, λ grows tenfold until it is (from 10⁻⁷ of
/// `mean`, the mean of the diagonal, if it was 0): the result says which λ it was.
template <class T>
inverse_factor_result<T> inverse_factor(matrix_view<T const> h, T damping, T mean) {
    index_t const n = h.rows();

    // Cholesky: L·Lᵀ of H with its last row and column first is R, reversed.
    eigen_matrix<T> lower(n, n);
    for (int attempts = 0;; ++attempts) {
        lower = as_eigen(h).reverse();
        lower.diagonal().array() += damping;
        Eigen::LLT<Eigen::Ref<eigen_matrix<T>>> const cholesky(lower); // in place
        auto const diagonal = lower.diagonal().array();
        bool const usable = diagonal.allFinite() && (diagonal > 0).all();
        if (cholesky.info() == Eigen::Success && usable) { break; }
        if (attempts == 16) {
            fail("the Hessian cannot be factored, not even with damping ", damping,
                 ": are its inputs numbers? (chapter 3.4)");
        }
        damping = damping > 0 ? 10 * damping : T(1e-7) * mean;
    }

    // L⁻¹, some columns at a time: column c of the inverse begins at row c.
    eigen_matrix<T> inverse = eigen_matrix<T>::Zero(n, n);
    constexpr index_t width = 128;
    index_t const strips = ceil_div(n, width);
    threads().run([&](int share, int shares) {
        for (index_t strip = share; strip < strips; strip += shares) {
            index_t const first = strip * width, below = n - first;
            auto columns = inverse.block(first, first, below, std::min(width, below));
            columns.diagonal().setOnes();
            lower.bottomRightCorner(below, below)
                .template triangularView<Eigen::Lower>()
                .solveInPlace(columns);
        }
    });
    inverse_factor_result<T> result{matrix<T>(n, n), damping};
    as_eigen(result.upper) = inverse.reverse();
    return result;
}

} // namespace qad

#endif
