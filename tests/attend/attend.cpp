// SPDX-License-Identifier: MIT
#include <qad/attend/attend.hpp>
#include <qad/attend/kv_cache.hpp>
#include <qad/formats/bf16.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

#include <limits> // numeric_limits

using namespace qad;
using namespace qad::test;

namespace {
/// A sequence of random queries, keys and values for a layout.
template <class T> struct sequence {
    head_layout heads;
    matrix<T> q, k, v;

    sequence(head_layout layout, index_t tokens, std::uint64_t seed)
        : heads(layout), q(random_matrix<T>(tokens, layout.query_width(), seed)),
          k(random_matrix<T>(tokens, layout.kv_width(), seed + 1)),
          v(random_matrix<T>(tokens, layout.kv_width(), seed + 2)) {}

    matrix<T> attended(attend_options options = {}) const {
        matrix<T> out(q.rows(), q.cols());
        attend<T>(out, q, k, v, heads, options);
        return out;
    }
};
/// The formula with the whole row of shares, in long double, for one token and one query head
/// whose key-value head is `kv`.
template <class T>
std::vector<long double> by_the_book(sequence<T> const& s, index_t t, index_t h, index_t kv) {
    using real = long double;
    index_t const d = s.heads.head_dim;
    std::vector<real> share, out(static_cast<std::size_t>(d));
    real total = 0;
    for (index_t j = 0; j <= t; ++j) {
        real dot = 0;
        for (index_t i = 0; i < d; ++i) {
            dot += real(s.q(t, h * d + i)) * real(s.k(j, kv * d + i));
        }
        share.push_back(std::exp(dot / std::sqrt(real(d))));
        total += share.back();
    }
    for (index_t j = 0; j <= t; ++j) {
        for (index_t i = 0; i < d; ++i) {
            out[static_cast<std::size_t>(i)] +=
                share[static_cast<std::size_t>(j)] / total * real(s.v(j, kv * d + i));
        }
    }
    return out;
}
/// The largest distance between the heads of `got` and the formula with the given map of heads.
template <class T, class Map>
double distance(sequence<T> const& s, matrix<T> const& got, Map map) {
    long double largest = 0;
    for (index_t t = 0; t < s.q.rows(); ++t) {
        for (index_t h = 0; h < s.heads.query_heads; ++h) {
            auto const wanted = by_the_book(s, t, h, map(h));
            for (index_t i = 0; i < s.heads.head_dim; ++i) {
                auto const error =
                    got(t, h * s.heads.head_dim + i) - wanted[static_cast<std::size_t>(i)];
                largest = std::max(largest, std::abs(error));
            }
        }
    }
    return static_cast<double>(largest);
}
/// Each key-value head written out once for every query head that reads it.
template <class T> matrix<T> repeated(matrix<T> const& kv, head_layout const& heads) {
    matrix<T> out(kv.rows(), heads.query_width());
    index_t const d = heads.head_dim;
    for (index_t t = 0; t < kv.rows(); ++t) {
        for (index_t h = 0; h < heads.query_heads; ++h) {
            for (index_t i = 0; i < d; ++i) {
                out(t, h * d + i) = kv(t, heads.kv_head_of(h) * d + i);
            }
        }
    }
    return out;
}
} // namespace

TEST_CASE("attention is the formula, with neighbours sharing keys and values") {
    // Scores of size √d·few are computed with d·u relative error each, which moves every share
    // by some d·|score|·u; n = 9 values are then averaged. 2^-40 is 2^13 u: an order above all
    // that, and eight below what a wrong map of heads gives.
    sequence<double> const s(gqa(6, 2, 8), 9, 1);
    auto const out = s.attended();
    CHECK(distance(s, out, [](index_t h) { return h / 3; }) <= 0x1p-40);
    // Taking turns is another model.
    CHECK(distance(s, out, [](index_t h) { return h % 2; }) > 0.1);
}

