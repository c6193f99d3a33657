// SPDX-License-Identifier: MIT
#include <qad/quantize/inverse_factor.hpp>

#include <qad/quantize/hessian.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

// Sheet 2.2, by hand: H = [[2,1],[1,2]], U = [[√⅔, −√⅙], [0, √½]].
TEST_CASE("the worked factor") {
    auto const [u, damping] =
        inverse_factor<double>(rows_of<double>({{2, 1}, {1, 2}}), 0.0, 2.0);
    // Four operations and a square root each: a few units of 2⁻⁵³.
    double const bound = 8 * 0x1p-53;
    CHECK(std::fabs(u(0, 0) - std::sqrt(2.0 / 3)) <= bound);
    CHECK(std::fabs(u(0, 1) + std::sqrt(1.0 / 6)) <= bound);
    CHECK(std::fabs(u(1, 1) - std::sqrt(1.0 / 2)) <= bound);
    CHECK(u(1, 0) == 0);
    CHECK(damping == 0);
}

// (H + λI)·UᵀU = I. Backward stability of Cholesky and of the triangular inverse (Higham §10.1,
// §14.2): the residual is at most about 4n·u·κ; AR(1) with ρ = 0.9 has κ < ((1+ρ)/(1−ρ))² =
// 361.
TEST_CASE("U is upper and its square inverts H + lambda I, across strips") {
    index_t const n = 150;
    exact_hessian h(n);
    h.accumulate(correlated_tokens(2000, n, 0.9, 41));
    double const mean = as_eigen(h.view()).diagonal().mean(), lambda = 0.01 * mean;
    auto const [u, damping] = inverse_factor<double>(h.view(), lambda, mean);
    CHECK(damping == lambda);
    eigen_matrix<double> damped = as_eigen(h.view());
    damped.diagonal().array() += lambda;
    eigen_matrix<double> residual = damped * as_eigen(u).transpose() * as_eigen(u);
    residual.diagonal().array() -= 1;
    CHECK(residual.cwiseAbs().maxCoeff() <= 4 * n * 0x1p-53 * 361);
    for (index_t i = 0; i < n; ++i) {
        CHECK(u(i, i) > 0);
        for (index_t j = 0; j < i; ++j) { CHECK(u(i, j) == 0); }
    }
}

// Fewer tokens than inputs: H has rank 3 of 12 and no factor without damping.
TEST_CASE("a singular H raises the damping and says so") {
    hessian h(12);
    h.accumulate(correlated_tokens(3, 12, 0.9, 42));
    float const mean = as_eigen(h.view()).diagonal().mean();
    auto const [u, damping] = inverse_factor<float>(h.view(), 0.0f, mean);
    CHECK(damping > 0);
    CHECK(damping <= 0.01f * mean);
    for (index_t i = 0; i < 12; ++i) {
        for (index_t j = i; j < 12; ++j) { CHECK(std::isfinite(u(i, j))); }
    }
}

// No damping helps what is not a number.
TEST_CASE("a NaN in H is an error") {
    auto h = rows_of({{1.0f, 0.0f}, {0.0f, 1.0f}});
    h(1, 1) = std::nanf("");
    CHECK_THROWS_AS((void)inverse_factor<float>(h, 0.01f, 1.0f), error);
}
