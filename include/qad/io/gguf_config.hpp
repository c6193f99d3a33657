// SPDX-License-Identifier: MIT
// The hyper-parameters of a model, from the keys of a GGUF file.
#ifndef QAD_IO_GGUF_CONFIG_HPP
#define QAD_IO_GGUF_CONFIG_HPP

#include <qad/io/gguf_parts.hpp>   // gguf_parts
#include <qad/io/model_config.hpp> // model_config

namespace qad {

namespace detail {

/// The keys of one architecture: "llama.block_count" and its like.
struct gguf_key_reader {
    using u32 = std::uint32_t;
    gguf_parts const& file;
    std::string arch;

    std::string name(char const* key) const { return text(arch, ".", key); }
    bool has(char const* key) const { return find_value(file.values(), name(key)) != nullptr; }
    index_t size(char const* key) const {
        u32 const value = file.get<u32>(name(key));
        if (value == 0) { fail<format_error>(file.where(), ": ", name(key), " is 0"); }
        return value;
    }
    index_t size(char const* key, index_t otherwise) const {
        return has(key) ? size(key) : otherwise;
    }
    double positive(char const* key, double otherwise) const {
        double const value = file.get<float>(name(key), static_cast<float>(otherwise));
        if (!(value > 0) || !std::isfinite(value)) {
            fail<format_error>(file.where(), ": ", name(key), " must be positive, not ", value);
        }
        return value;
    }
    /// A tensor of positive numbers; empty where there is none.
    std::vector<double> numbers(char const* tensor, index_t count) const {
        if (!file.contains(tensor)) { return {}; }
        auto const stored = dequantize(file.at(tensor));
        std::vector<double> found(stored.data(), stored.data() + stored.size());
        for (double number : found) {
            if (!(number > 0) || !std::isfinite(number)) {
                fail<format_error>(file.where(), ": ", tensor, " must hold positive numbers");
            }
        }
        if (stored.size() != count) {
            fail<format_error>(file.where(), ": ", tensor, " has ", stored.size(),
                               " numbers, expected ", count);
        }
        return found;
    }
};

/// RoPE: its base and scaling are keys, tables of divisors are tensors.
inline rope_config read_gguf_rope(gguf_key_reader const& in, model_config const& config) {
    rope_config rope;
    rope.theta = in.positive("rope.freq_base", 10000);
    rope.dims = in.size("rope.dimension_count", config.head_dim);
    rope.original_context =
        in.size("rope.scaling.original_context_length", config.max_positions);
    rope.divisors = in.numbers("rope_freqs.weight", rope.dims / 2);
    rope.short_factor = in.numbers("rope_factors_short.weight", rope.dims / 2);
    rope.long_factor = in.numbers("rope_factors_long.weight", rope.dims / 2);
    // As in llama.cpp, a factor alone is a linear one; the oldest files call it scale_linear.
    bool const stretched = in.has("rope.scaling.factor") || in.has("rope.scale_linear");
    auto const scaling =
        in.file.get<std::string>(in.name("rope.scaling.type"), stretched ? "linear" : "none");
    double const attention = in.positive("rope.scaling.attn_factor", 1);
    if (!rope.short_factor.empty() || !rope.long_factor.empty() || scaling == "longrope") {
        rope.type = "longrope";
        rope.attention_factor = attention;
        check_longrope(rope, rope.dims / 2, in.file.where());
    } else if (scaling == "linear" || scaling == "yarn") {
        rope.type = scaling;
        rope.factor = in.positive("rope.scaling.factor", in.positive("rope.scale_linear", 1));
        if (scaling == "yarn") { // llama.cpp multiplies the paper's factor with the file's
            rope.attention_factor = yarn_attention(rope.factor) * attention;
            rope.beta_fast = in.positive("rope.scaling.yarn_beta_fast", 32);
            rope.beta_slow = in.positive("rope.scaling.yarn_beta_slow", 1);
        }
    } else if (scaling != "none") {
        fail<format_error>(in.file.where(), ": RoPE scaling ", scaling,
                           "; supported: none, linear, yarn, longrope");
    }
    if (rope.type != "default" && !rope.divisors.empty()) {
        fail<format_error>(in.file.where(), ": RoPE is scaled twice, by its keys and by "
                                            "rope_freqs.weight");
    }
    return rope;
}

} // namespace detail

/// Keys `ARCHITECTURE.*`, and what the presence of tensors says: a head of its own, biases.
inline model_config read_gguf_config(gguf_parts const& file) {
    std::string const arch = file.get<std::string>("general.architecture");
    model_family const& family =
        find_family(&model_family::gguf, arch, file.where() + ": general.architecture");
    detail::gguf_key_reader const in{file, arch};
    model_config config;
    config.model_type = family.type;
    config.hidden = in.size("embedding_length");
    config.layers = in.size("block_count");
    config.ff = in.size("feed_forward_length");
    config.max_positions = in.size("context_length");
    config.heads = in.size("attention.head_count");
    config.kv_heads = in.size("attention.head_count_kv", config.heads);
    config.head_dim = in.size("attention.key_length", config.hidden / config.heads);
    config.vocab = file.tensor("token_embd.weight").rows();
    index_t const turning = in.size("rope.dimension_count", config.head_dim);
    if (config.heads % config.kv_heads != 0 || config.head_dim % 2 != 0 ||
        config.head_dim == 0 ||
        in.size("attention.value_length", config.head_dim) != config.head_dim ||
        turning > config.head_dim || turning % 2 != 0 ||
        (turning != config.head_dim && !family.partial_rotary)) {
        fail<format_error>(
            file.where(), ": ", config.heads, " heads, ", config.kv_heads,
            " key-value heads, head size ", config.head_dim,
            ": supported are an "
            "even size, the same for keys, values and RoPE, evenly shared heads");
    }
    if (in.size("expert_count", 1) != 1) {
        fail<format_error>(file.where(), ": a mixture of experts; supported: dense models");
    }
    config.sliding.window = file.get<std::uint32_t>(in.name("attention.sliding_window"), 0);
    config.rms_eps = file.get<float>(in.name("attention.layer_norm_rms_epsilon"));
    if (!(config.rms_eps > 0)) {
        fail<format_error>(file.where(), ": the norms' epsilon must be positive");
    }
    config.rope = detail::read_gguf_rope(in, config);

    config.tied = !file.contains("output.weight");
    config.qkv_bias = file.contains("blk.0.attn_q.bias") ||
                      file.contains("blk.0.attn_k.bias") || file.contains("blk.0.attn_v.bias");
    config.output_bias = file.contains("blk.0.attn_output.bias");
    config.mlp_bias = file.contains("blk.0.ffn_gate.bias");
    using u32 = std::uint32_t;
    if (auto const* bos =
            find_value_as<u32>(file.values(), "tokenizer.ggml.bos_token_id", file.where())) {
        config.bos = *bos;
    }
    for (char const* key : {"eos", "eot", "eom"}) {
        auto const name = text("tokenizer.ggml.", key, "_token_id");
        if (u32 const* token = find_value_as<u32>(file.values(), name, file.where())) {
            config.eos.push_back(*token);
        }
    }
    return config;
}

} // namespace qad

#endif
