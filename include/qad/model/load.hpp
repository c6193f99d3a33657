// SPDX-License-Identifier: MIT
// A model from disk: a Hugging Face directory or a GGUF file.
#ifndef QAD_MODEL_LOAD_HPP
#define QAD_MODEL_LOAD_HPP

#include <qad/io/checkpoint.hpp>           // checkpoint
#include <qad/io/gguf_model.hpp>           // gguf_model
#include <qad/model/assemble.hpp>          // assemble
#include <qad/model/checkpoint_scheme.hpp> // read_scheme, read_weight
#include <qad/model/fused.hpp>             // unfused_source

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

struct checkpoint_source {
    checkpoint const& tensors;
    checkpoint_scheme const& scheme;

    weight matrix(std::string const& name, index_t rows, index_t cols) const {
        weight found = read_weight(tensors, scheme, name, rows, cols);
        // Quantized matrices are copied out of the file.
        if (found.index() >= 3) { release(name); }
        return found;
    }
    /// The matrix has been converted: its pages of the file are not needed any more.
    void release(std::string const& name) const {
        for (auto const& part : parts_of(scheme, name)) {
            if (tensors.contains(part)) { tensors.at(part).forget(); }
        }
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
        unfused_source<std::decay_t<decltype(source)>> const parts(source, config);
        return assemble(
            config, detail::converting_source<std::decay_t<decltype(parts)>>{parts, options});
    };
    if (std::filesystem::is_directory(path)) {
        auto const config = read_model_config(path);
        auto const scheme = read_scheme(path);
        checkpoint const tensors(path);
        return from(config, detail::checkpoint_source{tensors, scheme});
    }
    if (path.extension() == ".gguf") {
        gguf_model const file(path);
        return from(file.config(), file);
    }
    fail<io_error>(path.string(), ": a model is a Hugging Face directory or a .gguf file");
}

} // namespace qad

#endif
