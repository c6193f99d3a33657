// SPDX-License-Identifier: MIT
// Between the names of GGUF and of Hugging Face, and between their orders of rows.
#ifndef QAD_IO_GGUF_NAMES_HPP
#define QAD_IO_GGUF_NAMES_HPP

#include <qad/core/size.hpp> // index_t, text

#include <optional>    // optional
#include <string>      // string
#include <string_view> // string_view

namespace qad {

struct gguf_name_pair {
    std::string_view gguf, hub;
};

/// Names outside the blocks, without ".weight".
inline constexpr gguf_name_pair gguf_model_names[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
};

/// Names inside block i, after "blk.i." and "model.layers.i.", without ".weight" or ".bias".
inline constexpr gguf_name_pair gguf_block_names[] = {
    {"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"},       {"attn_q_norm", "self_attn.q_norm"},
    {"attn_k_norm", "self_attn.k_norm"}, {"attn_qkv", "self_attn.qkv_proj"},
    {"ffn_up", "mlp.gate_up_proj"}, // fused, under the name of one of the two
};

/// The GGUF name of a tensor that Hugging Face calls `hub`, or nothing.
///
///     model.layers.3.mlp.up_proj.weight → blk.3.ffn_up.weight
inline std::optional<std::string> gguf_name(std::string_view hub) {
    auto const dot = hub.rfind('.');
    if (dot == hub.npos) { return std::nullopt; }
    std::string_view stem = hub.substr(0, dot), suffix = hub.substr(dot);
    for (auto const& name : gguf_model_names) {
        if (name.hub == stem) { return text(name.gguf, suffix); }
    }
    constexpr std::string_view layers = "model.layers.";
    if (!stem.starts_with(layers)) { return std::nullopt; }
    stem.remove_prefix(layers.size());
    auto const end = stem.find('.');
    if (end == stem.npos) { return std::nullopt; }
    for (auto const& name : gguf_block_names) {
        if (name.hub == stem.substr(end + 1)) {
            return text("blk.", stem.substr(0, end), ".", name.gguf, suffix);
        }
    }
    return std::nullopt;
}

/// Whether llama.cpp's architecture `llama` keeps the rows of this tensor in another order.
inline bool is_permuted(std::string_view hub) {
    return hub.find("self_attn.q_proj.") != hub.npos ||
           hub.find("self_attn.k_proj.") != hub.npos;
}

/// Where row `row` of a query or key matrix of Hugging Face lies in GGUF, and back. Hugging
/// Face rotates the pairs (i, i + d/2) of a head, llama.cpp the pairs (2i, 2i + 1), so within
/// each head of d rows row a·d/2 + i moves to row 2i + a.
constexpr index_t gguf_row(index_t row, index_t head_dim) {
    index_t const head = row / head_dim, r = row % head_dim, half = head_dim / 2;
    return head * head_dim + 2 * (r % half) + r / half;
}
constexpr index_t hub_row(index_t row, index_t head_dim) {
    index_t const head = row / head_dim, r = row % head_dim, half = head_dim / 2;
    return head * head_dim + (r % 2) * half + r / 2;
}
static_assert(gguf_row(4, 8) == 1 && hub_row(1, 8) == 4 && gguf_row(hub_row(13, 8), 8) == 13);

} // namespace qad

#endif
