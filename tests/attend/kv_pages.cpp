// SPDX-License-Identifier: MIT
#include <qad/attend/kv_pages.hpp>

#include <qad/formats/fp16.hpp>

#include <doctest/doctest.h>

#include <type_traits> // is_copy_constructible_v

using namespace qad;

// Sequences point into it.
static_assert(!std::is_copy_constructible_v<kv_pages<float>>);
static_assert(!std::is_move_constructible_v<kv_pages<float>>);

TEST_CASE("a page of Llama-3.1-8B is 2 MiB: 16 positions of 128 KiB, all layers together") {
    kv_pages<fp16> const pool(gqa(32, 8, 128), 32, 3);
    CHECK(pool.page_positions() == 16);
    CHECK(pool.bytes() == 3 * (index_t{2} << 20));
}

TEST_CASE("all pages are free at first, and a pool may have none") {
    kv_pages<float> const pool(mha(1, 1), 2, 7, 4), empty(mha(1, 1), 2, 0);
    CHECK(pool.pages().free() == 7);
    CHECK(pool.layers() == 2);
    CHECK(empty.pages().free() == 0);
    CHECK(empty.bytes() == 0);
}

TEST_CASE("what cannot be is refused") {
    CHECK_THROWS_AS(kv_pages<float>(gqa(4, 2, 2), 2, 4, 0), shape_error);
    CHECK_THROWS_AS(kv_pages<float>(gqa(4, 2, 2), 2, -1), shape_error);
    CHECK_THROWS_AS(kv_pages<float>(gqa(4, 2, 2), 0, 4), shape_error);
    CHECK_THROWS_AS(kv_pages<float>(head_layout{4, 3, 2}, 2, 4), shape_error);
    CHECK_THROWS_AS(kv_pages<float>(gqa(4, 2, 2), 2, index_t{1} << 60), shape_error);
}
