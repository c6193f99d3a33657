// SPDX-License-Identifier: MIT
#include <qad/quantize/gptq.hpp>

#include <qad/formats/nf4.hpp>
#include <qad/quantize/output_error.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include "support/same_codes.hpp"

#include <limits>

using namespace qad;
using namespace qad::testing;

template <class Code> static double output_error(matrix_view<float const> w,
                                                 quantized_matrix<Code> const& q,
                                                 matrix_view<float const> x) {
    auto e = dequantize(q);
    as_eigen(e) -= as_eigen(w);
    return squared_output(e, x);
}
static exact_hessian hessian_of(matrix_view<float const> x) {
    exact_hessian h(x.cols());
    h.accumulate(x);
    return h;
}

// U of a diagonal matrix is diagonal: nothing is pushed anywhere. White inputs gain nothing.
TEST_CASE("with a diagonal H GPTQ is rounding, bit for bit") {
    auto const w = random_matrix(70, 48, 81);
    matrix<float> one(48, 48), diagonal(48, 48);
    for (index_t j = 0; j < 48; ++j) {
        one(j, j) = 1;
        diagonal(j, j) = static_cast<float>(1 + (7 * j) % 48);
    }
    for (auto const& h : {hessian(one, 1), hessian(diagonal, 1)}) {
        for (granularity cut : {per_tensor(), per_channel(), per_group(16)}) {
            for (grid marks : {grid::symmetric, grid::centred, grid::asymmetric}) {
                CHECK(test::same_codes(
                    gptq<int4>(w, h, cut, {.grid = marks, .scales = scale_format::fp16}),
                    quantize<int4>(w, cut, {.grid = marks, .scales = scale_format::fp16})));
            }
            CHECK(test::same_codes(gptq<nf4>(w, h, cut), quantize<nf4>(w, cut)));
        }
        // Another order, the same neighbours: static groups. Whose scales may be doubly
        // quantized.
        CHECK(test::same_codes(
            gptq<int4>(w, h, per_group(16), {.activation_order = true, .static_groups = true}),
            quantize<int4>(w, per_group(16))));
        CHECK(
            test::same_codes(gptq<nf4>(w, h, per_group(16),
                           {.static_groups = true, .scales = scale_format::double_quantized}),
                 quantize<nf4>(w, per_group(16), {.scales = scale_format::double_quantized})));
        CHECK(test::same_codes(gptq<int4>(w, h, per_group(16), {.clip_search = {.steps = 5}}),
                   quantize<int4>(w, per_group(16), {.clip_search = {.steps = 5}})));
    }
}

// Inverse of the rows and columns `left` of h, by elimination.
static std::vector<std::vector<double>> inverse(matrix<double> const& h,
                                                std::vector<index_t> const& left) {
    std::size_t const n = left.size();
    std::vector<std::vector<double>> a(n, std::vector<double>(2 * n));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) { a[i][j] = h(left[i], left[j]); }
        a[i][n + i] = 1;
    }
    for (std::size_t p = 0; p < n; ++p) {
        double const pivot = a[p][p];
        for (double& x : a[p]) { x /= pivot; }
        for (std::size_t i = 0; i < n; ++i) {
            double const factor = a[i][p];
            for (std::size_t j = 0; j < 2 * n && i != p; ++j) { a[i][j] -= factor * a[p][j]; }
        }
    }
    for (auto& row : a) {
        row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n));
    }
    return a;
}

