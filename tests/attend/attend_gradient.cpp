// SPDX-License-Identifier: MIT
#include <qad/attend/attend_gradient.hpp>
#include <qad/attend/kv_cache.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
void check_gradients(head_layout const& heads, index_t queries, index_t tokens,
                     attend_options options) {
    auto q = random_matrix<double>(queries, heads.query_width(), 1);
    auto k = random_matrix<double>(tokens, heads.kv_width(), 2);
    auto v = random_matrix<double>(tokens, heads.kv_width(), 3);
    auto const c = random_matrix<double>(queries, heads.query_width(), 4);
    auto const loss = [&] {
        matrix<double> out(queries, heads.query_width());
        attend<double>(out, q, k, v, heads, options);
        return weighted_sum(c, out);
    };
    auto dq = filled(queries, heads.query_width(), start);
    auto dk = filled(tokens, heads.kv_width(), start), dv = dk;
    attend_gradient<double>(dq, dk, dv, c, q, k, v, heads, options);
    CHECK(gradient_error(q, dq, loss) <= gradient_bound);
    CHECK(gradient_error(k, dk, loss) <= gradient_bound);
    CHECK(gradient_error(v, dv, loss) <= gradient_bound);
}
} // namespace

TEST_CASE("the gradients of attention are those of central differences") {
    SUBCASE("MHA") { check_gradients(mha(2, 4), 6, 6, {}); }
    SUBCASE("GQA: heads that share add up") { check_gradients(gqa(4, 2, 3), 6, 6, {}); }
    SUBCASE("MQA") { check_gradients(mqa(3, 4), 6, 6, {}); }
    SUBCASE("a window") { check_gradients(gqa(4, 2, 3), 7, 7, {.window = 3}); }
    SUBCASE("only the last tokens ask") { check_gradients(gqa(4, 2, 3), 2, 6, {}); }
}

TEST_CASE("the forward of training is the forward of inference, bit for bit") {
    // Training hands whole matrices, inference a cache; the gradient above belongs to both.
    head_layout const heads = gqa(4, 2, 8);
    auto const q = random_matrix<float>(9, 32, 5);
    auto const k = random_matrix<float>(9, 16, 6), v = random_matrix<float>(9, 16, 7);
    matrix<float> whole(9, 32), cached(9, 32);
    attend<float>(whole, q, k, v, heads);
    kv_cache<float> past(heads, 1, 9);
    for (index_t t = 0; t < 9; ++t) {
        past.append<float>(0, k.rows(t, 1), v.rows(t, 1));
        attend<float>(cached.rows(t, 1), q.rows(t, 1), past, 0, heads);
    }
    CHECK(same_bits(whole, cached));
}

TEST_CASE("what a token does not see gets no gradient") {
    head_layout const heads = mha(2, 4);
    auto const q = random_matrix<double>(5, 8, 8), k = random_matrix<double>(5, 8, 9);
    auto const v = random_matrix<double>(5, 8, 10);
    matrix<double> dout(5, 8), dq(5, 8), dk(5, 8), dv(5, 8);
    for (double& x : dout.row(2)) { x = 1; } // only token 2 speaks
    attend_gradient<double>(dq, dk, dv, dout, q, k, v, heads);
    for (index_t t : {3, 4}) {
        for (index_t i = 0; i < 8; ++i) {
            CHECK((dk(t, i) == 0 && dv(t, i) == 0 && dq(t, i) == 0));
        }
    }
    CHECK(dv(0, 0) > 0); // its past did get some
}

TEST_CASE(
    "the first token's query and key have no gradient: its share is 1 whatever they are") {
    head_layout const heads = mha(1, 4);
    auto const q = random_matrix<double>(1, 4, 11), k = random_matrix<double>(1, 4, 12);
    auto const v = random_matrix<double>(1, 4, 13), dout = random_matrix<double>(1, 4, 14);
    matrix<double> dq(1, 4), dk(1, 4), dv(1, 4);
    attend_gradient<double>(dq, dk, dv, dout, q, k, v, heads);
    for (index_t i = 0; i < 4; ++i) {
        CHECK(dq(0, i) == 0);
        CHECK(dk(0, i) == 0);
        CHECK(dv(0, i) == dout(0, i));
    }
}

TEST_CASE("shapes that do not fit are refused") {
    head_layout const heads = gqa(2, 1, 4);
    matrix<float> q(3, 8), k(3, 4), shorter(2, 4), thin(3, 4);
    CHECK_THROWS_AS(attend_gradient<float>(q, shorter, shorter, q, q, k, k, heads),
                    shape_error);
    CHECK_THROWS_AS(attend_gradient<float>(thin, k, k, q, q, k, k, heads), shape_error);
    CHECK_THROWS_AS(attend_gradient<float>(q, k, k, thin, q, k, k, heads), shape_error);
    CHECK_THROWS_AS(attend_gradient<float>(q, q, q, q, q, k, k, heads), shape_error);
}
