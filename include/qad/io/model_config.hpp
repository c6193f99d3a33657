// SPDX-License-Identifier: MIT
// The hyper-parameters of a Llama-family model, from a Hugging Face config.json.
#ifndef QAD_IO_MODEL_CONFIG_HPP
#define QAD_IO_MODEL_CONFIG_HPP

#include <qad/io/config_reader.hpp> // config_reader
#include <qad/io/model_family.hpp>  // find_family
#include <qad/io/rope_config.hpp>   // rope_config, rope_reader

#include <optional> // optional

namespace qad {

/// Which layers see only the newest `window` positions, a token itself among them.
struct sliding_layers {
    index_t window = 0;       ///< 0: every layer sees everything
    index_t first = 0;        ///< layers from here on slide,
    std::vector<bool> listed; ///< or, where not empty, those that say so

    index_t of(index_t layer) const {
        bool const slides =
            listed.empty() ? layer >= first : listed[static_cast<std::size_t>(layer)];
        return slides ? window : 0;
    }
};

/// Everything that decides the shape and the arithmetic of the model.
struct model_config {
    std::string model_type = "llama"; ///< one of model_families
    index_t hidden = 0, layers = 0, heads = 0, kv_heads = 0, head_dim = 0;
    index_t ff = 0; ///< width between up and down projection
    index_t vocab = 0;
    index_t max_positions = 2048;
    double rms_eps = 1e-6;
    rope_config rope;
    sliding_layers sliding;     ///< which layers see only what is near
    bool tied = false;          ///< the head is the embedding
    bool qkv_bias = false;      ///< on q, k and v
    bool output_bias = false;   ///< on o
    bool mlp_bias = false;      ///< on gate, up and down
    std::string dtype;          ///< "float32", "bfloat16", "float16", or empty: see tensors
    std::optional<index_t> bos; ///< begins a text
    std::vector<index_t> eos;   ///< each of them ends one

    model_family const& family() const {
        return find_family(&model_family::type, model_type, "model_type");
    }
};

namespace detail {

/// What each layer sees. Mistral and Phi-3 have one window for all layers; Qwen's upper layers
/// slide when its config asks for it.
inline sliding_layers read_windows(config_reader const& in, model_family const& family,
                                   index_t layers) {
    bool const qwen = family.type.starts_with("qwen"), llama = family.type == "llama";
    bool const absent = !in.object.contains("sliding_window"); // Mistral's default, not null
    sliding_layers found;
    index_t const width = absent && family.type == "mistral" ? 4096
                          : in["sliding_window"].is_null()   ? 0
                                                             : in.size("sliding_window");
    if (!llama && (!qwen || in.flag("use_sliding_window", false))) { found.window = width; }
    if (qwen) {
        json const& from = in["max_window_layers"];
        found.first =
            from.is_null() ? 28 : integer_in(from, 0, INT32_MAX, in.name("max_window_layers"));
    }
    // transformers 5 says it layer by layer as well.
    json const& types = in["layer_types"];
    if (types.is_null()) { return found; }
    if (!types.is_array() || static_cast<index_t>(types.size()) != layers) {
        fail<format_error>(in.name("layer_types"), " must be a list of ", layers, " words");
    }
    std::vector<bool> listed;
    for (json const& type : types) {
        listed.push_back(type == "sliding_attention");
        if (!listed.back() && type != "full_attention") {
            fail<format_error>(in.name("layer_types"), " has ", describe(type),
                               "; supported: full_attention, sliding_attention");
        }
        auto const i = static_cast<index_t>(listed.size()) - 1;
        if (listed.back() != (found.of(i) > 0) && (!qwen || width == 0)) {
            fail<format_error>(in.name("layer_types"), ": layer ", i,
                               listed.back() ? " slides" : " does not",
                               ", which sliding_window does not say");
        }
    }
    if (qwen && width > 0) { // the list has the last word
        found.window = width;
        found.listed = std::move(listed);
    }
    return found;
}

/// Keys of other models that would change what this library computes.
inline void refuse_other_arithmetic(config_reader const& in) {
    for (char const* key :
         {"num_local_experts", "num_experts", "n_routed_experts", "attn_logit_softcapping",
          "final_logit_softcapping", "clip_qkv", "no_rope_layers", "kv_lora_rank",
          "residual_multiplier", "embedding_multiplier", "attention_multiplier",
          "logits_scaling", "use_qk_norm", "alibi"}) {
        json const& value = in[key];
        if (!value.is_null() && value != false && value != 0 && value != 1) {
            fail<format_error>(in.name(key), " is ", describe(value),
                               ": this changes the arithmetic in a way that is not supported");
        }
    }
}

} // namespace detail

/// Reads a parsed config.json; `where` names it in messages. `format_error` for whatever this
/// library does not compute exactly as the model means it.
inline model_config parse_model_config(json const& object, std::string const& where) {
    detail::config_reader const in{object, where};
    if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }

