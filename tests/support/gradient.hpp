// SPDX-License-Identifier: MIT
// Gradients against central differences.
#ifndef QAD_TESTS_SUPPORT_GRADIENT_HPP
#define QAD_TESTS_SUPPORT_GRADIENT_HPP

#include <qad/core/matrix.hpp> // matrix_view

#include <cmath> // sqrt

namespace qad::test {

/// What gradients start from in these tests. They are added to, so an analytic gradient is what
/// came on top; one that is assigned instead of added is found out by this.
inline constexpr double start = 1;

/// Σ c·out: a loss whose gradient with respect to `out` is c.
inline double weighted_sum(matrix_view<double const> c, matrix_view<double const> out) {
    double sum = 0;
    for (index_t i = 0; i < c.rows(); ++i) {
        for (index_t j = 0; j < c.cols(); ++j) { sum += c(i, j) * out(i, j); }
    }
    return sum;
}

/// ‖gradient − start − numeric‖ / ‖numeric‖ over the tensor x, numeric = (L(x+h) − L(x−h)) /
/// 2h.
///
/// With h = 10⁻⁵ and losses of size 1 to 100 with derivatives of size 1, truncation leaves h² =
/// 10⁻¹⁰ and rounding 10²·10⁻¹⁶/h = 10⁻⁹: a right gradient stays below 10⁻⁶ with room to spare,
/// and a wrong one does not come near.
template <class Loss>
double gradient_error(matrix_view<double> x, matrix_view<double const> gradient, Loss&& loss) {
    constexpr double h = 1e-5;
    double apart = 0, norm = 0;
    for (index_t i = 0; i < x.rows(); ++i) {
        for (index_t j = 0; j < x.cols(); ++j) {
            double const kept = x(i, j);
            x(i, j) = kept + h;
            double const above = loss();
            x(i, j) = kept - h;
            double const below = loss();
            x(i, j) = kept;
            double const numeric = (above - below) / (2 * h);
            double const difference = gradient(i, j) - start - numeric;
            apart += difference * difference;
            norm += numeric * numeric;
        }
    }
    return std::sqrt(apart / norm);
}

inline constexpr double gradient_bound = 1e-6;

} // namespace qad::test

#endif
