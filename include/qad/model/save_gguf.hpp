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
} // namespace detail

/// The weight in a type that GGUF has, without changing a number.
inline gguf_matrix to_gguf(weight const& w) { return std::visit(detail::gguf_form{}, w); }

/// The keys `llama.*` of a config, beside what a reader needs to know first.
inline gguf_values gguf_keys(model_config const& c, std::string const& name) {
    auto const u32 = [](index_t n) { return static_cast<std::uint32_t>(n); };
    gguf_values keys = {
        {"general.architecture", std::string("llama")},
        {"general.type", std::string("model")},
        {"general.name", name},
        {"general.quantization_version", std::uint32_t{2}},
        {"llama.context_length", u32(c.max_positions)},
        {"llama.embedding_length", u32(c.hidden)},
        {"llama.block_count", u32(c.layers)},
        {"llama.feed_forward_length", u32(c.ff)},
        {"llama.attention.head_count", u32(c.heads)},
        {"llama.attention.head_count_kv", u32(c.kv_heads)},
        {"llama.attention.key_length", u32(c.head_dim)},
        {"llama.attention.value_length", u32(c.head_dim)},
        {"llama.attention.layer_norm_rms_epsilon", static_cast<float>(c.rms_eps)},
        {"llama.rope.dimension_count", u32(c.head_dim)},
        {"llama.rope.freq_base", static_cast<float>(c.rope.theta)},
        {"llama.vocab_size", u32(c.vocab)}};
    if (c.rope.type == "linear") {
        keys.emplace_back("llama.rope.scaling.type", std::string("linear"));
        keys.emplace_back("llama.rope.scaling.factor", static_cast<float>(c.rope.factor));
    }
    if (c.bos) { keys.emplace_back("tokenizer.ggml.bos_token_id", u32(*c.bos)); }
    if (!c.eos.empty()) { keys.emplace_back("tokenizer.ggml.eos_token_id", u32(c.eos[0])); }
    if (c.eos.size() > 1) { keys.emplace_back("tokenizer.ggml.eot_token_id", u32(c.eos[1])); }
    return keys;
}

/// Writes `model` as one GGUF file. `vocabulary` holds the keys of the tokenizer
/// (gguf_vocabulary), without which llama.cpp opens no model. Rows of query and key go into
/// llama.cpp's order; a RoPE scaling other than linear becomes the table of divisors
/// rope_freqs.weight.
inline void save_gguf(transformer<float, weight> const& model, gguf_values const& vocabulary,
                      std::filesystem::path const& path) {
    // Collect what is written, in the order of the file.
    struct named {
        std::string name;
        gguf_matrix matrix;
        bool vector = false, permuted = false;
    };
    std::vector<named> tensors;
    auto const as_vector = [](std::span<float const> values) {
        return encode(ggml_type::f32, matrix_view<float const>(values));
    };
    std::vector<float> divisors;
    rope const plain = make_rope(model.config.rope.theta, model.config.head_dim);
    for (std::size_t i = 0; i < plain.frequency.size(); ++i) {
        divisors.push_back(static_cast<float>(plain.frequency[i] / model.rotary.frequency[i]));
    }
    bool const scaled =
        model.config.rope.type == "llama3" || !model.config.rope.divisors.empty();
    if (scaled) { tensors.push_back({"rope_freqs.weight", as_vector(divisors), true}); }
    for_each_tensor(model, [&](std::string const& hub, auto const& tensor) {
        std::string const name = gguf_name(hub).value();
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            tensors.push_back({name, to_gguf(tensor), false, is_permuted(hub)});
        } else {
            tensors.push_back({name, as_vector(tensor), true, is_permuted(hub)});
        }
    });

    gguf_values keys = gguf_keys(model.config, path.stem().string());
    keys.insert(keys.end(), vocabulary.begin(), vocabulary.end());
    std::vector<gguf_declaration> declarations;
    for (auto const& t : tensors) {
        declarations.push_back({t.name, t.matrix.type(),
                                t.vector ? std::vector{t.matrix.cols()}
                                         : std::vector{t.matrix.cols(), t.matrix.rows()}});
    }
    gguf_writer file(path, keys, declarations);
    for (auto const& t : tensors) {
        index_t const d = model.config.head_dim;
        if (t.vector && t.permuted) { // a bias: elements move as the rows do
            std::vector<float> moved(static_cast<std::size_t>(t.matrix.cols())), values = moved;
            t.matrix.decode_row<float>(0, values);
            for (index_t i = 0; i < t.matrix.cols(); ++i) {
                moved[static_cast<std::size_t>(i)] =
                    values[static_cast<std::size_t>(hub_row(i, d))];
            }
            file.write(t.name, std::as_bytes(std::span(moved)));
            continue;
        }
        for (index_t i = 0; i < t.matrix.rows(); ++i) {
            file.write(t.name, t.matrix.raw_row(t.permuted ? hub_row(i, d) : i));
        }
    }
    file.commit();
}

} // namespace qad

#endif
