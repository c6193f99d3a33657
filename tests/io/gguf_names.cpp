// SPDX-License-Identifier: MIT
#include <qad/io/gguf_names.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("names of Hugging Face have the names that llama.cpp gives them") {
    CHECK(gguf_name("model.embed_tokens.weight") == "token_embd.weight");
    CHECK(gguf_name("model.norm.weight") == "output_norm.weight");
    CHECK(gguf_name("lm_head.weight") == "output.weight");
    CHECK(gguf_name("model.layers.31.self_attn.q_proj.bias") == "blk.31.attn_q.bias");
    CHECK(gguf_name("model.layers.0.post_attention_layernorm.weight") ==
          "blk.0.ffn_norm.weight");
    CHECK(gguf_name("model.layers.7.mlp.down_proj.weight") == "blk.7.ffn_down.weight");
    for (char const* unknown : {"", "weight", "model.layers.0", "model.layers.0.mlp.weight",
                                "model.rotary.inv_freq"}) {
        CHECK_FALSE(gguf_name(unknown).has_value());
    }
}

TEST_CASE("rows of a head go to pairs and back") {
    // The sheet's example: a head of 8 rows is stored in the order 0 4 1 5 2 6 3 7.
    index_t const order[] = {0, 4, 1, 5, 2, 6, 3, 7};
    for (index_t i = 0; i < 8; ++i) { CHECK(hub_row(i, 8) == order[i]); }
    for (index_t head_dim : {2, 4, 64, 96, 128}) {
        for (index_t row = 0; row < 3 * head_dim; ++row) {
            CHECK(gguf_row(hub_row(row, head_dim), head_dim) == row);
            CHECK(gguf_row(row, head_dim) / head_dim == row / head_dim); // stays in its head
        }
    }
}
