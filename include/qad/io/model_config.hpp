// SPDX-License-Identifier: MIT
// The hyper-parameters of a Llama-family model, from a Hugging Face config.json.
#ifndef QAD_IO_MODEL_CONFIG_HPP
#define QAD_IO_MODEL_CONFIG_HPP

#include <qad/io/json.hpp> // read_json

#include <cmath>    // isfinite
#include <optional> // optional
#include <set>      // set

namespace qad {

/// How positions become angles, as plain data; layers/rope.hpp computes with it.
struct rope_config {
    std::string type = "default"; ///< "default", "linear" or "llama3"
    double theta = 10000;
    double factor = 1;                                ///< linear, llama3
    double low_freq_factor = 1, high_freq_factor = 4; ///< llama3
    index_t original_context = 0;                     ///< llama3: positions of pretraining
    /// Where not empty: frequency i is divided by divisors[i], and `type` is "default". This is
    /// how GGUF stores llama3 scaling.
    std::vector<double> divisors;
};

/// Everything that decides the shape and the arithmetic of the model.
struct model_config {
    std::string model_type = "llama";
    index_t hidden = 0, layers = 0, heads = 0, kv_heads = 0, head_dim = 0;
    index_t ff = 0; ///< width between up and down projection
    index_t vocab = 0;
    index_t max_positions = 2048;
    double rms_eps = 1e-6;
    rope_config rope;
    bool tied = false;           ///< the head is the embedding
    bool attention_bias = false; ///< on q, k, v and o
    bool mlp_bias = false;       ///< on gate, up and down
    std::string dtype;           ///< "float32", "bfloat16", "float16", or empty: see tensors
    std::optional<index_t> bos;  ///< begins a text
    std::vector<index_t> eos;    ///< each of them ends one
};

namespace detail {

/// Reads members of one object with `what` in front of each message.
struct config_reader {
    json const& object;
    std::string where;

    std::string name(char const* key) const { return text(where, ": ", key); }
    json const& operator[](char const* key) const { return member(object, key); }
    index_t size(char const* key) const {
        return integer_in((*this)[key], 1, INT32_MAX, name(key));
    }
    index_t size(char const* key, index_t otherwise) const {
        return (*this)[key].is_null() ? otherwise : size(key);
    }
    bool flag(char const* key, bool otherwise) const {
        return flag_of((*this)[key], otherwise, name(key));
    }
    double positive(char const* key) const {
        json const& value = (*this)[key];
        double const number = value.is_number() ? value.get<double>() : 0.0;
        if (!(number > 0) || !std::isfinite(number)) {
            fail<format_error>(name(key), " must be a positive number, not ", describe(value));
        }
        return number;
    }
    double positive(char const* key, double otherwise) const {
        return (*this)[key].is_null() ? otherwise : positive(key);
    }
    /// The value must be absent or among `supported`.
    void only(char const* key, std::set<std::string> const& supported) const {
        json const& value = (*this)[key];
        if (value.is_null() ||
            (value.is_string() && supported.contains(value.get<std::string>()))) {
            return;
        }
        std::string list;
        for (std::string const& word : supported) { list += (list.empty() ? "" : ", ") + word; }
        fail<format_error>(name(key), " is ", describe(value), "; supported: ", list);
    }
};

/// Both spellings: `rope_theta` + `rope_scaling` (the hub), or `rope_parameters` with the theta
/// inside (transformers 5). 10000 is assumed only where no key speaks of RoPE at all, as in the
/// first Llama configs; a config whose theta hides somewhere else is an error.
inline rope_config read_rope(config_reader const& top, index_t max_positions) {
    bool const modern = !top["rope_parameters"].is_null();
    json const& object = modern ? top["rope_parameters"] : top["rope_scaling"];
    config_reader const in{object, top.name(modern ? "rope_parameters" : "rope_scaling")};
    rope_config rope;
    if (object.is_null()) {
        rope.theta = top.positive("rope_theta", 10000);
        return rope;
    }
    if (!object.is_object()) { fail<format_error>(in.where, " must be an object or null"); }
    for (json const& value : object) {
        if (value.is_object()) {
            fail<format_error>(in.where,
                               " differs by layer; supported: one set for all layers");
        }
    }
    // Old files say "type".
    char const* key = in["rope_type"].is_null() ? "type" : "rope_type";
    in.only(key, {"default", "linear", "llama3"});
    if (!in[key].is_null()) { rope.type = in[key].get<std::string>(); }

    // theta inside, outside, or both and equal.
    bool const inside = !in["rope_theta"].is_null(), outside = !top["rope_theta"].is_null();
    if (modern && !inside && !outside) {
        fail<format_error>(in.where,
                           " has no rope_theta; add the value the model was trained with");
    }
    rope.theta = inside ? in.positive("rope_theta") : top.positive("rope_theta", 10000);
    if (inside && outside && top.positive("rope_theta") != rope.theta) {
        fail<format_error>(in.where, ".rope_theta is ", rope.theta, " but rope_theta is ",
                           top.positive("rope_theta"), "; remove the wrong one");
    }
    if (in.positive("partial_rotary_factor", 1) != 1) {
        fail<format_error>(in.where, ": partial_rotary_factor must be 1");
    }
    if (rope.type != "default") { rope.factor = in.positive("factor"); }
    if (rope.type == "llama3") {
        rope.low_freq_factor = in.positive("low_freq_factor");
        rope.high_freq_factor = in.positive("high_freq_factor");
        rope.original_context = in.size("original_max_position_embeddings", max_positions);
        if (rope.low_freq_factor >= rope.high_freq_factor) {
            fail<format_error>(in.where, ": low_freq_factor must be below high_freq_factor");
        }
    }
    return rope;
}

inline std::vector<index_t> read_tokens(json const& value, std::string const& what) {
    std::vector<index_t> tokens;
    for (json const& token : value.is_array() ? value : json::array({value})) {
        if (!token.is_null()) { tokens.push_back(integer_in(token, 0, INT32_MAX, what)); }
    }
    return tokens;
}

} // namespace detail

/// Reads a parsed config.json; `where` names it in messages. `format_error` for whatever this
/// library does not compute exactly as the model means it.
inline model_config parse_model_config(json const& object, std::string const& where) {
    detail::config_reader const in{object, where};
    if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }

