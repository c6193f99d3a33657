// SPDX-License-Identifier: MIT
#include <qad/layers/linear.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
/// y = x·Wᵀ + b, written out.
matrix<double> apply(matrix<double> const& x, matrix<double> const& w,
                     matrix<double> const& b) {
    matrix<double> y(x.rows(), w.rows());
    for (index_t t = 0; t < x.rows(); ++t) {
        for (index_t o = 0; o < w.rows(); ++o) {
            for (index_t i = 0; i < w.cols(); ++i) { y(t, o) += x(t, i) * w(o, i); }
        }
    }
    add_bias<double>(y, b.row(0));
    return y;
}
} // namespace

TEST_CASE("the gradients of a linear layer are those of central differences") {
    auto x = random_matrix<double>(4, 5, 1), w = random_matrix<double>(3, 5, 2);
    auto b = random_matrix<double>(1, 3, 3);
    auto const c = random_matrix<double>(4, 3, 4);
    auto const loss = [&] { return weighted_sum(c, apply(x, w, b)); };
    auto dx = filled(4, 5, start), dw = filled(3, 5, start), db = filled(1, 3, start);
    linear_gradient<double>(dx, dw, c, x, w);
    bias_gradient<double>(db.row(0), c);
    CHECK(gradient_error(x, dx, loss) <= gradient_bound);
    CHECK(gradient_error(w, dw, loss) <= gradient_bound);
    CHECK(gradient_error(b, db, loss) <= gradient_bound);
}

TEST_CASE("gradients work on parts of larger matrices") {
    // A view with a stride: columns 2 … 6 of a wider matrix. Small integers: every sum is
    // exact.
    matrix<double> wide(3, 9), w(2, 5), dy(3, 2), dw(2, 5), plain(3, 5);
    for (index_t i = 0; i < w.size(); ++i) { w.data()[i] = static_cast<double>(i % 4) - 1; }
    for (index_t i = 0; i < dy.size(); ++i) { dy.data()[i] = static_cast<double>(i % 3) - 1; }
    linear_input_gradient<double>(wide.view().cols(2, 5), dy, w);
    linear_input_gradient<double>(plain, dy, w);
    CHECK(same_bits<double>(std::as_const(wide).view().cols(2, 5), plain.view()));
    for (index_t t = 0; t < 3; ++t) {
        for (index_t j : {0, 1, 7, 8}) { CHECK(wide(t, j) == 0); }
    }
    linear_weight_gradient<double>(dw, dy, std::as_const(wide).view().cols(2, 5));
    double sum = 0;
    for (index_t t = 0; t < 3; ++t) { sum += dy(t, 1) * plain(t, 3); }
    CHECK(dw(1, 3) == sum);
}

TEST_CASE("bias and residual are added to every row") {
    matrix<float> y(2, 3), x = filled(2, 3, 2.0f);
    add_bias<float>(y, std::vector<float>{1, 2, 3});
    add<float>(y, x);
    for (index_t t = 0; t < 2; ++t) {
        for (index_t j = 0; j < 3; ++j) { CHECK(y(t, j) == static_cast<float>(3 + j)); }
    }
}

TEST_CASE("shapes that do not fit are refused") {
    matrix<float> x(4, 5), w(3, 5), dy(4, 3), small(2, 2);
    CHECK_THROWS_AS(linear_input_gradient<float>(small, dy, w), shape_error);
    CHECK_THROWS_AS(linear_input_gradient<float>(x, small, w), shape_error);
    CHECK_THROWS_AS(linear_weight_gradient<float>(small, dy, x), shape_error);
    CHECK_THROWS_AS(linear_weight_gradient<float>(w, small, x), shape_error);
    CHECK_THROWS_AS(add<float>(x, w), shape_error);
    CHECK_THROWS_AS(add_bias<float>(x, std::vector<float>(4)), shape_error);
    std::vector<float> db(4);
    CHECK_THROWS_AS(bias_gradient<float>(db, x), shape_error);
}
