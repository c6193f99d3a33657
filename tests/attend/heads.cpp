// SPDX-License-Identifier: MIT
#include <qad/attend/heads.hpp>

#include <doctest/doctest.h>

#include <vector> // vector

using namespace qad;

namespace {
std::vector<index_t> map_of(head_layout const& heads) {
    std::vector<index_t> result;
    for (index_t q = 0; q < heads.query_heads; ++q) { result.push_back(heads.kv_head_of(q)); }
    return result;
}
} // namespace

TEST_CASE("MHA and MQA are GQA with another number") {
    static_assert(mha(8, 64) == gqa(8, 8, 64));
    static_assert(mqa(8, 64) == gqa(8, 1, 64));
    CHECK(map_of(mha(4, 2)) == std::vector<index_t>{0, 1, 2, 3});
    CHECK(map_of(mqa(4, 2)) == std::vector<index_t>{0, 0, 0, 0});
}

TEST_CASE("neighbours share a key-value head; taking turns would be another model") {
    CHECK(map_of(gqa(6, 2, 2)) == std::vector<index_t>{0, 0, 0, 1, 1, 1});
    CHECK(map_of(gqa(9, 3, 64)) == std::vector<index_t>{0, 0, 0, 1, 1, 1, 2, 2, 2});
}

TEST_CASE("widths: queries as many as heads, keys and values as many as are shared") {
    static_assert(gqa(32, 8, 128).query_width() == 4096);
    static_assert(gqa(32, 8, 128).kv_width() == 1024);
    static_assert(gqa(32, 8, 128).group() == 4);
}

TEST_CASE("uneven groups are refused") {
    CHECK_THROWS_AS(gqa(8, 3, 64), shape_error);
    CHECK_THROWS_AS(gqa(8, 16, 64), shape_error); // the ratio the wrong way round
    CHECK_THROWS_AS(gqa(8, 0, 64), shape_error);
    CHECK_THROWS_AS(gqa(0, 1, 64), shape_error);
    CHECK_THROWS_AS(mha(8, 0), shape_error);
}
