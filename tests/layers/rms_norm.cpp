// SPDX-License-Identifier: MIT
#include <qad/layers/rms_norm.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

#include <limits> // numeric_limits

using namespace qad;
using namespace qad::test;

namespace {
template <class T> matrix<T> normed(matrix_view<T const> x, std::span<T const> w, T eps) {
    matrix<T> out(x.rows(), x.cols());
    rms_norm<T>(out, x, w, eps);
    return out;
}
} // namespace

TEST_CASE("rms_norm is the formula, within the rounding of a sum of n squares") {
    // Left-to-right summation of n positive terms errs by at most n·u relative (Higham 2002,
    // §4.2); the root halves that; mean, ε, root, reciprocal and two products add at most 6u.
    index_t const width = 300;
    auto const x = random_matrix<float>(3, width, 1);
    auto const w = random_vector<float>(width, 2);
    auto const out = normed<float>(x, w, 1e-5f);
    double const u = 0x1p-24;
    for (index_t t = 0; t < 3; ++t) {
        double squares = 0;
        for (float value : x.row(t)) { squares += static_cast<double>(value) * value; }
        double const r = 1 / std::sqrt(squares / width + static_cast<double>(1e-5f));
        for (index_t j = 0; j < width; ++j) {
            double const wanted =
                x(t, j) * r * static_cast<double>(w[static_cast<std::size_t>(j)]);
            CHECK(std::abs(out(t, j) - wanted) <= (width / 2.0 + 6) * u * std::abs(wanted));
        }
    }
}

TEST_CASE("without epsilon, the size of a row does not matter, bit for bit for powers of two") {
    // Doubling is exact in every step: squares by 4, root by 2, reciprocal by 1/2.
    auto const x = random_matrix<float>(2, 33, 3);
    auto const w = random_vector<float>(33, 4);
    matrix<float> doubled = x;
    for (index_t i = 0; i < doubled.size(); ++i) { doubled.data()[i] *= 2; }
    CHECK(same_bits(normed<float>(x, w, 0), normed<float>(doubled, w, 0)));
}

TEST_CASE("epsilon keeps a row of zeros finite") {
    matrix<float> const zeros(1, 4);
    auto const out = normed<float>(zeros, std::vector<float>(4, 1.0f), 1e-6f);
    for (float value : out.row(0)) { CHECK(value == 0); }
}

TEST_CASE("rows do not influence each other, and the output may be the input") {
    auto const x = random_matrix<float>(5, 24, 5);
    auto const w = random_vector<float>(24, 6);
    auto const together = normed<float>(x, w, 1e-6f);
    for (index_t t = 0; t < x.rows(); ++t) {
        CHECK(same_bits<float>(normed<float>(x.rows(t, 1), w, 1e-6f).row(0), together.row(t)));
    }
    matrix<float> in_place = x;
    rms_norm<float>(ref, in_place, in_place, w, 1e-6f);
    CHECK(same_bits(in_place, together));
}

TEST_CASE("the gradients of rms_norm are those of central differences") {
    auto x = random_matrix<double>(4, 7, 7), w = random_matrix<double>(1, 7, 8);
    auto const c = random_matrix<double>(4, 7, 9);
    double const eps = 1e-2; // large enough to be seen in the result
    auto const loss = [&] { return weighted_sum(c, normed<double>(x, w.row(0), eps)); };
    auto dx = filled(4, 7, start), dw = filled(1, 7, start);
    rms_norm_gradient<double>(dx, dw.row(0), c, x, w.row(0), eps);
    CHECK(gradient_error(x, dx, loss) <= gradient_bound);
    CHECK(gradient_error(w, dw, loss) <= gradient_bound);
}

TEST_CASE("widths that do not fit are refused") {
    matrix<float> x(2, 4), wide(2, 5);
    std::vector<float> const w(4, 1.0f);
    CHECK_THROWS_AS(rms_norm<float>(wide, x, w, 0), shape_error);
    CHECK_THROWS_AS(rms_norm<float>(x, x, std::vector<float>(3), 0), shape_error);
    std::vector<float> dw(4);
    CHECK_THROWS_AS(rms_norm_gradient<float>(x, dw, wide, x, w, 0), shape_error);
}
