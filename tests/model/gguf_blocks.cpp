// SPDX-License-Identifier: MIT
#include <qad/model/gguf_blocks.hpp>

#include <doctest/doctest.h>

#include <qad/quantize/round.hpp>

#include "support/random_matrix.hpp"

using namespace qad;

// The claim is "the same codes and scales": so bytes, not errors, are compared.
TEST_CASE("blocks become groups and groups become blocks, byte for byte") {
    auto const w = test::random_matrix<float>(5, 96, 11);
    auto const q4 = encode(ggml_type::q4_0, w), q8 = encode(ggml_type::q8_0, w);
    auto const back4 = to_blocks<q4_0_block>(from_blocks<q4_0_block>(q4));
    auto const back8 = to_blocks<q8_0_block>(from_blocks<q8_0_block>(q8));
    CHECK(std::equal(q4.data().begin(), q4.data().end(), back4.data().begin(), back4.data().end()));
    CHECK(std::equal(q8.data().begin(), q8.data().end(), back8.data().begin(), back8.data().end()));
}

TEST_CASE("every type has the same numbers in a kind of our own") {
    auto const w = test::random_matrix<float>(5, 96, 12);
    for (auto type : {ggml_type::f32, ggml_type::f16, ggml_type::bf16, ggml_type::q8_0, ggml_type::q4_0}) {
        auto const blocks = encode(type, w);
        auto const ours = from_gguf(blocks);
        CHECK(test::same_bits(to_float(ours), dequantize(blocks)));
        CHECK(bytes(ours) == blocks.bytes());
    }
}

TEST_CASE("our own int4 in groups of 32 is written without a change") {
    auto const w = test::random_matrix<float>(3, 64, 13);
    for (auto marks : {grid::symmetric, grid::centred}) {
        auto const q = quantize<int4>(w, per_group(32), {.grid = marks, .scales = scale_format::fp16});
        CHECK(test::same_bits(dequantize(to_blocks<q4_0_block>(q)), dequantize(q)));
    }
}

TEST_CASE("what no block can say is refused") {
    auto const w = test::random_matrix<float>(3, 64, 14);
    CHECK_THROWS_AS(to_blocks<q4_0_block>(quantize<int4>(w, per_group(64), {.scales = scale_format::fp16})), shape_error);
    CHECK_THROWS_AS(to_blocks<q4_0_block>(quantize<int4>(w, per_group(32))), shape_error); // fp32 scales
    CHECK_THROWS_AS(to_blocks<q4_0_block>(quantize<int4>(w, per_group(32), {.grid = grid::asymmetric, .scales = scale_format::fp16})),
                    shape_error);
}
