// SPDX-License-Identifier: MIT
// A model to disk: as a directory that `load` reads.
#ifndef QAD_MODEL_SAVE_HPP
#define QAD_MODEL_SAVE_HPP

#include <qad/io/safetensors_writer.hpp> // safetensors_writer
#include <qad/model/fused.hpp>           // fusing_sink
#include <qad/model/stored_form.hpp>     // store
#include <qad/model/transformer.hpp>     // transformer

namespace qad {

/// Calls f(name, weight) for every matrix and f(name, vector) for every norm and bias of layer
/// i, by their Hugging Face names.
template <class F> void for_each_tensor(block<float, weight> const& layer, index_t i, F&& f) {
    std::string const prefix = text("model.layers.", i, ".");
    for_each_norm(
        layer, [&](char const* name, auto const& norm) { f(prefix + name + ".weight", norm); });
    for_each_linear(layer, [&](char const* name, auto const& one) {
        f(prefix + name + ".weight", one.weight);
        if (!one.bias.empty()) { f(prefix + name + ".bias", one.bias); }
    });
}

/// The layers of a model that is in memory. Functions that take `layers`, which gives the layer
/// of a number, write models that are not: their layers come from disk, one at a time
/// (layer_parts).
inline auto layers_of(transformer<float, weight> const& model) {
    return [&model](index_t i) -> block<float, weight> const& {
        return model.blocks[static_cast<std::size_t>(i)];
    };
}

/// The same for a whole model.
template <class Layers, class F>
void for_each_tensor(transformer<float, weight> const& model, Layers const& layers, F&& f) {
    f("model.embed_tokens.weight", model.embedding);
    for (index_t i = 0; i < model.config.layers; ++i) { for_each_tensor(layers(i), i, f); }
    f("model.norm.weight", model.final_norm);
    if (model.untied_head) { f("lm_head.weight", *model.untied_head); }
}
template <class F> void for_each_tensor(transformer<float, weight> const& model, F&& f) {
    for_each_tensor(model, layers_of(model), f);
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

/// What a safetensors file of the form `store` holds, and the entries of what is quantized in
/// it.
struct stored_layout {
    std::vector<tensor_declaration> tensors;
    json quantized = json::object();
};
/// for_each(f) calls f(name, tensor) for what is to be written; once for the layout, once for
/// the bytes, so that no more than one tensor need be there.
template <class ForEach> stored_layout layout_of(ForEach const& for_each) {
    stored_layout all;
    for_each([&](std::string const& name, auto const& tensor) {
        store(name, tensor, [&](std::string const& part, data_type type, auto shape, auto) {
            all.tensors.push_back({part, type, std::move(shape)});
        });
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            json entry = stored_entry(tensor);
            if (!entry.is_null()) { all.quantized[name] = std::move(entry); }
        }
    });
    return all;
}
template <class ForEach> void write_tensors(safetensors_writer& file, ForEach const& for_each) {
    for_each([&](std::string const& name, auto const& tensor) {
        store(name, tensor, [&](std::string const& part, data_type, auto const&, auto bytes) {
            file.write(part, bytes);
        });
    });
    file.commit();
}

/// Writes `model` into `directory`: model.safetensors and config.json. What stands there under
/// these names is replaced, each file at once. Tokenizer files are the caller's to copy.
template <class Layers> void save(transformer<float, weight> const& model,
                                  std::filesystem::path const& directory,
                                  Layers const& layers) {
    auto const for_each_whole = [&](auto const& f) {
        fusing_sink sink(model.config, f);
        for_each_tensor(model, layers, sink);
    };
    auto layout = layout_of(for_each_whole);
    json config = to_json(model.config);
    if (!layout.quantized.empty()) {
        config["quantization_config"] = {{"quant_method", "qad"},
                                         {"tensors", std::move(layout.quantized)}};
    }
    std::error_code problem;
    std::filesystem::create_directories(directory, problem);
    if (problem) {
        fail<io_error>("cannot make ", directory.string(), ": ", problem.message());
    }
    safetensors_writer file(directory / "model.safetensors", std::move(layout.tensors));
    write_tensors(file, for_each_whole);
    write_text(directory / "config.json", config.dump(2) + "\n");
}
inline void save(transformer<float, weight> const& model,
                 std::filesystem::path const& directory) {
    save(model, directory, layers_of(model));
}

} // namespace qad

#endif
