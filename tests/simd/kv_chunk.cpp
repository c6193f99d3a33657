// SPDX-License-Identifier: MIT
#include <qad/simd/kv_chunk.hpp>

#include <qad/attend/paged.hpp> // kv_cache, paged_cache

#include <doctest/doctest.h>

using namespace qad;

namespace {
template <class Store> void check_chunks(Store const& past, index_t d) {
    for (index_t begin : {0, 1, 15, 16, 40}) {
        for (index_t count : {1, 2, 17, 60}) {
            matrix<float> room(64, d);
            auto const k = kv_chunk(past, kv_part::keys, 1, 1, begin, count, d, room);
            REQUIRE(k.rows() == count);
            for (index_t i = 0; i < count; ++i) {
                auto const row = past.key(1, 1, begin + i);
                for (index_t j = 0; j < d; ++j) {
                    CHECK(k(i, j) ==
                          decode<float>(row.values[static_cast<std::size_t>(j)]) * row.scale);
                }
            }
        }
    }
}
template <class E> void check_element() {
    auto const heads = gqa(4, 2, 20);
    matrix<float> rows(100, heads.kv_width());
    for (index_t t = 0; t < 100; ++t) {
        for (index_t j = 0; j < rows.cols(); ++j) {
            rows(t, j) = static_cast<float>((7 * t + 3 * j) % 50) / 8;
        }
    }
    kv_cache<E> whole(heads, 2, 100);
    kv_pages<E> pool(heads, 2, 20);
    paged_cache<E> paged(pool);
    for (index_t layer : {0, 1}) {
        whole.template append<float>(layer, rows, rows);
        paged.template append<float>(layer, rows, rows);
    }
    check_chunks(whole, 20);
    check_chunks(paged, 20);
}
} // namespace

TEST_CASE("a stretch of positions is what its rows say, across pages and for every element") {
    check_element<float>();
    check_element<double>();
    check_element<bf16>();
    check_element<fp16>();
    check_element<int8>();
}
