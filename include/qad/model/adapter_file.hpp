// SPDX-License-Identifier: MIT
// Adapters on disk: directories that PEFT, vLLM and this library read.
#ifndef QAD_MODEL_ADAPTER_FILE_HPP
#define QAD_MODEL_ADAPTER_FILE_HPP

#include <qad/io/safetensors.hpp>        // safetensors_file
#include <qad/io/safetensors_writer.hpp> // safetensors_writer
#include <qad/model/adapter_config.hpp>  // read_adapter_config, to_json

#include <cmath> // isfinite

namespace qad {

namespace detail {

/// Where a tensor of the file belongs.
struct adapter_tensor {
    std::string layer;
    bool is_down = false;
};
inline adapter_tensor place_of(tensor_entry const& tensor) {
    std::string_view name = tensor.name;
    constexpr std::string_view prefix = "base_model.model.", down = ".lora_A.weight",
                               up = ".lora_B.weight";
    auto const refuse = [&](char const* what) {
        fail<format_error>(tensor.file, ": tensor '", tensor.name, "' is ", what,
                           "; merge the adapter with PEFT and load the model");
    };
    if (name.find("lora_magnitude_vector") != name.npos) { refuse("DoRA's, not supported"); }
    if (name.find("lora_embedding_") != name.npos) {
        refuse("an adapter of the embedding, not supported");
    }
    if (name.ends_with("lora_B.bias")) { refuse("a trained bias, not supported"); }
    bool const is_down = name.ends_with(down), is_up = name.ends_with(up);
    if (!name.starts_with(prefix) || (!is_down && !is_up)) {
        refuse("no half of a LoRA detour (base_model.model.….lora_A.weight or lora_B.weight), "
               "but perhaps a module saved whole, not supported");
    }
    name.remove_prefix(prefix.size());
    name.remove_suffix(is_down ? down.size() : up.size());
    // Files name layers in regular expressions, so what means something there is no name.
    for (char const c : name) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
        if (!plain) {
            refuse("of a layer whose name has other signs than letters, digits, _, - and .");
        }
    }
    return {std::string(name), is_down};
}

} // namespace detail

/// The adapter of a config and the tensors (F32, BF16 or F16) of the file that `where` names.
/// `format_error` for what is damaged, and for what PEFT can and this library cannot: DoRA,
/// trained biases, modules saved whole, adapters of the embedding.
inline adapter make_adapter(adapter_config const& config, std::span<tensor_entry const> tensors,
                            std::string const& where) {
    adapter result;
    result.base_model = config.base_model;
    std::string const beside = where + ": its adapter_config.json";
    for (tensor_entry const& tensor : tensors) {
        auto const [layer, is_down] = detail::place_of(tensor);
        if (tensor.shape.size() != 2 || tensor.rows() < 1 || tensor.cols() < 1) {
            fail<format_error>(where, ": tensor '", tensor.name, "' has shape ",
                               shape_text(tensor.shape),
                               ", not rank x inputs or outputs x rank");
        }
        auto& delta = result.layers[layer];
        auto& half = is_down ? delta.down : delta.up;
        half = float_matrix(tensor);
        for (index_t i = 0; i < half.size(); ++i) {
            if (!std::isfinite(half.data()[i])) {
                fail<format_error>(where, ": tensor '", tensor.name, "': element ", i, " is ",
                                   half.data()[i], "; the training diverged");
            }
        }
    }
    if (result.layers.empty()) { fail<format_error>(where, ": holds no tensor"); }

    // Both halves must be there and of the rank that the config says.
    for (auto& [layer, delta] : result.layers) {
        if (delta.down.size() == 0 || delta.up.size() == 0) {
            fail<format_error>(where, ": '", layer, "' has no lora_",
                               delta.down.size() == 0 ? "A" : "B", ".weight");
        }
        double const rank = adapter_config::of(config.ranks, layer, config.rank, beside);
        if (static_cast<double>(delta.rank()) != rank || delta.up.cols() != delta.rank()) {
            fail<format_error>(where, ": '", layer, "' has lora_A ", delta.rank(), " x ",
                               delta.inputs(), " and lora_B ", delta.outputs(), " x ",
                               delta.up.cols(), ", but adapter_config.json says rank ", rank,
                               "; do the two files belong together?");
        }
        delta.alpha =
            static_cast<float>(adapter_config::of(config.alphas, layer, config.alpha, beside));
        delta.rule = config.rule;
    }
    return result;
}

/// Reads adapter_config.json and adapter_model.safetensors of a directory. Whether the adapter
/// fits a model is `require_fit`'s question.
inline adapter load_adapter(std::filesystem::path const& directory) {
    auto const config = read_adapter_config(directory);
    auto const path = directory / "adapter_model.safetensors";
    if (!std::filesystem::exists(path) &&
        std::filesystem::exists(directory / "adapter_model.bin")) {
        fail<format_error>(directory.string(), ": has adapter_model.bin, whose pickles can run "
                                               "code; save the adapter as safetensors");
    }
    return make_adapter(config, safetensors_file(path).tensors(), path.string());
}

/// Writes adapter_model.safetensors (F32) and adapter_config.json, each file at once; what
/// stands there under these names is replaced.
inline void save_adapter(std::filesystem::path const& directory, adapter const& a) {
    json const config = to_json(a);
    std::error_code problem;
    std::filesystem::create_directories(directory, problem);
    if (problem) {
        fail<io_error>("cannot make ", directory.string(), ": ", problem.message());
    }
    std::map<std::string, matrix_view<float const>> halves;
    std::vector<tensor_declaration> declared;
    for (auto const& [name, delta] : a.layers) {
        auto const add = [&](char const* half, matrix_view<float const> values) {
            std::string const full = "base_model.model." + name + half;
            halves[full] = values;
            declared.push_back({full, data_type::f32, {values.rows(), values.cols()}});
        };
        add(".lora_A.weight", delta.down);
        add(".lora_B.weight", delta.up);
    }
    safetensors_writer file(directory / "adapter_model.safetensors", std::move(declared));
    for (auto const& tensor : file.order()) { file.write(tensor.name, halves.at(tensor.name)); }
    file.commit();

    write_text(directory / "adapter_config.json", config.dump(2) + "\n");
}

} // namespace qad

#endif
