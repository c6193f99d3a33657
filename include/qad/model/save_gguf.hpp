// SPDX-License-Identifier: MIT
// A model to disk: as one GGUF file, for llama.cpp and its kin.
#ifndef QAD_MODEL_SAVE_GGUF_HPP
#define QAD_MODEL_SAVE_GGUF_HPP

#include <qad/io/gguf_names.hpp>     // gguf_name, hub_row
#include <qad/io/gguf_writer.hpp>    // gguf_writer
#include <qad/model/gguf_blocks.hpp> // to_blocks
#include <qad/model/save.hpp>        // for_each_tensor

namespace qad {

namespace detail {
struct gguf_form {
    gguf_matrix operator()(gguf_matrix const& m) const { return m; }
    gguf_matrix operator()(shared_matrix<float> const& m) const {
        return plain(ggml_type::f32, m);
    }
    gguf_matrix operator()(shared_matrix<bf16> const& m) const {
        return plain(ggml_type::bf16, m);
    }
    gguf_matrix operator()(shared_matrix<fp16> const& m) const {
        return plain(ggml_type::f16, m);
    }
    gguf_matrix operator()(quantized_matrix<int8> const& q) const {
        return to_blocks<q8_0_block>(q);
    }
    gguf_matrix operator()(quantized_matrix<int4> const& q) const {
        return to_blocks<q4_0_block>(q);
    }
    template <class Code> gguf_matrix operator()(quantized_matrix<Code> const&) const {
        fail<shape_error>("GGUF has no type for ", format_name<Code>(),
                          "; quantize to int4 or int8 with --group 32");
    }

    template <class T> static gguf_matrix plain(ggml_type type, shared_matrix<T> const& m) {
        std::span const elements(m.view().data(), static_cast<std::size_t>(m.view().size()));
        auto const owner = std::make_shared<shared_matrix<T>>(m); // keeps the memory alive
        return {type, m.rows(), m.cols(), std::as_bytes(elements), owner};
    }
};
/// A tensor of the file, before the rows of a permuted one are moved.
struct named_blocks {
    std::string name;
    gguf_matrix matrix;
    bool vector = false, permuted = false;
};
} // namespace detail

/// The weight in a type that GGUF has, without changing a number.
inline gguf_matrix to_gguf(weight const& w) { return std::visit(detail::gguf_form{}, w); }

/// The keys of a config, beside what a reader needs to know first.
inline gguf_values gguf_keys(model_config const& c, std::string const& name) {
    auto const u32 = [](index_t n) { return static_cast<std::uint32_t>(n); };
    std::string const arch(c.family().gguf);
    gguf_values keys = {{"general.architecture", arch},
                        {"general.type", std::string("model")},
                        {"general.name", name},
                        {"general.quantization_version", std::uint32_t{2}}};
    auto const add = [&](char const* key, auto value) {
        keys.emplace_back(arch + "." + key, value);
    };
    auto const& r = c.rope;
    add("context_length", u32(c.max_positions));
    add("embedding_length", u32(c.hidden));
    add("block_count", u32(c.layers));
    add("feed_forward_length", u32(c.ff));
    add("attention.head_count", u32(c.heads));
    add("attention.head_count_kv", u32(c.kv_heads));
    add("attention.key_length", u32(c.head_dim));
    add("attention.value_length", u32(c.head_dim));
    add("attention.layer_norm_rms_epsilon", static_cast<float>(c.rms_eps));
    add("rope.dimension_count", u32(r.dims > 0 ? r.dims : c.head_dim));
    add("rope.freq_base", static_cast<float>(r.theta));
    add("vocab_size", u32(c.vocab));
    if (r.type == "linear" || r.type == "yarn") {
        add("rope.scaling.type", r.type);
        add("rope.scaling.factor", static_cast<float>(r.factor));
    }
    if (r.type == "yarn") { // llama.cpp multiplies the paper's factor itself
        add("rope.scaling.attn_factor",
            static_cast<float>(r.attention_factor / detail::yarn_attention(r.factor)));
        add("rope.scaling.yarn_beta_fast", static_cast<float>(r.beta_fast));
        add("rope.scaling.yarn_beta_slow", static_cast<float>(r.beta_slow));
    }
    if (r.type == "longrope") {
        add("rope.scaling.attn_factor", static_cast<float>(r.attention_factor));
    }
    if (arch == "phi3" || r.type == "yarn") {
        add("rope.scaling.original_context_length",
            u32(r.original_context > 0 ? r.original_context : c.max_positions));
    }
    if (arch == "phi3") { add("attention.sliding_window", u32(c.sliding.of(0))); }
    if (c.bos) { keys.emplace_back("tokenizer.ggml.bos_token_id", u32(*c.bos)); }
    if (!c.eos.empty()) { keys.emplace_back("tokenizer.ggml.eos_token_id", u32(c.eos[0])); }
    if (c.eos.size() > 1) { keys.emplace_back("tokenizer.ggml.eot_token_id", u32(c.eos[1])); }
    return keys;
}

/// What llama.cpp divides the frequencies of RoPE by, as the tensors of the file.
inline std::vector<std::pair<std::string, std::vector<double>>>
rope_tables(transformer<float, weight> const& model) {
    auto const& r = model.config.rope;
    if (r.type == "longrope") {
        return {{"rope_factors_long.weight", r.long_factor},
                {"rope_factors_short.weight", r.short_factor}};
    }
    if (r.type != "llama3" && r.divisors.empty()) { return {}; }
    auto const& turned = model.rotary.usual.frequency;
    std::vector<double> divisors;
    rope const plain = make_rope(r.theta, model.config.head_dim);
    for (std::size_t i = 0; i < plain.frequency.size(); ++i) {
        divisors.push_back(plain.frequency[i] / turned[i]);
    }
    return {{"rope_freqs.weight", divisors}};
}

/// Writes `model` as one GGUF file. `vocabulary` holds the keys of the tokenizer
/// (gguf_vocabulary), without which llama.cpp opens no model. Rows of query and key of a
/// `llama` go into llama.cpp's order; tables of divisors (llama3, longrope) become tensors. The
/// architectures `llama` and `qwen2` have no key for a window: llama.cpp looks at everything.
///
/// `layers` is asked twice for each: for what the file will hold, then for the bytes.
template <class Layers>
void save_gguf(transformer<float, weight> const& model, gguf_values const& vocabulary,
               std::filesystem::path const& path, Layers const& layers) {
    auto const as_vector = [](std::span<float const> values) {
        return encode(ggml_type::f32, matrix_view<float const>(values));
    };
    bool const permutes = model.config.family().gguf == "llama";
    // In the order of the file.
    auto const for_each_named = [&](auto&& f) {
        for (auto const& [name, numbers] : rope_tables(model)) {
            std::vector<float> const values(numbers.begin(), numbers.end());
            f(detail::named_blocks{name, as_vector(values), true});
        }
        fusing_sink sink(model.config, [&](std::string const& hub, auto const& tensor) {
            std::string const name = gguf_name(hub).value();
            bool const permuted = permutes && is_permuted(hub);
            if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
                f(detail::named_blocks{name, to_gguf(tensor), false, permuted});
            } else {
                f(detail::named_blocks{name, as_vector(tensor), true, permuted});
            }
        });
        for_each_tensor(model, layers, sink);
    };

