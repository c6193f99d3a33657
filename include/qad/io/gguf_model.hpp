// SPDX-License-Identifier: MIT
// A Llama-family model in a GGUF file, under the names and in the row order of Hugging Face.
#ifndef QAD_IO_GGUF_MODEL_HPP
#define QAD_IO_GGUF_MODEL_HPP

#include <qad/io/gguf.hpp>         // gguf_file
#include <qad/io/gguf_names.hpp>   // gguf_name
#include <qad/io/model_config.hpp> // model_config

namespace qad {

namespace detail {

/// The hyper-parameters from the keys `llama.*`.
inline model_config read_gguf_config(gguf_file const& file) {
    using u32 = std::uint32_t;
    std::string const arch = file.get<std::string>("general.architecture");
    if (arch != "llama") {
        fail<format_error>(file.where(), ": general.architecture is ", arch,
                           "; supported: llama");
    }
    auto const size = [&](char const* key) -> index_t {
        u32 const value = file.get<u32>(text(arch, ".", key));
        if (value == 0) { fail<format_error>(file.where(), ": ", arch, ".", key, " is 0"); }
        return value;
    };
    auto const size_or = [&](char const* key, index_t otherwise) {
        return find_value(file.values(), text(arch, ".", key)) ? size(key) : otherwise;
    };
    auto const number = [&](char const* key, float otherwise) -> double {
        return file.get<float>(text(arch, ".", key), otherwise);
    };
    model_config config;
    config.hidden = size("embedding_length");
    config.layers = size("block_count");
    config.ff = size("feed_forward_length");
    config.max_positions = size("context_length");
    config.heads = size("attention.head_count");
    config.kv_heads = size_or("attention.head_count_kv", config.heads);
    config.head_dim = size_or("attention.key_length", config.hidden / config.heads);
    config.vocab = file.tensor("token_embd.weight").rows();
    if (config.heads % config.kv_heads != 0 || config.head_dim % 2 != 0 ||
        config.head_dim == 0 ||
        size_or("attention.value_length", config.head_dim) != config.head_dim ||
        size_or("rope.dimension_count", config.head_dim) != config.head_dim) {
        fail<format_error>(
            file.where(), ": ", config.heads, " heads, ", config.kv_heads,
            " key-value heads, head size ", config.head_dim,
            ": supported are an "
            "even size, the same for keys, values and RoPE, evenly shared heads");
    }
    if (size_or("expert_count", 1) != 1) {
        fail<format_error>(file.where(), ": a mixture of experts; supported: dense models");
    }

    config.rms_eps = file.get<float>(text(arch, ".attention.layer_norm_rms_epsilon"));
    config.rope.theta = number("rope.freq_base", 10000);
    auto const scaling = file.get<std::string>(text(arch, ".rope.scaling.type"), "none");
    if (scaling == "linear") {
        config.rope.type = "linear";
        config.rope.factor = number("rope.scaling.factor", 1);
    } else if (scaling != "none") {
        fail<format_error>(file.where(), ": RoPE scaling ", scaling,
                           "; supported: none, linear");
    }
    if (!(config.rms_eps > 0) || !(config.rope.theta > 0) || !(config.rope.factor > 0)) {
        fail<format_error>(file.where(), ": epsilon and RoPE numbers must be positive");
    }
    if (file.contains("rope_freqs.weight")) {
        auto const divisors = dequantize(file.at("rope_freqs.weight"));
        if (divisors.size() != config.head_dim / 2) {
            fail<format_error>(file.where(), ": rope_freqs.weight has ", divisors.size(),
                               " numbers, expected ", config.head_dim / 2);
        }
        config.rope.divisors.assign(divisors.data(), divisors.data() + divisors.size());
    }

    config.tied = !file.contains("output.weight");
    config.attention_bias = file.contains("blk.0.attn_q.bias");
    config.mlp_bias = file.contains("blk.0.ffn_gate.bias");
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

} // namespace detail

/// Gives the tensors of a GGUF file as a loader of Hugging Face directories expects them.
/// Blocks stay as they are stored, in the mapped file; only query and key matrices are copied,
/// whose rows return to Hugging Face's order (gguf_names.hpp).
class gguf_model {
  public:
    explicit gguf_model(std::filesystem::path const& path)
        : file_(path), config_(detail::read_gguf_config(file_)) {
        // As in llama.cpp a tensor that nobody would read is an error: the model is another
        // one.
        std::unordered_set<std::string> known{"rope_freqs.weight"};
        for (auto const& name : gguf_model_names) { known.insert(text(name.gguf, ".weight")); }
        for (index_t i = 0; i < config_.layers; ++i) {
            for (auto const& name : gguf_block_names) {
                known.insert(text("blk.", i, ".", name.gguf, ".weight"));
                known.insert(text("blk.", i, ".", name.gguf, ".bias"));
            }
        }
        for (gguf_tensor const& tensor : file_.tensors()) {
            if (!known.contains(tensor.name)) {
                fail<format_error>(path.string(), ": tensor '", tensor.name,
                                   "' does not belong to "
                                   "a Llama of ",
                                   config_.layers, " layers; supported: llama");
            }
        }
    }

