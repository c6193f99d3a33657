// SPDX-License-Identifier: MIT
// A Llama-family decoder: what it consists of. What it does is in forward.hpp.
#ifndef QAD_MODEL_TRANSFORMER_HPP
#define QAD_MODEL_TRANSFORMER_HPP

#include <qad/attend/heads.hpp>    // head_layout
#include <qad/io/model_config.hpp> // model_config
#include <qad/layers/rope.hpp>     // rope

#include <optional> // optional
#include <vector>   // vector

namespace qad {

/// y = x·Wᵀ + b with W outputs × inputs. An empty bias adds nothing.
template <class T, class Weight> struct linear {
    Weight weight;
    std::vector<T> bias;
};

/// What a layer has besides its matrices.
template <class T> struct block_vectors {
    std::vector<T> attention_norm;       // hidden
    std::vector<T> query_norm, key_norm; // dim, of every head (Qwen3); empty: none
    std::vector<T> mlp_norm;             // hidden
    index_t window = 0; // positions that a token sees, itself among them; 0: all before it
};

/// One layer of the decoder (see run_block).
template <class T, class Weight> struct block : block_vectors<T> {
    linear<T, Weight> query, key, value,
        output; // heads·dim × hidden, kv·dim × hidden (two), hidden × heads·dim
    linear<T, Weight> gate, up, down; // ff × hidden (two), hidden × ff
};

/// The whole model. T is the scalar of its activations (float; double to check gradients),
/// Weight what a backend multiplies with: `weight` for ref, `simd::prepared` for simd.
template <class T, class Weight> struct transformer {
    model_config config;
    head_layout heads;
    rope_by_length rotary;
    Weight embedding; // vocabulary × hidden
    std::vector<block<T, Weight>> blocks;
    std::vector<T> final_norm;         // hidden
    std::optional<Weight> untied_head; // vocabulary × hidden; absent when tied to the embedding

    Weight const& head() const { return untied_head ? *untied_head : embedding; }
};

/// Calls f(name, norm) for the norms of a layer that there are, by their Hugging Face names.
template <class Vectors, class F> void for_each_norm(Vectors& b, F&& f) {
    f("input_layernorm", b.attention_norm);
    if (!b.query_norm.empty()) { f("self_attn.q_norm", b.query_norm); }
    if (!b.key_norm.empty()) { f("self_attn.k_norm", b.key_norm); }
    f("post_attention_layernorm", b.mlp_norm);
}

/// Calls f(name, linear) for the seven linear layers of a block, by their Hugging Face names.
template <class Block, class F> void for_each_linear(Block& b, F&& f) {
    f("self_attn.q_proj", b.query);
    f("self_attn.k_proj", b.key);
    f("self_attn.v_proj", b.value);
    f("self_attn.o_proj", b.output);
    f("mlp.gate_proj", b.gate);
    f("mlp.up_proj", b.up);
    f("mlp.down_proj", b.down);
}

} // namespace qad

#endif