TEST_CASE("GQA with as many key-value heads as query heads is MHA, bit for bit") {
    // MHA is every head for itself: the slices of each head attend alone.
    sequence<float> const s(gqa(4, 4, 8), 7, 2);
    auto const out = s.attended();
    for (index_t h = 0; h < 4; ++h) {
        matrix<float> alone(7, 8);
        attend<float>(alone, s.q.view().cols(h * 8, 8), s.k.view().cols(h * 8, 8),
                      s.v.view().cols(h * 8, 8), mha(1, 8));
        CHECK(same_bits<float>(alone, out.view().cols(h * 8, 8)));
    }
}

TEST_CASE("GQA and MQA are MHA on repeated keys and values, bit for bit") {
    // Sharing saves memory and nothing else: the same numbers meet in the same order. The
    // shared heads all differ, so that a query which reads a wrong one is seen.
    for (head_layout const heads : {gqa(6, 3, 4), gqa(6, 2, 4), mqa(6, 4)}) {
        sequence<float> const s(heads, 8, 3);
        matrix<float> out(8, heads.query_width());
        attend<float>(out, s.q, repeated(s.k, heads), repeated(s.v, heads), mha(6, 4));
        CHECK(same_bits(out, s.attended()));
    }
}

TEST_CASE("under MQA the queries stay their own") {
    sequence<float> const s(mqa(3, 8), 5, 4);
    auto const out = s.attended();
    CHECK_FALSE(same_bits<float>(out.view().cols(0, 8).row(4), out.view().cols(8, 8).row(4)));
}

TEST_CASE("the future does not matter, bit for bit") {
    // Even NaN after t leaves the rows up to t as they are, so nothing of it was touched.
    sequence<float> s(gqa(4, 2, 8), 10, 5);
    auto const before = s.attended();
    for (index_t t = 6; t < 10; ++t) {
        for (float& x : s.k.row(t)) { x = std::numeric_limits<float>::quiet_NaN(); }
        for (float& x : s.v.row(t)) { x = std::numeric_limits<float>::quiet_NaN(); }
    }
    auto const after = s.attended();
    CHECK(same_bits<float>(before.rows(0, 6), after.rows(0, 6)));
    CHECK(std::isnan(after(6, 0)));
}

TEST_CASE("one cached step is the full recompute, bit for bit") {
    // However the tokens arrive — one by one, or some at once — the same sums run in the same
    // order.
    sequence<float> const s(gqa(6, 2, 8), 12, 6);
    auto const whole = s.attended();
    for (index_t step : {1, 5}) {
        kv_cache<float> past(s.heads, 2, 12);
        matrix<float> out(12, s.heads.query_width());
        for (index_t t = 0; t < 12; t += step) {
            index_t const count = std::min<index_t>(step, 12 - t);
            past.append<float>(1, s.k.rows(t, count), s.v.rows(t, count));
            attend<float>(ref, out.rows(t, count), s.q.rows(t, count), past, 1, s.heads);
        }
        CHECK(same_bits(out, whole));
    }
}

TEST_CASE("a window as long as the text is no window, and one of 1 sees only itself") {
    sequence<float> const s(gqa(4, 2, 8), 9, 7);
    CHECK(same_bits(s.attended({.window = 9}), s.attended()));
    CHECK_FALSE(same_bits(s.attended({.window = 8}), s.attended()));
    CHECK(same_bits(s.attended({.window = 1}), repeated(s.v, s.heads))); // weight 1 on one
}

TEST_CASE("a window of W sees t - W + 1 to t") {
    // The same as a past that holds those W positions and no others.
    sequence<float> const s(gqa(4, 2, 8), 9, 8);
    auto const windowed = s.attended({.window = 3});
    for (index_t t = 2; t < 9; ++t) {
        matrix<float> out(1, s.heads.query_width());
        attend<float>(out, s.q.rows(t, 1), s.k.rows(t - 2, 3), s.v.rows(t - 2, 3), s.heads);
        CHECK(same_bits<float>(out.row(0), windowed.row(t)));
    }
}

