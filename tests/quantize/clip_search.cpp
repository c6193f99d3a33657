// SPDX-License-Identifier: MIT
#include <qad/quantize/hessian.hpp>
#include <qad/quantize/output_error.hpp>
#include <qad/quantize/round.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

static double squared_error(matrix_view<float const> w, quantized_matrix<int3> const& q) {
    double sum = 0;
    for (index_t i = 0; i < w.rows(); ++i) {
        for (index_t j = 0; j < w.cols(); ++j) {
            sum += std::pow(double(w(i, j)) - double(q(i, j)), 2);
        }
    }
    return sum;
}

// The factor 1 is tried first, and another one must be better to replace it.
TEST_CASE("a clip search never increases the error it minimizes") {
    auto const w = random_matrix(12, 64, 21);
    for (granularity cut : {per_tensor(), per_channel(), per_group(16)}) {
        for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
            double const plain = squared_error(w, quantize<int3>(w, cut, {.grid = marks}));
            double const searched = squared_error(
                w, quantize<int3>(w, cut, {.grid = marks, .clip_search = {.steps = 20}}));
            CHECK(searched <= plain);
            // Three bits and normal weights: the tails cost more than they are worth.
            if (marks == grid::symmetric) { CHECK(searched < 0.9 * plain); }
        }
    }
}

// For one group the moments' e·M·e is the output error on the very inputs that M was summed
// from.
TEST_CASE("with moments it minimizes the output error") {
    auto const w = random_matrix(20, 32, 22);
    auto const x = correlated_tokens(400, 32, 0.9, 23);
    hessian h(32);
    h.accumulate(x);
    auto const output_error = [&](clip_options const& search) {
        auto e = dequantize(quantize<int3>(w, per_channel(), {.clip_search = search}));
        as_eigen(e) -= as_eigen(w);
        return squared_output(e, x);
    };
    double const plain = output_error({}), by_weight = output_error({.steps = 20});
    double const by_output = output_error({.steps = 20, .moments = h.view()});
    CHECK(by_output < by_weight);
    CHECK(by_output < plain);
}

// A matrix of moments without anything off the diagonal is its diagonal.
TEST_CASE("diagonal moments as a matrix and as a row agree") {
    auto const w = random_matrix(10, 16, 24);
    matrix<float> full(16, 16), diagonal(1, 16);
    for (index_t j = 0; j < 16; ++j) {
        full(j, j) = diagonal(0, j) = static_cast<float>(1 + j * j);
    }
    for (granularity cut : {per_tensor(), per_channel(), per_group(4)}) {
        auto const a =
            quantize<int4>(w, cut, {.clip_search = {.steps = 10, .moments = full.view()}});
        auto const b =
            quantize<int4>(w, cut, {.clip_search = {.steps = 10, .moments = diagonal.view()}});
        for (index_t i = 0; i < 10; ++i) {
            for (index_t j = 0; j < 16; ++j) { CHECK(a(i, j) == b(i, j)); }
        }
    }
}

// Weights that no input meets do not matter: the others get the whole grid.
TEST_CASE("an outlier at a dead input is cut off as far as allowed") {
    auto const w = rows_of({{1.0f, -0.6f, 0.3f, 8.0f}});
    auto const moments = rows_of({{1.0f, 1.0f, 1.0f, 0.0f}});
    auto const q = quantize<int4>(
        w, per_channel(),
        {.clip_search = {.steps = 7, .least = 0.125f, .moments = moments.view()}});
    CHECK(q.scale(0, 0) == 1.0f / 7);
}

TEST_CASE("moments of another layer are an error") {
    auto const w = random_matrix(2, 8, 25);
    matrix<float> const moments(4, 8), other(1, 9);
    CHECK_THROWS_AS(
        (void)quantize<int4>(w, per_channel(),
                             {.clip_search = {.steps = 2, .moments = moments.view()}}),
        shape_error);
    CHECK_THROWS_AS(
        (void)quantize<int4>(w, per_channel(),
                             {.clip_search = {.steps = 2, .moments = other.view()}}),
        shape_error);
    CHECK_THROWS_AS(
        (void)quantize<int4>(w, per_channel(), {.clip_search = {.steps = 2, .least = 0}}),
        shape_error);
}
