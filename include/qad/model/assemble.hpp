// SPDX-License-Identifier: MIT
// A transformer from named tensors, whatever file they come from.
#ifndef QAD_MODEL_ASSEMBLE_HPP
#define QAD_MODEL_ASSEMBLE_HPP

#include <qad/model/transformer.hpp> // transformer
#include <qad/model/weight.hpp>      // weight

#include <string> // string

namespace qad {

/// What RoPE computes with, from what the config says.
inline rope_by_length rope_of(model_config const& config) {
    auto const& r = config.rope;
    index_t const dims = r.dims > 0 ? r.dims : config.head_dim;
    if (r.type == "longrope") {
        rope_by_length both{make_rope(r.theta, dims, r.short_factor),
                            make_rope(r.theta, dims, r.long_factor), r.original_context};
        both.usual.attention_factor = both.beyond.attention_factor = r.attention_factor;
        return both;
    }
    if (r.type == "linear") { return {make_rope(r.theta, dims, linear_scaling{r.factor})}; }
    if (r.type == "llama3") {
        return {make_rope(r.theta, dims,
                          llama3_scaling{r.factor, r.low_freq_factor, r.high_freq_factor,
                                         r.original_context})};
    }
    if (r.type == "yarn") {
        rope_by_length one{make_rope(
            r.theta, dims,
            yarn_scaling{r.factor, r.beta_fast, r.beta_slow, r.original_context, r.truncate})};
        one.usual.attention_factor = r.attention_factor;
        return one;
    }
    return {r.divisors.empty() ? make_rope(r.theta, dims)
                               : make_rope(r.theta, dims, r.divisors)};
}

/// Layer i of the model of `config`. `source` answers two questions about tensors by their
/// Hugging Face names, and refuses those that are missing or of another shape:
///
///   source.matrix(name, rows, cols) → weight        source.vector(name, size) → vector<float>
template <class Source>
block<float, weight> assemble_layer(model_config const& config, index_t i, Source&& source) {
    index_t const hidden = config.hidden, wide = config.heads * config.head_dim,
                  narrow = config.kv_heads * config.head_dim;
    std::string const prefix = text("model.layers.", i, ".");
    auto const linear_of = [&](char const* name, index_t out, index_t in, bool bias) {
        linear<float, weight> one{source.matrix(prefix + name + ".weight", out, in), {}};
        if (bias) { one.bias = source.vector(prefix + name + ".bias", out); }
        return one;
    };
    bool const qkv = config.qkv_bias, mlp = config.mlp_bias;
    block<float, weight> layer;
    layer.attention_norm = source.vector(prefix + "input_layernorm.weight", hidden);
    layer.query = linear_of("self_attn.q_proj", wide, hidden, qkv);
    layer.key = linear_of("self_attn.k_proj", narrow, hidden, qkv);
    layer.value = linear_of("self_attn.v_proj", narrow, hidden, qkv);
    if (config.family().qk_norm) {
        layer.query_norm = source.vector(prefix + "self_attn.q_norm.weight", config.head_dim);
        layer.key_norm = source.vector(prefix + "self_attn.k_norm.weight", config.head_dim);
    }
    layer.output = linear_of("self_attn.o_proj", hidden, wide, config.output_bias);
    layer.mlp_norm = source.vector(prefix + "post_attention_layernorm.weight", hidden);
    layer.gate = linear_of("mlp.gate_proj", config.ff, hidden, mlp);
    layer.up = linear_of("mlp.up_proj", config.ff, hidden, mlp);
    layer.down = linear_of("mlp.down_proj", hidden, config.ff, mlp);
    layer.window = config.sliding.of(i);
    return layer;
}

/// The whole model.
template <class Source>
transformer<float, weight> assemble(model_config const& config, Source&& source) {
    transformer<float, weight> model;
    model.config = config;
    model.heads = gqa(config.heads, config.kv_heads, config.head_dim);
    model.embedding = source.matrix("model.embed_tokens.weight", config.vocab, config.hidden);
    for (index_t i = 0; i < config.layers; ++i) {
        model.blocks.push_back(assemble_layer(config, i, source));
    }
    model.rotary = rope_of(config); // after the weights have shown that its size is real
    model.final_norm = source.vector("model.norm.weight", config.hidden);
    if (!config.tied) {
        model.untied_head = source.matrix("lm_head.weight", config.vocab, config.hidden);
    }
    return model;
}

} // namespace qad

#endif