TEST_CASE("equal keys average the values; scores of 10^4 pick one") {
    // Equal scores weigh 1 each: the sum of n values and one division, (n + 1)u of the largest.
    head_layout const heads = mha(1, 4);
    matrix<double> q = filled(1, 4, 1.0), k(8, 4);
    auto const v = random_matrix<double>(8, 4, 9);
    matrix<double> out(1, 4);
    attend<double>(out, q, k, v, heads);
    for (index_t i = 0; i < 4; ++i) {
        double sum = 0;
        for (index_t j = 0; j < 8; ++j) { sum += v(j, i); }
        CHECK(std::abs(out(0, i) - sum / 8) <= 9 * 0x1p-53 * 4);
    }
    for (double& x : k.row(5)) { x = 1e4; }
    attend<double>(out, q, k, v, heads);
    CHECK(same_bits<double>(out.row(0), v.row(5)));
}

TEST_CASE("a 16-bit cache is a float cache of the rounded numbers, bit for bit") {
    sequence<float> s(gqa(4, 2, 8), 6, 10);
    kv_cache<bf16> small(s.heads, 1, 6);
    small.append<float>(0, s.k, s.v);
    matrix<float> out(6, s.heads.query_width());
    attend<float>(out, s.q, small, 0, s.heads);
    for (matrix<float>* m : {&s.k, &s.v}) {
        for (index_t i = 0; i < m->size(); ++i) {
            m->data()[i] = static_cast<float>(bf16::nearest(m->data()[i]));
        }
    }
    CHECK(same_bits(out, s.attended()));
}

TEST_CASE("an int8 cache stays within its bound") {
    // Keys are off by at most s_k/2, so a score by at most e = ‖q‖₁·s_k/2 / √d; scores off by e
    // move every share by a factor within e^±2e, so all shares together by at most e^2e − 1.
    // Values are off by at most s_v/2. Together: s_v/2 + (e^2e − 1)·max|v|; float rounding is
    // far below.
    head_layout const heads = gqa(4, 2, 16);
    index_t const tokens = 20, d = 16;
    sequence<float> const s(heads, tokens, 11);
    kv_cache<int8> past(heads, 1, tokens);
    past.append<float>(0, s.k, s.v);
    matrix<float> out(tokens, heads.query_width());
    attend<float>(out, s.q, past, 0, heads);
    auto const wanted = s.attended();
    double worst = 0;
    for (index_t t = 0; t < tokens; ++t) {
        for (index_t h = 0; h < 4; ++h) {
            double q1 = 0, key_scale = 0, value_scale = 0;
            for (index_t i = 0; i < d; ++i) { q1 += std::abs(s.q(t, h * d + i)); }
            for (index_t j = 0; j <= t; ++j) {
                key_scale =
                    std::max<double>(key_scale, past.key(0, heads.kv_head_of(h), j).scale);
                value_scale =
                    std::max<double>(value_scale, past.value(0, heads.kv_head_of(h), j).scale);
            }
            double const e = q1 * key_scale / 2 / std::sqrt(static_cast<double>(d));
            double const bound = value_scale / 2 + std::expm1(2 * e) * 127 * value_scale;
            for (index_t i = 0; i < d; ++i) {
                double const error = std::abs(out(t, h * d + i) - wanted(t, h * d + i));
                CHECK(error <= bound);
                worst = std::max(worst, error);
            }
        }
    }
    CHECK(worst > 0x1p-20); // it is int8 that was measured, not float
}

TEST_CASE("what does not fit is refused") {
    head_layout const heads = gqa(4, 2, 8);
    sequence<float> const s(heads, 3, 12);
    matrix<float> out(3, 32), narrow(3, 16), few(2, 32);
    kv_cache<float> past(heads, 1, 3);
    past.append<float>(0, s.k.rows(0, 2), s.v.rows(0, 2));
    CHECK_THROWS_AS(attend<float>(out, s.q, past, 0, heads), shape_error); // one key is missing
    CHECK_THROWS_AS(attend<float>(narrow, s.q, s.k, s.v, heads), shape_error);
    CHECK_THROWS_AS(attend<float>(few, s.q, s.k, s.v, heads), shape_error);
    CHECK_THROWS_AS(attend<float>(out, s.q, s.k, s.v, gqa(4, 4, 8)), shape_error);
    CHECK_THROWS_AS(attend<float>(out, s.q, s.k, s.v, heads, {.window = -1}), shape_error);
    CHECK_THROWS_AS(attend<float>(out, s.q, past, 1, heads), shape_error);
}
