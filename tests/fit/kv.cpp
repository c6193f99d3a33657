// SPDX-License-Identifier: MIT
#include <qad/fit/kv.hpp>

#include <qad/fit/models.hpp>

#include <doctest/doctest.h>

using namespace qad;

// Chapter 4.2's table.
static_assert(kv_bytes(llama3_70b, 1) == byte_count(327'680));
static_assert(kv_bytes(llama3_70b, 8192) == byte_count(2.5_GiB)); // 2.684 GB
static_assert(kv_bytes(llama3_70b, 8192) == byte_count(2'684'354'560));
static_assert(kv_bytes(llama3_8b, 1) == byte_count(131'072));
static_assert(kv_bytes(llama3_8b, 8192) == byte_count(1_GiB));    // 1.07 GB
static_assert(kv_bytes(llama3_8b, 131'072) == byte_count(16_GiB)); // 17.2 GB

TEST_CASE("the cache of a 7B with 32 KV heads is larger per token than that of a 70B with 8") {
    CHECK(kv_bytes(llama2_7b, 1) == byte_count(524'288));
    CHECK(kv_bytes(llama2_7b, 1) > kv_bytes(llama3_70b, 1));
}

TEST_CASE("KV heads are the knob: 64 → 8 → 1 is 21.47 → 2.68 → 0.336 GB for 8K tokens") {
    model_shape mha = llama3_70b, mqa = llama3_70b;
    mha.kv_heads = 64;
    mqa.kv_heads = 1;
    CHECK(kv_bytes(mha, 8192) == 8 * kv_bytes(llama3_70b, 8192));
    CHECK(kv_bytes(mha, 8192) == 64 * kv_bytes(mqa, 8192));
    CHECK(kv_bytes(mqa, 8192) == byte_count(335'544'320));
}

TEST_CASE("query heads, hidden size and the bits of the weights do not occur (M4.2b, d, M4.1b)") {
    model_shape other = llama3_70b;
    other.heads = 8;
    other.hidden = 1;
    other.feed_forward = 1;
    CHECK(kv_bytes(other, 100) == kv_bytes(llama3_70b, 100));
}

TEST_CASE("a quantized cache: 8 bits 1.342 GB, 4.5 bits 0.755 GB for 8K tokens of the 70B") {
    CHECK(kv_bytes(llama3_70b, 8192, {8}) == byte_count(1'342'177'280));
    CHECK(kv_bytes(llama3_70b, 8192, {4.5}) == byte_count(754'974'720));
    // 4 bits in groups of 32 with an fp16 scale are the same 4.5 bits.
    CHECK(kv_bytes(llama3_70b, 8192, in_groups(4, 32)) == kv_bytes(llama3_70b, 8192, {4.5}));
}

TEST_CASE("the cache of 106,812 tokens weighs as much as the 70B's int4 weights, 35 GB") {
    CHECK(kv_bytes(llama3_70b, 106'811) < byte_count(35_GB));
    CHECK(kv_bytes(llama3_70b, 106'812) >= byte_count(35_GB));
}

TEST_CASE("nothing cached is nothing; absurd lengths are an error") {
    CHECK(kv_bytes(llama3_70b, 0) == byte_count(0));
    CHECK_THROWS_AS(kv_bytes(llama3_70b, INT64_MAX), shape_error);
    CHECK_THROWS_AS(kv_bytes(llama3_70b, -1), shape_error);
}