    gguf_values keys = gguf_keys(model.config, path.stem().string());
    std::erase_if(keys, [&](auto const& key) { // the tokenizer knows better what it puts around
        return find_value(vocabulary, key.first) != nullptr;
    });
    keys.insert(keys.end(), vocabulary.begin(), vocabulary.end());
    std::vector<gguf_declaration> declarations;
    for_each_named([&](detail::named_blocks const& t) {
        declarations.push_back({t.name, t.matrix.type(),
                                t.vector ? std::vector{t.matrix.cols()}
                                         : std::vector{t.matrix.cols(), t.matrix.rows()}});
    });
    gguf_writer file(path, keys, declarations);
    for_each_named([&](detail::named_blocks const& t) {
        index_t const d = model.config.head_dim;
        if (t.vector && t.permuted) { // a bias: elements move as the rows do
            std::vector<float> moved(static_cast<std::size_t>(t.matrix.cols())), values = moved;
            t.matrix.decode_row<float>(0, values);
            for (index_t i = 0; i < t.matrix.cols(); ++i) {
                moved[static_cast<std::size_t>(i)] =
                    values[static_cast<std::size_t>(hub_row(i, d))];
            }
            return file.write(t.name, std::as_bytes(std::span(moved)));
        }
        for (index_t i = 0; i < t.matrix.rows(); ++i) {
            file.write(t.name, t.matrix.raw_row(t.permuted ? hub_row(i, d) : i));
        }
    });
    file.commit();
}
inline void save_gguf(transformer<float, weight> const& model, gguf_values const& vocabulary,
                      std::filesystem::path const& path) {
    save_gguf(model, vocabulary, path, layers_of(model));
}

} // namespace qad

#endif
