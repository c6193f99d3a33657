// SPDX-License-Identifier: MIT
// A model from disk: a Hugging Face directory or a GGUF file.
#ifndef QAD_MODEL_LOAD_HPP
#define QAD_MODEL_LOAD_HPP

#include <qad/io/checkpoint.hpp>     // checkpoint
#include <qad/io/gguf_model.hpp>     // gguf_model
#include <qad/model/assemble.hpp>    // assemble
#include <qad/model/stored_form.hpp> // read_stored_form

#include <filesystem> // path
#include <functional> // function

namespace qad {

/// What happens to a weight on its way in.
struct load_options {
    /// Called with each matrix and its name ("model.layers.0.mlp.up_proj.weight"); what it
    /// returns enters the model. This is load-time quantization: one matrix is float at a time.
    std::function<weight(std::string const& name, weight loaded)> convert;
};

namespace detail {

/// F32, BF16 and F16 tensors stay what they are and where they are: in the mapped file.
inline weight stored_weight(tensor_entry const& tensor) {
    switch (tensor.dtype) {
    case data_type::f32:
        return stored_matrix<float>(tensor);
    case data_type::bf16:
        return stored_matrix<bf16>(tensor);
    case data_type::f16:
        return stored_matrix<fp16>(tensor);
    default:
        fail<format_error>(tensor.file, ": tensor '", tensor.name, "' is ",
                           facts(tensor.dtype).name, "; weights must be F32, BF16 or F16");
    }
}

struct checkpoint_source {
    checkpoint const& tensors;
    json const& quantized; // by name, how to read it (stored_form.hpp)

    weight matrix(std::string const& name, index_t rows, index_t cols) const {
        if (json const& entry = member(quantized, name); !entry.is_null()) {
            weight copied = read_stored_form(tensors, entry, name, rows, cols);
            for (char const* part : {".codes", ".scales", ".zeros"}) { release(name + part); }
            return copied;
        }
        auto const& tensor = tensors.at(name);
        require_shape(tensor, {rows, cols});
        return stored_weight(tensor);
    }
    /// The matrix has been converted: its pages of the file are not needed any more.
    void release(std::string const& name) const {
        if (tensors.contains(name)) { forget_pages(tensors.at(name).bytes); }
    }
    std::vector<float> vector(std::string const& name, index_t size) const {
        auto const& tensor = tensors.at(name);
        require_shape(tensor, {size});
        auto const values = float_matrix(tensor);
        return {values.row(0).begin(), values.row(0).end()};
    }
};

/// A source whose matrices pass through `convert`.
template <class Source> struct converting_source {
    Source const& from;
    load_options const& options;

    weight matrix(std::string const& name, index_t rows, index_t cols) const {
        weight loaded = from.matrix(name, rows, cols);
        if (!options.convert) { return loaded; }
        weight converted = options.convert(name, std::move(loaded));
        if constexpr (requires { from.release(name); }) { from.release(name); }
        return converted;
    }
    std::vector<float> vector(std::string const& name, index_t size) const {
        return from.vector(name, size);
    }
};

} // namespace detail

/// Loads a model. Weights of a Hugging Face directory stay in the mapped file; those of a GGUF
/// file run as they are stored.
inline transformer<float, weight> load(std::filesystem::path const& path,
                                       load_options const& options = {}) {
    auto const from = [&](model_config const& config, auto const& source) {
        return assemble(
            config, detail::converting_source<std::decay_t<decltype(source)>>{source, options});
    };
    if (std::filesystem::is_directory(path)) {
        auto const config = read_model_config(path);
        json const file = read_json(path / "config.json");
        json const& ours = member(file, "quantization_config");
        json const quantized = ours.is_null() ? json::object() : member(ours, "tensors");
        if (!quantized.is_object()) {
            fail<format_error>(path.string(), ": quantization_config has no tensors");
        }
        checkpoint const tensors(path);
        return from(config, detail::checkpoint_source{tensors, quantized});
    }
    if (path.extension() == ".gguf") {
        gguf_model const file(path);
        return from(file.config(), file);
    }
    fail<io_error>(path.string(), ": a model is a Hugging Face directory or a .gguf file");
}

} // namespace qad

#endif