/// Algorithm 1 as the paper derives it (§3, equations 2 and 3), without any of its savings: a
/// fresh inverse of the Hessian of the weights that are left before each step. Symmetric int4.
static std::vector<std::vector<int>> plain_gptq(matrix_view<float const> w, matrix<double> h,
                                                index_t size, bool activation_order,
                                                bool static_groups) {
    index_t const n = w.cols();
    double mean = 0;
    for (index_t j = 0; j < n; ++j) { mean += h(j, j) / static_cast<double>(n); }
    for (index_t j = 0; j < n; ++j) { h(j, j) += 0.01 * mean; }
    std::vector<index_t> order;
    for (index_t j = 0; j < n; ++j) { order.push_back(j); }
    if (activation_order) {
        std::sort(order.begin(), order.end(),
                  [&](index_t a, index_t b) { return h(a, a) > h(b, b); });
    }
    auto const scale_of = [](auto const& values) {
        float largest = 0;
        for (double x : values) {
            largest = std::max(largest, std::fabs(static_cast<float>(x)));
        }
        return largest / 7;
    };
    std::vector<std::vector<int>> codes(static_cast<std::size_t>(w.rows()),
                                        std::vector<int>(static_cast<std::size_t>(n)));
    for (index_t r = 0; r < w.rows(); ++r) {
        std::vector<double> now(w.row(r).begin(), w.row(r).end()), original = now;
        float scale = 0;
        for (index_t c = 0; c < n; ++c) {
            index_t const i = order[static_cast<std::size_t>(c)];
            std::vector<double> group;
            if (static_groups) {
                for (index_t j = i / size * size; j < (i / size + 1) * size; ++j) {
                    group.push_back(original[static_cast<std::size_t>(j)]);
                }
            } else if (c % size == 0) {
                for (index_t d = c; d < c + size; ++d) {
                    group.push_back(
                        now[static_cast<std::size_t>(order[static_cast<std::size_t>(d)])]);
                }
            }
            if (!group.empty()) { scale = scale_of(group); }
            double const q = std::nearbyint(
                std::fmin(std::fmax(now[static_cast<std::size_t>(i)] / scale, -7), 7));
            codes[static_cast<std::size_t>(r)][static_cast<std::size_t>(i)] =
                static_cast<int>(q);
            std::vector<index_t> const left(order.begin() + c, order.end());
            auto const f = inverse(h, left);
            double const error = (now[static_cast<std::size_t>(i)] - scale * q) / f[0][0];
            for (std::size_t j = 0; j < left.size(); ++j) {
                now[static_cast<std::size_t>(left[j])] -= error * f[0][j];
            }
        }
    }
    return codes;
}

// The factorization, the blocks and the shared work are savings, not another algorithm. In
// double nothing but a tie could tell them apart, and random weights have none.
TEST_CASE("in double the codes are those of a plain Algorithm 1") {
    index_t const n = 24;
    auto const w = random_matrix(10, n, 82);
    auto x = correlated_tokens(200, n, 0.9, 83);
    for (index_t t = 0; t < x.rows(); ++t) {
        for (index_t j = 0; j < n; ++j) {
            x(t, j) *= static_cast<float>(1 + (5 * j) % 7);
        } // loud and quiet inputs
    }
    auto const h = hessian_of(x);
    for (index_t size : {n, index_t{8}, index_t{4}}) {
        for (bool order : {false, true}) {
            for (bool is_static : {false, true}) {
                auto const expected =
                    plain_gptq(w, matrix<double>(h.view()), size, order, is_static);
                for (index_t block : {1, 5, 8, 128}) {
                    CAPTURE(size);
                    CAPTURE(order);
                    CAPTURE(is_static);
                    CAPTURE(block);
                    auto const q = gptq<int4>(w, h, per_group(size),
                                              {.activation_order = order,
                                               .static_groups = is_static,
                                               .block = block});
                    for (index_t i = 0; i < w.rows(); ++i) {
                        for (index_t j = 0; j < n; ++j) {
                            REQUIRE(q.code(i, j).value == expected[static_cast<std::size_t>(
                                                              i)][static_cast<std::size_t>(j)]);
                        }
                    }
                }
            }
        }
    }
}

// Neighbouring inputs move together, so that an error in one weight can be made good by the
// next. The weights move farther than with rounding: that is the price, and it is paid where
// nobody looks.
TEST_CASE("on AR(1) inputs the output error is at most half of rounding's") {
    auto const w = random_matrix(100, 64, 84);
    auto const x = correlated_tokens(512, 64, 0.9, 85);
    hessian h(64);
    h.accumulate(x);
    for (granularity cut : {per_channel(), per_group(16)}) {
        auto const nearest = quantize<int4>(w, cut), pushed = gptq<int4>(w, h, cut);
        CHECK(output_error(w, pushed, x) <= 0.5 * output_error(w, nearest, x));
        auto const weight_error = [&](auto const& q) {
            auto e = dequantize(q);
            as_eigen(e) -= as_eigen(w);
            return as_eigen(e).squaredNorm();
        };
        CHECK(weight_error(pushed) > weight_error(nearest));
        CHECK(output_error(w, gptq<int4>(w, h, cut, {.activation_order = true}), x) <=
              0.5 * output_error(w, nearest, x));
    }
}

