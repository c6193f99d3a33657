// SPDX-License-Identifier: MIT
#include <qad/simd/attend.hpp>

#include <qad/attend/kv_cache.hpp> // kv_cache
#include <qad/attend/paged.hpp>    // paged_cache
#include <qad/core/random.hpp>     // generator

#include <doctest/doctest.h>

using namespace qad;

namespace {

matrix<float> random_matrix(index_t rows, index_t cols, std::uint64_t seed) {
    generator g(seed);
    matrix<float> m(rows, cols);
    for (index_t i = 0; i < rows; ++i) {
        for (float& x : m.row(i)) { x = static_cast<float>(g.normal()); }
    }
    return m;
}

/// simd against the readable loop in double over the same cache; the bound is attend's
/// contract.
template <class Store>
void check_attend(Store const& past, head_layout const& heads, index_t rows, index_t window) {
    CAPTURE(rows);
    CAPTURE(past.length(0));
    CAPTURE(window);
    CAPTURE(heads.head_dim);
    matrix<float> const query = random_matrix(rows, heads.query_width(), 5);
    matrix<float> got(rows, heads.query_width());
    matrix<double> exact(rows, heads.query_width()), query64(rows, heads.query_width());
    for (index_t r = 0; r < rows; ++r) {
        for (index_t c = 0; c < query.cols(); ++c) { query64(r, c) = query(r, c); }
    }
    attend<float>(simd, got, query, past, 0, heads, {.window = window});
    attend<double>(ref, exact, query64, past, 0, heads, {.window = window});

    index_t const n = past.length(0), d = heads.head_dim;
    double const u = 0x1p-24;
    for (index_t r = 0; r < rows; ++r) {
        for (index_t h = 0; h < heads.query_heads; ++h) {
            double steepest = 0, largest = 0;
            for (index_t j = 0; j < n; ++j) {
                auto const k = past.key(0, heads.kv_head_of(h), j),
                           v = past.value(0, heads.kv_head_of(h), j);
                double sum = 0;
                for (index_t c = 0; c < d; ++c) {
                    auto const at = static_cast<std::size_t>(c);
                    sum += std::fabs(query64(r, h * d + c) * k.scale *
                                     decode<double>(k.values[at]));
                    largest =
                        std::max(largest, std::fabs(v.scale * decode<double>(v.values[at])));
                }
                steepest = std::max(steepest, sum / std::sqrt(static_cast<double>(d)));
            }
            double const bound = (2 * static_cast<double>(d + 4) * u * steepest +
                                  static_cast<double>(n) * u + 0x1p-20) *
                                 2 * largest;
            for (index_t c = h * d; c < (h + 1) * d; ++c) {
                double const error = std::fabs(static_cast<double>(got(r, c)) - exact(r, c));
                if (!(error <= bound)) {
                    CAPTURE(got(r, c));
                    CAPTURE(exact(r, c));
                    CAPTURE(bound);
                    CHECK(error <= bound);
                }
            }
        }
    }
    CHECK(rows > 0);
}

template <class E> void check_store() {
    for (auto const& heads : {gqa(9, 3, 64), mha(2, 20), mqa(3, 33), mha(1, 3)}) {
        for (index_t length : {1, 2, 17, 150}) {
            kv_cache<E> past(heads, 1, length);
            matrix<float> const k = random_matrix(length, heads.kv_width(), 1),
                                v = random_matrix(length, heads.kv_width(), 2);
            past.template append<float>(0, k.view(), v.view());
            for (index_t rows : {1, 2, 5, 40}) {
                if (rows > length || (rows > 5 && rows < length && heads.head_dim == 3)) {
                    continue;
                }
                check_attend(past, heads, rows, 0);
                if (length > 100) { check_attend(past, heads, rows, 70); }
            }
        }
    }
}

} // namespace

TEST_CASE("attention over float, bf16, fp16 and int8 caches is the readable loop's within its "
          "bound") {
    check_store<float>();
    check_store<bf16>();
    check_store<fp16>();
    check_store<int8>();
}

TEST_CASE("pages read as the contiguous cache does, bit for bit") {
    // Both ways end in the same floats side by side, and the chunks do not depend on the pages.
    auto const heads = gqa(4, 2, 32);
    index_t const length = 150;
    matrix<float> const k = random_matrix(length, heads.kv_width(), 11),
                        v = random_matrix(length, heads.kv_width(), 12);
    kv_cache<float> whole(heads, 1, length);
    kv_pages<float> pool(heads, 1, 20);
    paged_cache<float> paged(pool);
    whole.append<float>(0, k.view(), v.view());
    paged.append<float>(0, k.view(), v.view());
    for (index_t rows : {1, 3, 50}) {
        matrix<float> const query = random_matrix(rows, heads.query_width(), 13);
        matrix<float> a(rows, query.cols()), b(rows, query.cols());
        attend<float>(simd, a, query, whole, 0, heads);
        attend<float>(simd, b, query, paged, 0, heads);
        for (index_t r = 0; r < rows; ++r) {
            for (index_t c = 0; c < a.cols(); ++c) { REQUIRE(a(r, c) == b(r, c)); }
        }
    }
}

TEST_CASE("results do not depend on the number of threads") {
    auto const heads = gqa(6, 3, 16);
    index_t const length = 400;
    kv_cache<float> past(heads, 1, length);
    past.append<float>(0, random_matrix(length, heads.kv_width(), 21).view(),
                       random_matrix(length, heads.kv_width(), 22).view());
    for (index_t rows : {1, 100}) {
        matrix<float> const query = random_matrix(rows, heads.query_width(), 23);
        matrix<float> one(rows, query.cols()), many(rows, query.cols());
        set_threads(1);
        attend<float>(simd, one, query, past, 0, heads);
        for (int count : {2, 3}) {
            set_threads(count);
            attend<float>(simd, many, query, past, 0, heads);
            for (index_t r = 0; r < rows; ++r) {
                for (index_t c = 0; c < one.cols(); ++c) { REQUIRE(one(r, c) == many(r, c)); }
            }
        }
        set_threads(0);
    }
}

TEST_CASE("scores of ten thousand neither overflow nor lose the winner") {
    // e^10000 is no float, e^(s − max s) is.
    auto const heads = mha(1, 16);
    kv_cache<float> past(heads, 1, 140);
    matrix<float> k(140, 16), v(140, 16);
    for (index_t t = 0; t < 140; ++t) {
        k(t, 0) = t == 131 ? 200.0f : -200.0f;
        v(t, 3) = static_cast<float>(t);
    }
    past.append<float>(0, k.view(), v.view());
    for (index_t rows : {1, 9}) {
        matrix<float> query(rows, 16), out(rows, 16);
        for (index_t r = 0; r < rows; ++r) { query(r, 0) = 200; }
        attend<float>(simd, out, query, past, 0, heads);
        for (index_t r = 0; r < rows; ++r) { CHECK(out(r, 3) == 131.0f); }
    }
}
