// SPDX-License-Identifier: MIT
#include <qad/simd/attend_gradient.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {

matrix<double> widened(matrix<float> const& m) {
    matrix<double> wide(m.rows(), m.cols());
    for (index_t i = 0; i < m.size(); ++i) { wide.data()[i] = m.data()[i]; }
    return wide;
}

/// Largest difference, over the largest number there is.
double apart(matrix<float> const& got, matrix<double> const& want) {
    double worst = 0, largest = 0;
    for (index_t i = 0; i < got.size(); ++i) {
        worst = std::max(worst, std::abs(got.data()[i] - want.data()[i]));
        largest = std::max(largest, std::abs(want.data()[i]));
    }
    return worst / largest;
}

} // namespace

TEST_CASE("blocks of products give the readable loop's gradients") {
    // One block and several, a length that fills none, one token; shared heads and not; a window.
    std::vector<index_t> const lengths[] = {{1}, {5, 1, 7}, {64}, {65, 3}, {150}};
    for (auto const& [query, kv] : {std::pair{4, 2}, {3, 3}, {4, 1}}) {
        for (index_t window : {0, 9}) {
            for (auto const& sizes : lengths) {
                auto const heads = gqa(query, kv, 16);
                index_t rows = 0;
                for (index_t n : sizes) { rows += n; }
                auto const q = random_matrix<float>(rows, heads.query_width(), 1);
                auto const k = random_matrix<float>(rows, heads.kv_width(), 2);
                auto const v = random_matrix<float>(rows, heads.kv_width(), 3);
                auto const dout = random_matrix<float>(rows, heads.query_width(), 4);
                matrix<float> dq = q, dk = k, dv = v; // added to
                auto eq = widened(q), ek = widened(k), ev = widened(v);
                auto const run = [&]<class T>(auto backend, matrix<T>& a, matrix<T>& b,
                                              matrix<T>& c, matrix<T> const& up,
                                              matrix<T> const& x, matrix<T> const& y,
                                              matrix<T> const& z) {
                    attend_gradient<T>(backend, a.view(), b.view(), c.view(), up.view(),
                                       x.view(), y.view(), z.view(),
                                       std::span<index_t const>(sizes), heads, {window});
                };
                run(simd, dq, dk, dv, dout, q, k, v);
                run(ref, eq, ek, ev, widened(dout), widened(q), widened(k), widened(v));
                CAPTURE(rows);
                CAPTURE(kv);
                // Float sums of up to 150 terms of a few units, and an exponential of relative
                // error 2⁻²²: some hundred roundings of 2⁻²⁴, beside the largest result.
                CHECK(apart(dq, eq) <= 1e-5);
                CHECK(apart(dk, ek) <= 1e-5);
                CHECK(apart(dv, ev) <= 1e-5);
            }
        }
    }
}

TEST_CASE("the gradients do not depend on how many threads share the heads") {
    auto const heads = gqa(6, 3, 8);
    std::vector<index_t> const sizes = {20, 33};
    auto const q = random_matrix<float>(53, 48, 1), dout = random_matrix<float>(53, 48, 4);
    auto const k = random_matrix<float>(53, 24, 2), v = random_matrix<float>(53, 24, 3);
    matrix<float> first;
    for (int count : {1, 2, 3}) {
        set_threads(count);
        matrix<float> dq(53, 48), dk(53, 24), dv(53, 24);
        attend_gradient<float>(simd, dq, dk, dv, dout, q, k, v, std::span<index_t const>(sizes),
                               heads);
        if (first.size() == 0) { first = dk; }
        CHECK(same_bits(first, dk));
    }
    set_threads(0);
}

TEST_CASE("sequences that do not add up are an error") {
    auto const heads = gqa(2, 1, 4);
    auto const q = random_matrix<float>(6, 8, 1), k = random_matrix<float>(6, 4, 2);
    matrix<float> dq(6, 8), dk(6, 4), dv(6, 4);
    std::vector<index_t> const sizes = {2, 3};
    CHECK_THROWS_AS(attend_gradient<float>(simd, dq, dk, dv, q, q, k, k,
                                           std::span<index_t const>(sizes), heads),
                    shape_error);
}