    // Which family it is; in.only() and the list of keys refuse what no family here computes.
    json const& architectures = in["architectures"];
    std::string const* architecture =
        architectures.is_array() && architectures.size() == 1 && architectures[0].is_string()
            ? &architectures[0].get_ref<std::string const&>()
            : nullptr;
    if (in["model_type"].is_null() && architecture == nullptr) {
        fail<format_error>(
            where, ": names no model_type; supported: ", family_names(&model_family::type));
    }
    model_family const& family =
        in["model_type"].is_null()
            ? find_family(&model_family::architecture, *architecture, in.name("architectures"))
            : find_family(&model_family::type,
                          string_of(in["model_type"], in.name("model_type")),
                          in.name("model_type"));
    if (!architectures.is_null() && architectures != json::array()) {
        if (architecture == nullptr || *architecture != family.architecture) {
            fail<format_error>(in.name("architectures"), " is ", describe(architectures),
                               "; supported: ", family.architecture);
        }
    }
    in.only("hidden_act", {"silu"});
    detail::refuse_other_arithmetic(in);

    // Shapes.
    model_config config;
    config.model_type = family.type;
    config.hidden = in.size("hidden_size");
    config.layers = in.size("num_hidden_layers");
    config.heads = in.size("num_attention_heads");
    config.kv_heads = // Mistral's default is a number of its own
        in.size("num_key_value_heads", family.type == "mistral" ? 8 : config.heads);
    config.ff = in.size("intermediate_size");
    config.vocab = in.size("vocab_size");
    config.max_positions = in.size("max_position_embeddings", 2048);
    bool const qwen3 = family.type == "qwen3"; // whose default is a number of its own
    if (in["head_dim"].is_null() && !qwen3 && config.hidden % config.heads != 0) {
        fail<format_error>(where, ": hidden_size ", config.hidden, " is no multiple of ",
                           config.heads, " heads, and head_dim is not given");
    }
    config.head_dim = in.size("head_dim", qwen3 ? 128 : config.hidden / config.heads);
    if (config.heads % config.kv_heads != 0) {
        fail<format_error>(where, ": ", config.heads, " heads cannot share ", config.kv_heads,
                           " key-value heads evenly");
    }
    if (config.head_dim % 2 != 0) {
        fail<format_error>(where, ": head_dim ", config.head_dim, " is odd, RoPE turns pairs");
    }

    // Arithmetic.
    config.rms_eps = in.positive("rms_norm_eps", family.type == "phi3" ? 1e-5 : 1e-6);
    config.rope = detail::rope_reader(in, config.max_positions, config.head_dim).read();
    if (config.rope.dims != config.head_dim && !family.partial_rotary) {
        fail<format_error>(in.name("partial_rotary_factor"), " must be 1 for a ", family.type);
    }
    config.sliding = detail::read_windows(in, family, config.layers);
    config.tied = in.flag("tie_word_embeddings", false);
    // Where a family has no such biases, transformers does not look at the key.
    bool const may = family.type == "llama" || family.type == "qwen3";
    config.output_bias = may && in.flag("attention_bias", false);
    config.qkv_bias = config.output_bias || family.qkv_bias;
    config.mlp_bias = family.type == "llama" && in.flag("mlp_bias", false);

    // The rest.
    json const& dtype = in["dtype"].is_null() ? in["torch_dtype"] : in["dtype"];
    if (!dtype.is_null()) { config.dtype = string_of(dtype, in.name("dtype")); }
    if (!in["bos_token_id"].is_null()) {
        config.bos = integer_in(in["bos_token_id"], 0, INT32_MAX, in.name("bos_token_id"));
    }
    config.eos = detail::read_tokens(in["eos_token_id"], in.name("eos_token_id"));
    return config;
}

/// The tokens that end a text according to a parsed generation_config.json; none where it does
/// not say.
inline std::vector<index_t> parse_end_tokens(json const& object, std::string const& where) {
    if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }
    return detail::read_tokens(member(object, "eos_token_id"), where + ": eos_token_id");
}

/// config.json of a model directory, with the end tokens of generation_config.json where that
/// exists: instruction-tuned models list there what ends a turn.
inline model_config read_model_config(std::filesystem::path const& directory) {
    auto const path = directory / "config.json";
    model_config config = parse_model_config(read_json(path), path.string());
    auto const generation = directory / "generation_config.json";
    if (std::filesystem::exists(generation)) {
        auto tokens = parse_end_tokens(read_json(generation), generation.string());
        if (!tokens.empty()) { config.eos = std::move(tokens); }
    }
    return config;
}

} // namespace qad

#endif
