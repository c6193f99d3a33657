// SPDX-License-Identifier: MIT
// A model to disk: as a directory that `load` reads.
#ifndef QAD_MODEL_SAVE_HPP
#define QAD_MODEL_SAVE_HPP

#include <qad/model/gguf_blocks.hpp> // from_gguf
#include <qad/model/stored_form.hpp> // stored_form
#include <qad/model/transformer.hpp> // transformer

namespace qad {

/// Calls f(name, weight) for every matrix and f(name, vector) for every norm and bias, by their
/// Hugging Face names.
template <class F> void for_each_tensor(transformer<float, weight> const& model, F&& f) {
    f("model.embed_tokens.weight", model.embedding);
    for (std::size_t i = 0; i < model.blocks.size(); ++i) {
        auto const& block = model.blocks[i];
        std::string const prefix = text("model.layers.", i, ".");
        f(prefix + "input_layernorm.weight", block.attention_norm);
        f(prefix + "post_attention_layernorm.weight", block.mlp_norm);
        for_each_linear(block, [&](char const* name, auto const& layer) {
            f(prefix + name + ".weight", layer.weight);
            if (!layer.bias.empty()) { f(prefix + name + ".bias", layer.bias); }
        });
    }
    f("model.norm.weight", model.final_norm);
    if (model.untied_head) { f("lm_head.weight", *model.untied_head); }
}

/// config.json of a Llama, in the hub's spelling.
inline json to_json(model_config const& c) {
    if (!c.rope.divisors.empty()) {
        fail("this model's RoPE scaling came as a table of divisors, which config.json cannot "
             "say; write "
             "a .gguf file instead");
    }
    json scaling;
    if (c.rope.type != "default") {
        scaling = {{"rope_type", c.rope.type}, {"factor", c.rope.factor}};
    }
    if (c.rope.type == "llama3") {
        scaling.update({{"low_freq_factor", c.rope.low_freq_factor},
                        {"high_freq_factor", c.rope.high_freq_factor},
                        {"original_max_position_embeddings", c.rope.original_context}});
    }
    json object = {{"architectures", {"LlamaForCausalLM"}},
                   {"model_type", "llama"},
                   {"hidden_act", "silu"},
                   {"hidden_size", c.hidden},
                   {"num_hidden_layers", c.layers},
                   {"num_attention_heads", c.heads},
                   {"num_key_value_heads", c.kv_heads},
                   {"head_dim", c.head_dim},
                   {"intermediate_size", c.ff},
                   {"vocab_size", c.vocab},
                   {"max_position_embeddings", c.max_positions},
                   {"rms_norm_eps", c.rms_eps},
                   {"rope_theta", c.rope.theta},
                   {"rope_scaling", scaling},
                   {"tie_word_embeddings", c.tied},
                   {"attention_bias", c.attention_bias},
                   {"mlp_bias", c.mlp_bias},
                   {"eos_token_id", c.eos}};
    if (c.bos) { object["bos_token_id"] = *c.bos; }
    if (!c.dtype.empty()) { object["torch_dtype"] = c.dtype; }
    return object;
}

/// Writes `model` into `directory`: model.safetensors and config.json. What stands there under
/// these names is replaced, each file at once. Tokenizer files are the caller's to copy.
inline void save(transformer<float, weight> const& model,
                 std::filesystem::path const& directory) {
    std::deque<weight> converted; // GGUF blocks in plain form
    stored_form tensors;
    for_each_tensor(model, [&](std::string const& name, auto const& tensor) {
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            auto const* blocks = std::get_if<gguf_matrix>(&tensor);
            tensors.add(name, blocks ? converted.emplace_back(from_gguf(*blocks)) : tensor);
        } else {
            tensors.add(name, std::span<float const>(tensor));
        }
    });
    json config = to_json(model.config);
    if (!tensors.quantized().empty()) {
        config["quantization_config"] = {{"quant_method", "qad"},
                                         {"tensors", tensors.quantized()}};
    }
    std::error_code problem;
    std::filesystem::create_directories(directory, problem);
    if (problem) {
        fail<io_error>("cannot make ", directory.string(), ": ", problem.message());
    }
    tensors.write(directory / "model.safetensors");
    write_text(directory / "config.json", config.dump(2) + "\n");
}

} // namespace qad

#endif
