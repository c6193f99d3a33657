// SPDX-License-Identifier: MIT
// A model to disk: as a directory that `load` reads.
#ifndef QAD_MODEL_SAVE_HPP
#define QAD_MODEL_SAVE_HPP

#include <qad/model/fused.hpp>       // fusing_sink
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
        for_each_norm(block, [&](char const* name, auto const& norm) {
            f(prefix + name + ".weight", norm);
        });
        for_each_linear(block, [&](char const* name, auto const& layer) {
            f(prefix + name + ".weight", layer.weight);
            if (!layer.bias.empty()) { f(prefix + name + ".bias", layer.bias); }
        });
    }
    f("model.norm.weight", model.final_norm);
    if (model.untied_head) { f("lm_head.weight", *model.untied_head); }
}

/// The keys that say what each layer sees.
inline void add_windows(json& object, model_config const& c) {
    auto const& s = c.sliding;
    if (c.model_type != "llama") {
        object["sliding_window"] = s.window > 0 ? json(s.window) : json();
    }
    if (!c.model_type.starts_with("qwen") || s.window == 0) { return; }
    object["use_sliding_window"] = true;
    json types = json::array();
    for (index_t i = 0; i < c.layers; ++i) {
        types.push_back(s.of(i) > 0 ? "sliding_attention" : "full_attention");
    }
    object["layer_types"] = types;
}

/// config.json of a model, in the hub's spelling.
inline json to_json(model_config const& c) {
    auto const& r = c.rope;
    if (!r.divisors.empty()) {
        fail("this model's RoPE scaling came as a table of divisors, which config.json cannot "
             "say; write "
             "a .gguf file instead");
    }
    json scaling;
    if (r.type != "default") { scaling = {{"rope_type", r.type}}; }
    if (r.type == "linear" || r.type == "llama3" || r.type == "yarn") {
        scaling["factor"] = r.factor;
    }
    if (r.type == "llama3") {
        scaling.update(
            {{"low_freq_factor", r.low_freq_factor}, {"high_freq_factor", r.high_freq_factor}});
    }
    if (r.type == "yarn") {
        scaling.update(
            {{"beta_fast", r.beta_fast}, {"beta_slow", r.beta_slow}, {"truncate", r.truncate}});
    }
    if (r.type == "longrope") {
        scaling.update({{"short_factor", r.short_factor}, {"long_factor", r.long_factor}});
    }
    if (r.type == "yarn" || r.type == "longrope") {
        scaling["attention_factor"] = r.attention_factor;
    }
    if (r.type == "llama3" || r.type == "yarn" || r.type == "longrope") {
        scaling["original_max_position_embeddings"] = r.original_context;
    }
    model_family const& family = c.family();
    json object = {{"architectures", {family.architecture}},
                   {"model_type", family.type},
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
                   {"rope_theta", r.theta},
                   {"rope_scaling", scaling},
                   {"tie_word_embeddings", c.tied},
                   {"eos_token_id", c.eos}};
    if (family.type == "llama" || family.type == "qwen3") {
        object["attention_bias"] = c.output_bias;
    }
    if (family.type == "llama") { object["mlp_bias"] = c.mlp_bias; }
    if (family.partial_rotary) {
        object["partial_rotary_factor"] =
            static_cast<double>(r.dims > 0 ? r.dims : c.head_dim) /
            static_cast<double>(c.head_dim);
    }
    if (family.type == "phi3" && r.type == "longrope") { // where its own files have it
        object["original_max_position_embeddings"] = r.original_context;
    }
    add_windows(object, c);
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
    auto const add = [&](std::string const& name, auto const& tensor) {
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            auto const* blocks = std::get_if<gguf_matrix>(&tensor);
            tensors.add(name, blocks ? converted.emplace_back(from_gguf(*blocks)) : tensor);
        } else {
            tensors.add(name, std::span<float const>(tensor));
        }
    };
    fusing_sink sink(model.config, add);
    for_each_tensor(model, sink);
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
