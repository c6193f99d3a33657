// SPDX-License-Identifier: MIT
#include <qad/quantize/multiply.hpp>

#include <qad/core/shared_matrix.hpp>
#include <qad/formats/nf4.hpp>
#include <qad/quantize/gptq.hpp>
#include <qad/quantize/round.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <cmath>

using namespace qad;
using namespace qad::testing;

template <class T> static matrix<T> as(matrix_view<float const> m) {
    matrix<T> out(m.rows(), m.cols());
    for (index_t i = 0; i < m.rows(); ++i) {
        for (index_t j = 0; j < m.cols(); ++j) {
            if constexpr (std::is_arithmetic_v<T>) {
                out(i, j) = m(i, j);
            } else {
                out(i, j) = T::nearest(m(i, j));
            }
        }
    }
    return out;
}

// A sum of n products in precision u is at most n·u·Σ|products| off: γ_n of Higham, "Accuracy
// and Stability", §3.1, whose 1 / (1 − n·u) the factor 1.001 covers.
template <class T, class W>
static void check_product(W const& w, matrix_view<float const> tokens) {
    matrix<T> const x = as<T>(tokens);
    matrix<T> y(x.rows(), w.rows());
    multiply(ref, y, w, x);
    std::vector<double> row(static_cast<std::size_t>(w.cols()));
    double const unit = std::is_same_v<T, float> ? 0x1p-24 : 0x1p-53;
    for (index_t o = 0; o < w.rows(); ++o) {
        read_row<double>(w, o, row);
        for (index_t t = 0; t < x.rows(); ++t) {
            long double sum = 0, size = 0;
            for (index_t j = 0; j < w.cols(); ++j) {
                auto const product =
                    static_cast<long double>(x(t, j)) * row[static_cast<std::size_t>(j)];
                sum += product;
                size += std::fabs(product);
            }
            CHECK(std::fabs(y(t, o) - sum) <=
                  1.001L * static_cast<long double>(static_cast<double>(w.cols()) * unit) *
                      size);
        }
    }
}

TEST_CASE("every kind of weight multiplies within the bound, in float and double") {
    auto const w = random_matrix(9, 48, 121), x = random_matrix(19, 48, 122);
    auto const check = [&](auto const& weights) {
        check_product<float>(weights, x);
        check_product<double>(weights, x);
    };
    check(w);
    check(w.view());
    check(as<double>(w));
    check(as<bf16>(w));
    check(as<fp16>(w));
    check(shared_matrix<bf16>(as<bf16>(w)));
    check(quantize<int8>(w, per_channel()));
    check(quantize<int4>(w, per_group(16),
                         {.grid = grid::asymmetric, .scales = scale_format::fp16}));
    check(quantize<int3>(w, per_tensor()));
    check(quantize<nf4>(w, per_group(24), {.scales = scale_format::double_quantized}));
    hessian h(48);
    h.accumulate(x);
    check(gptq<int4>(w, h, per_group(16), {.activation_order = true}));
}

// A token's result must not depend on what was batched with it: decoding is prefill, bit for
// bit.
TEST_CASE("a row of a batch has the bits that it has alone") {
    auto const w = quantize<int4>(random_matrix(33, 64, 123), per_group(32));
    auto const x = random_matrix(37, 64, 124);
    matrix<float> y(37, 33);
    multiply(ref, y, w, x);
    for (index_t t = 0; t < 37; ++t) {
        std::vector<float> alone(33);
        multiply(ref, std::span(alone), w, x.row(t));
        for (std::size_t o = 0; o < 33; ++o) {
            CHECK(alone[o] == y(t, static_cast<index_t>(o)));
        }
    }
}

// Who computes a row of outputs does not matter.
TEST_CASE("the bits do not depend on the number of threads") {
    auto const w = random_matrix(50, 64, 125), x = random_matrix(5, 64, 126);
    matrix<float> one(5, 50), three(5, 50);
    set_threads(1);
    multiply(ref, one, w, x);
    set_threads(3);
    multiply(ref, three, w, x);
    set_threads(0);
    for (index_t k = 0; k < one.size(); ++k) { CHECK(one.data()[k] == three.data()[k]); }
}

// Views with strides are what a slice of a larger activation is.
TEST_CASE("strided views in and out") {
    auto const w = random_matrix(6, 10, 127), x = random_matrix(4, 30, 128);
    matrix<float> wide(4, 20), narrow(4, 6);
    multiply(ref, wide.view().cols(7, 6), w, x.view().cols(5, 10));
    multiply(ref, narrow, w, matrix<float>(x.view().cols(5, 10)));
    for (index_t t = 0; t < 4; ++t) {
        for (index_t o = 0; o < 6; ++o) { CHECK(wide(t, 7 + o) == narrow(t, o)); }
        CHECK(wide(t, 6) == 0);
        CHECK(wide(t, 13) == 0);
    }
}

TEST_CASE("shapes that do not fit are errors") {
    auto const w = random_matrix(6, 10, 129), x = random_matrix(4, 10, 130),
               bad = random_matrix(4, 9, 131);
    matrix<float> y(4, 6), short_y(3, 6);
    CHECK_THROWS_AS(multiply(ref, y, w, bad), shape_error);
    CHECK_THROWS_AS(multiply(ref, short_y, w, x), shape_error);
    CHECK_THROWS_AS(multiply(ref, y, bad, x), shape_error);
}
