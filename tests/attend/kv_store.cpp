// SPDX-License-Identifier: MIT
#include <qad/attend/kv_cache.hpp>
#include <qad/attend/kv_store.hpp>
#include <qad/attend/paged.hpp>
#include <qad/formats/bf16.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

// Whole sequences can be read, caches can also grow, and a matrix is no store.
static_assert(kv_store<kv_matrices<double>> && !kv_cache_store<kv_matrices<double>>);
static_assert(kv_cache_store<kv_cache<bf16>> && kv_cache_store<paged_cache<bf16>>);
static_assert(!kv_store<matrix<float>>);

TEST_CASE("plain matrices and caches tell the same rows") {
    head_layout const heads = gqa(4, 2, 3);
    auto const k = random_matrix<float>(5, 6, 1), v = random_matrix<float>(5, 6, 2);
    kv_matrices<float> const plain(k, v, heads);
    kv_cache<float> cache(heads, 1, 5);
    kv_pages<float> pool(heads, 1, 3, 2);
    paged_cache<float> paged(pool);
    cache.append<float>(0, k, v);
    paged.append<float>(0, k, v);
    CHECK(plain.length(0) == 5);
    for (index_t head = 0; head < 2; ++head) {
        for (index_t t = 0; t < 5; ++t) {
            auto const key = plain.key(0, head, t), value = plain.value(0, head, t);
            CHECK(same_bits<float>(key.values, k.view().cols(head * 3, 3).row(t)));
            CHECK(same_bits<float>(key.values, cache.key(0, head, t).values));
            CHECK(same_bits<float>(value.values, cache.value(0, head, t).values));
            CHECK(same_bits<float>(key.values, paged.key(0, head, t).values));
            CHECK(same_bits<float>(value.values, paged.value(0, head, t).values));
        }
    }
}

TEST_CASE("keys and values that do not fit the heads are refused") {
    matrix<float> k(5, 6), v(4, 6);
    CHECK_THROWS_AS(kv_matrices<float>(k, v, gqa(4, 2, 3)), shape_error);
    CHECK_THROWS_AS(kv_matrices<float>(k, k, gqa(4, 4, 3)), shape_error);
}
