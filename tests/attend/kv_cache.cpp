// SPDX-License-Identifier: MIT
#include <qad/attend/kv_cache.hpp>

#include <support/random_matrix.hpp>

#include <qad/formats/fp16.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("bytes per token are the chapter's: 2 · layers · kv heads · head size · bytes") {
    CHECK(kv_cache<fp16>(gqa(64, 8, 128), 80, 1).bytes() == 327'680); // 70B
    CHECK(kv_cache<fp16>(gqa(32, 8, 128), 32, 1).bytes() == 131'072); // 8B
    CHECK(kv_cache<fp16>(mha(32, 128), 32, 1).bytes() == 524'288); // Llama-2-7B: more than 70B
    CHECK(kv_cache<fp16>(gqa(9, 3, 64), 30, 1).bytes() == 23'040); // SmolLM2-135M
    // int8 halves the elements and adds 4 bytes of scale to each of 2·32·8 rows.
    CHECK(kv_cache<int8>(gqa(32, 8, 128), 32, 1).bytes() == 131'072 / 2 + 2 * 32 * 8 * 4);
}

TEST_CASE("each layer grows by itself, and the length is what all of them hold") {
    head_layout const heads = gqa(2, 1, 4);
    kv_cache<float> cache(heads, 3, 10);
    matrix<float> rows(4, 4);
    CHECK(cache.length() == 0);
    cache.append<float>(0, rows, rows);
    CHECK(cache.length(0) == 4);
    CHECK(cache.length() == 0); // layers 1 and 2 do not have them yet
    cache.append<float>(1, rows, rows);
    cache.append<float>(2, rows, rows);
    CHECK(cache.length() == 4);
    CHECK(cache.layers() == 3);
    CHECK(cache.capacity() == 10);
}

TEST_CASE("a full cache says so and stays as it was") {
    kv_cache<float> cache(mha(1, 2), 1, 3);
    auto const rows = random_matrix<float>(2, 2, 1);
    cache.append<float>(0, rows, rows);
    CHECK_THROWS_AS(cache.append<float>(0, rows, rows), shape_error);
    CHECK(cache.length() == 2);
    cache.append<float>(0, rows.rows(0, 1), rows.rows(0, 1)); // one position is left
    CHECK(cache.length() == 3);
}

TEST_CASE("truncate forgets positions, and what comes next takes their place") {
    head_layout const heads = gqa(4, 2, 2);
    auto const first = random_matrix<float>(6, 4, 2), second = random_matrix<float>(2, 4, 3);
    kv_cache<float> cache(heads, 2, 8);
    for (index_t layer : {0, 1}) { cache.append<float>(layer, first, first); }
    cache.truncate(4);
    CHECK(cache.length() == 4);
    for (index_t layer : {0, 1}) { cache.append<float>(layer, second, second); }
    CHECK(cache.length() == 6);
    CHECK(same_bits<float>(cache.key(1, 1, 3).values, first.view().cols(2, 2).row(3)));
    CHECK(same_bits<float>(cache.key(1, 1, 4).values, second.view().cols(2, 2).row(0)));
    cache.truncate(100); // longer than it is: nothing to forget
    CHECK(cache.length() == 6);
}

TEST_CASE("a run is every position from one on, side by side") {
    head_layout const heads = gqa(4, 2, 4);
    auto const k = random_matrix<float>(7, 8, 4), v = random_matrix<float>(7, 8, 5);
    kv_cache<float> cache(heads, 2, 20);
    for (index_t layer : {0, 1}) { cache.append<float>(layer, k, v); }
    auto const keys = cache.key_run(1, 1, 2), values = cache.value_run(1, 1, 2);
    REQUIRE(keys.count == 5);
    REQUIRE(values.count == 5);
    for (index_t i = 0; i < 5; ++i) {
        CHECK(keys.values + i * keys.stride == cache.key(1, 1, 2 + i).values.data());
        CHECK(values.values + i * values.stride == cache.value(1, 1, 2 + i).values.data());
    }
}

TEST_CASE("what does not fit is refused") {
    kv_cache<float> cache(gqa(4, 2, 2), 2, 8);
    matrix<float> right(3, 4), wide(3, 8), few(2, 4);
    CHECK_THROWS_AS(cache.append<float>(2, right, right), shape_error);
    CHECK_THROWS_AS(cache.append<float>(-1, right, right), shape_error);
    CHECK_THROWS_AS(cache.append<float>(0, wide, wide), shape_error); // the queries' width
    CHECK_THROWS_AS(cache.append<float>(0, right, few), shape_error);
    CHECK_THROWS_AS(cache.length(2), shape_error);
    CHECK_THROWS_AS(cache.truncate(-1), shape_error);
    CHECK_THROWS_AS(kv_cache<float>(gqa(4, 2, 2), 0, 8), shape_error);
    CHECK_THROWS_AS(kv_cache<float>(gqa(4, 2, 2), -1, 8), shape_error);
    CHECK_THROWS_AS(kv_cache<float>(gqa(4, 2, 2), 1, -8), shape_error);
    CHECK_THROWS_AS(kv_cache<float>(head_layout{4, 3, 2}, 1, 8), shape_error);
    CHECK_THROWS_AS(kv_cache<float>(gqa(4, 2, 2), 1, index_t{1} << 62), shape_error);
}