    gguf_file const& file() const { return file_; }
    model_config const& config() const { return config_; }

    /// The matrix that Hugging Face calls `hub`; `format_error` when it is missing or of
    /// another shape.
    gguf_matrix matrix(std::string_view hub, index_t rows, index_t cols) const {
        auto const name = gguf_name(hub);
        if (!name) { fail<format_error>(file_.where(), ": GGUF has no name for ", hub); }
        gguf_matrix const stored = file_.at(*name);
        if (stored.rows() != rows || stored.cols() != cols) {
            fail<format_error>(file_.where(), ": tensor '", *name, "' is ", stored.rows(),
                               " x ", stored.cols(), " but the keys ask for ", rows, " x ",
                               cols);
        }
        return is_permuted(hub) ? reordered(stored) : stored;
    }

    /// That matrix has been converted: its pages of the file are not needed any more.
    void release(std::string_view hub) const {
        if (auto const name = gguf_name(hub)) { forget_pages(file_.at(*name).data()); }
    }

    /// The vector that Hugging Face calls `hub`, as float.
    std::vector<float> vector(std::string_view hub, index_t size) const {
        qad::matrix<float> const row = dequantize(matrix_of_row(hub, size));
        std::vector<float> result(row.data(), row.data() + size);
        if (is_permuted(hub)) {
            for (index_t i = 0; i < size; ++i) {
                result[static_cast<std::size_t>(i)] = row(0, gguf_row(i, config_.head_dim));
            }
        }
        return result;
    }

  private:
    gguf_matrix matrix_of_row(std::string_view hub, index_t size) const {
        auto const name = gguf_name(hub);
        if (!name) { fail<format_error>(file_.where(), ": GGUF has no name for ", hub); }
        gguf_matrix const stored = file_.at(*name);
        if (stored.rows() != 1 || stored.cols() != size) {
            fail<format_error>(file_.where(), ": tensor '", *name, "' has ", stored.rows(),
                               " x ", stored.cols(), " elements, expected ", size);
        }
        return stored;
    }
    gguf_matrix reordered(gguf_matrix const& stored) const {
        if (stored.rows() % config_.head_dim != 0) {
            fail<format_error>(file_.where(), ": ", stored.rows(),
                               " query or key rows are no "
                               "whole heads of ",
                               config_.head_dim);
        }
        auto const bytes = std::make_shared<std::vector<std::byte>>();
        bytes->reserve(stored.data().size());
        for (index_t i = 0; i < stored.rows(); ++i) {
            auto const row = stored.raw_row(gguf_row(i, config_.head_dim));
            bytes->insert(bytes->end(), row.begin(), row.end());
        }
        return {stored.type(), stored.rows(), stored.cols(), *bytes, bytes};
    }

    gguf_file file_;
    model_config config_;
};

} // namespace qad

#endif