// Σ (w − q)² / d² with the weights as they were when their turn came is e·(H + λI)·e of the
// whole change.
TEST_CASE("the sum of squared steps is the output error") {
    auto const w = random_matrix(30, 40, 86);
    auto const h = hessian_of(correlated_tokens(300, 40, 0.9, 87));
    for (bool order : {false, true}) {
        gptq_notes notes;
        auto const q =
            gptq<int4>(w, h, per_channel(), {.activation_order = order, .notes = &notes});
        eigen_matrix<double> e =
            as_eigen(dequantize(q)).cast<double>() - as_eigen(w).cast<double>();
        eigen_matrix<double> damped = as_eigen(h.view());
        damped.diagonal().array() += 0.01 * damped.diagonal().mean();
        double const expected = (e * damped).cwiseProduct(e).sum();
        // ŵ is rounded to float after the steps are summed: 2⁻²⁴ of it, against e of some 2⁻⁴
        // of w, twice (squares).
        CHECK(std::fabs(notes.output_error - expected) <= 0x1p-18 * expected);
        CHECK(std::fabs(notes.damping - 0.01) <=
              4 * 0x1p-53 * 0.01); // times the mean, divided by it
    }
}

// Blocks only put off the same updates. In float they add in another order, so that a weight
// within rounding of a tie may fall the other way; few do, and the error stays the same.
TEST_CASE("the block size is irrelevant") {
    auto const w = random_matrix(20, 96, 88);
    auto const x = correlated_tokens(400, 96, 0.9, 89);
    hessian h(96);
    h.accumulate(x);
    for (granularity cut : {per_channel(), per_group(48), per_group(16)}) {
        auto const exact = gptq<int4>(w, hessian_of(x), cut), reference = gptq<int4>(w, h, cut);
        for (index_t block : {1, 7, 32, 64, 1000}) {
            CHECK(test::same_codes(gptq<int4>(w, hessian_of(x), cut, {.block = block}), exact));
            double const error = output_error(w, gptq<int4>(w, h, cut, {.block = block}), x);
            CHECK(std::fabs(error / output_error(w, reference, x) - 1) <= 0.05);
        }
    }
}

// An input that is always zero has no say in H; its weights cannot matter and must not hurt.
TEST_CASE("dead inputs give no NaN, zero weights, and no harm to the others") {
    auto const w = random_matrix(6, 16, 90);
    auto x = correlated_tokens(100, 16, 0.9, 91);
    for (index_t t = 0; t < 100; ++t) { x(t, 3) = x(t, 9) = 0; }
    hessian h(16);
    h.accumulate(x);
    for (grid marks : {grid::symmetric, grid::asymmetric}) {
        for (bool order : {false, true}) {
            gptq_notes notes;
            auto const q = gptq<int4>(
                w, h, per_group(4),
                {.damping = 0, .activation_order = order, .grid = marks, .notes = &notes});
            CHECK(notes.dead_inputs == 2);
            for (index_t i = 0; i < 6; ++i) {
                CHECK(q(i, 3) == 0);
                CHECK(q(i, 9) == 0);
                for (index_t j = 0; j < 16; ++j) { CHECK(std::isfinite(q(i, j))); }
            }
        }
    }
    // No token at all: every input is dead, every weight 0.
    auto const nothing = gptq<int4>(w, hessian(16), per_channel());
    CHECK(as_eigen(dequantize(nothing)).isZero());
}

// Fewer tokens than inputs and no damping: a Cholesky factorization needs help and says how
// much.
TEST_CASE("damping grows until H can be factored, and is reported") {
    auto const w = random_matrix(4, 32, 92);
    hessian h(32);
    h.accumulate(correlated_tokens(5, 32, 0.9, 93));
    gptq_notes notes;
    auto const q = gptq<int4>(w, h, per_channel(), {.damping = 0, .notes = &notes});
    CHECK(notes.damping > 0);
    CHECK(notes.damping <= 0.01);
    CHECK(std::isfinite(notes.output_error));
    CHECK(as_eigen(dequantize(q)).allFinite());
}