    // Refuse what is not this family. A new family adds its names here and its own keys below.
    in.only("model_type", {"llama"});
    json const& architectures = in["architectures"];
    if (architectures.is_array()) {
        for (json const& name : architectures) {
            detail::config_reader{json{{"architectures", name}}, where}.only(
                "architectures", {"LlamaForCausalLM"});
        }
    }
    if (in["model_type"].is_null() && architectures.empty()) {
        fail<format_error>(where, ": names no model_type; supported: llama");
    }
    in.only("hidden_act", {"silu"});

    // Shapes.
    model_config config;
    config.hidden = in.size("hidden_size");
    config.layers = in.size("num_hidden_layers");
    config.heads = in.size("num_attention_heads");
    config.kv_heads = in.size("num_key_value_heads", config.heads);
    config.ff = in.size("intermediate_size");
    config.vocab = in.size("vocab_size");
    config.max_positions = in.size("max_position_embeddings", 2048);
    if (in["head_dim"].is_null() && config.hidden % config.heads != 0) {
        fail<format_error>(where, ": hidden_size ", config.hidden, " is no multiple of ",
                           config.heads, " heads, and head_dim is not given");
    }
    config.head_dim = in.size("head_dim", config.hidden / config.heads);
    if (config.heads % config.kv_heads != 0) {
        fail<format_error>(where, ": ", config.heads, " heads cannot share ", config.kv_heads,
                           " key-value heads evenly");
    }
    if (config.head_dim % 2 != 0) {
        fail<format_error>(where, ": head_dim ", config.head_dim, " is odd, RoPE turns pairs");
    }

    // Arithmetic.
    config.rms_eps = in.positive("rms_norm_eps", 1e-6);
    config.rope = detail::read_rope(in, config.max_positions);
    config.tied = in.flag("tie_word_embeddings", false);
    config.attention_bias = in.flag("attention_bias", false);
    config.mlp_bias = in.flag("mlp_bias", false);

    // The rest.
    json const& dtype = in["dtype"].is_null() ? in["torch_dtype"] : in["dtype"];
    if (!dtype.is_null()) { config.dtype = string_of(dtype, in.name("dtype")); }
    if (!in["bos_token_id"].is_null()) {
        config.bos = integer_in(in["bos_token_id"], 0, INT32_MAX, in.name("bos_token_id"));
    }
    config.eos = detail::read_tokens(in["eos_token_id"], in.name("eos_token_id"));
    return config;
}

/// config.json of a model directory, with the end tokens of generation_config.json where that
/// exists: instruction-tuned models list there what ends a turn.
inline model_config read_model_config(std::filesystem::path const& directory) {
    auto const path = directory / "config.json";
    model_config config = parse_model_config(read_json(path), path.string());
    auto const generation = directory / "generation_config.json";
    if (std::filesystem::exists(generation)) {
        json const object = read_json(generation);
        if (object.is_object() && !member(object, "eos_token_id").is_null()) {
            config.eos = detail::read_tokens(object["eos_token_id"],
                                             text(generation.string(), ": eos_token_id"));
        }
    }
    return config;
}

} // namespace qad

#endif
