// SPDX-License-Identifier: MIT
#include <qad/core/eigen.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace qad;

TEST_CASE("an Eigen map looks at the view's own elements, row by row and over the stride") {
    // A view of 2 × 2 inside rows of 3: the last column must stay untouched.
    std::vector<float> memory = {1, 2, -1, 3, 4, -1};
    matrix_view<float> const view(memory.data(), 2, 2, 3);
    auto const mapped = as_eigen(view);
    CHECK(mapped.rows() == 2);
    CHECK(mapped.cols() == 2);
    CHECK(mapped.data() == memory.data()); // nothing is copied
    CHECK(mapped(0, 1) == 2);
    CHECK(mapped(1, 0) == 3);
    as_eigen(view) *= 2;
    CHECK(memory == std::vector<float>{2, 4, -1, 6, 8, -1});
}

TEST_CASE("a product through the maps is the sum over the inner index") {
    // Small whole numbers: every order of summation gives the same bits.
    matrix<double> a(2, 3), b(3, 2), c(2, 2);
    for (index_t i = 0; i < 2; ++i) {
        for (index_t j = 0; j < 3; ++j) {
            a(i, j) = static_cast<double>(1 + i * 3 + j);
            b(j, i) = static_cast<double>(j - i);
        }
    }
    as_eigen(c) = as_eigen(a) * as_eigen(b);
    for (index_t i = 0; i < 2; ++i) {
        for (index_t j = 0; j < 2; ++j) {
            double sum = 0;
            for (index_t k = 0; k < 3; ++k) { sum += a(i, k) * b(k, j); }
            CHECK(c(i, j) == sum);
        }
    }
}

TEST_CASE("a span is a column, const stays const") {
    std::vector<float> x = {1, 2, 3};
    as_eigen(std::span<float>(x)) += as_eigen(std::span<float const>(x));
    CHECK(x == std::vector<float>{2, 4, 6});
    matrix<float> const fixed(2, 2);
    static_assert(std::is_same_v<decltype(as_eigen(fixed)), eigen_const_map<float>>);
    CHECK(as_eigen(fixed).sum() == 0); // a new matrix is all zeros
}