// Greedy is not optimal, and nothing is better than optimal. 3⁶ = 729 ways to choose the codes.
TEST_CASE("GPTQ is never below the exhaustive optimum") {
    index_t const n = 6;
    double nearest_sum = 0, gptq_sum = 0, optimum_sum = 0;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        auto const w = random_matrix(1, n, 100 + seed);
        auto const x = correlated_tokens(64, n, 0.9, 200 + seed);
        auto const h = hessian_of(x);
        auto const cost_of = [&](auto const& value) {
            double sum = 0;
            for (index_t i = 0; i < n; ++i) {
                for (index_t j = 0; j < n; ++j) {
                    sum += (w(0, i) - value(i)) * h(i, j) * (w(0, j) - value(j));
                }
            }
            return sum;
        };
        auto const pushed = gptq<int2>(w, h, per_channel(), {.damping = 0});
        auto const nearest = quantize<int2>(w, per_channel());
        double optimum = std::numeric_limits<double>::infinity();
        for (int way = 0; way < 729; ++way) {
            double value[6];
            for (int j = 0, rest = way; j < 6; ++j, rest /= 3) {
                value[j] = double(pushed.scale(0, 0)) * (rest % 3 - 1);
            }
            optimum = std::min(optimum, cost_of([&](index_t j) { return value[j]; }));
        }
        double const found = cost_of([&](index_t j) { return double(pushed(0, j)); });
        CHECK(found >= optimum); // the same sum over the same numbers: no tolerance
        gptq_sum += found;
        optimum_sum += optimum;
        nearest_sum += cost_of([&](index_t j) { return double(nearest(0, j)); });
    }
    CHECK(optimum_sum < gptq_sum);
    CHECK(gptq_sum < nearest_sum);
}

// Every strip of rows has one size, and rows do not meet.
TEST_CASE("the bits do not depend on the number of threads or on the other rows") {
    auto const w = random_matrix(200, 64, 94);
    auto const x = correlated_tokens(300, 64, 0.9, 95);
    hessian h(64);
    h.accumulate(x);
    set_threads(1);
    auto const one = gptq<int4>(w, h, per_group(32));
    set_threads(3);
    CHECK(test::same_codes(one, gptq<int4>(w, h, per_group(32))));
    set_threads(0);
    auto const exact = gptq<int4>(w, hessian_of(x), per_group(32));
    auto const some = gptq<int4>(w.rows(70, 9), hessian_of(x), per_group(32));
    for (index_t i = 0; i < 9; ++i) {
        for (index_t j = 0; j < 64; ++j) { CHECK(some(i, j) == exact(70 + i, j)); }
    }
}

// Groups of the order of rounding are spread over the row; static groups stay where they are.
TEST_CASE("activation order says where its groups went") {
    auto const w = random_matrix(3, 8, 96);
    auto x = correlated_tokens(50, 8, 0.3, 97);
    for (index_t t = 0; t < 50; ++t) { x(t, 6) *= 10; }
    auto const h = hessian_of(x);
    auto const q = gptq<int4>(w, h, per_group(4), {.activation_order = true});
    auto const order = prepare_inputs(h, 0.01, true).order;
    CHECK(order[0] == 6);
    for (index_t c = 0; c < 8; ++c) {
        CHECK(q.group_of(order[static_cast<std::size_t>(c)]) == c / 4);
    }
    CHECK(gptq<int4>(w, h, per_group(4), {.activation_order = true, .static_groups = true})
              .group_of_column()
              .empty());
    CHECK(
        gptq<int4>(w, h, per_channel(), {.activation_order = true}).group_of_column().empty());
}

TEST_CASE("what does not fit together is an error") {
    auto w = random_matrix(4, 8, 98);
    hessian h(8);
    h.accumulate(correlated_tokens(20, 8, 0.5, 99));
    CHECK_THROWS_AS((void)gptq<int4>(w, hessian(9), per_channel()), shape_error);
    CHECK_THROWS_AS((void)gptq<int4>(w, h, per_group(3)), shape_error);
    CHECK_THROWS_AS((void)gptq<int4>(w, h, per_channel(), {.block = 0}), shape_error);
    CHECK_THROWS_AS((void)gptq<int4>(w, h, per_channel(), {.damping = -1}), shape_error);
    CHECK_THROWS_AS(
        (void)gptq<nf4>(w, h, per_group(4), {.scales = scale_format::double_quantized}),
        shape_error);
    w(1, 2) = std::numeric_limits<float>::quiet_NaN();
    auto const message =
        message_of<shape_error>([&] { (void)gptq<int4>(w, h, per_channel()); });
    CHECK(message.find("row 1, column 2") != std::string::npos);
}
