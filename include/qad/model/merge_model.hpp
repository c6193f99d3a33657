// SPDX-License-Identifier: MIT
// An adapter merged into its model: one product for each layer again, and nothing to swap.
#ifndef QAD_MODEL_MERGE_MODEL_HPP
#define QAD_MODEL_MERGE_MODEL_HPP

#include <qad/adapt/merge.hpp>   // merge
#include <qad/model/adapter.hpp> // adapter, require_fit
#include <qad/model/fused.hpp>   // find_fused
#include <qad/model/save.hpp>    // for_each_tensor, to_json
#include <qad/model/scheme.hpp>  // weight_format, round_to

namespace qad {

/// Ŵ + s·B·A in fp32, bf16 or fp16, where Ŵ is what the weight decodes to: an adapter that was
/// trained on rounded weights belongs to those, not to the weights before (chapter 5.4).
inline weight merge(weight const& base, lora const& delta, weight_format stored) {
    if (stored >= weight_format::int8) {
        fail<shape_error>(
            "merged weights are fp32, bf16 or fp16; quantize them afterwards, and "
            "measure what that costs (chapter 5.4)");
    }
    matrix<float> merged = merge<float>(to_float(base), delta);
    if (stored == weight_format::fp32) { return shared_matrix<float>(std::move(merged)); }
    return round_to(merged, {.format = stored});
}

/// The model with the adapter in its weights: adapted layers are replaced one by one, all
/// others stay what they are. A tied head that is adapted is no longer the embedding.
inline transformer<float, weight> merge(transformer<float, weight> model, adapter const& a,
                                        weight_format stored = weight_format::bf16) {
    require_fit(a, model.config);
    for (std::size_t i = 0; i < model.blocks.size(); ++i) {
        for_each_linear(model.blocks[i], [&](char const* name, linear<float, weight>& layer) {
            if (auto const* delta = a.find(text("model.layers.", i, ".", name))) {
                layer.weight = merge(layer.weight, *delta, stored);
            }
        });
    }
    if (auto const* delta = a.find("lm_head")) {
        model.untied_head = merge(model.head(), *delta, stored);
        model.config.tied = false;
    }
    return model;
}

namespace detail {

/// Streams a model into model.safetensors, every tensor in one type: a merged matrix exists
/// while it is written, all others a row at a time.
template <class Element> void write_merged(transformer<float, weight> const& model,
                                           adapter const& a,
                                           std::filesystem::path const& path) {
    struct part {
        weight const* matrix;
        lora const* delta;
    };
    struct piece {
        std::vector<part>
            parts; // one, or those of a matrix that the family's files hold as one
        std::span<float const> vector;
    };
    std::map<std::string, piece> pieces;
    std::vector<tensor_declaration> declared;
    data_type const type = data_type_of<Element>();
    auto const add_matrix = [&](std::string const& name, weight const& w) {
        auto const place = find_fused(model.config, name);
        auto const& whole = place ? place->name : name;
        auto& parts = pieces[whole].parts;
        if (parts.empty()) {
            declared.push_back({whole, type, {place ? place->all : rows(w), cols(w)}});
        }
        parts.push_back({&w, a.find(name.substr(0, name.rfind(".weight")))});
    };
    for_each_tensor(model, [&](std::string const& name, auto const& tensor) {
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            add_matrix(name, tensor);
        } else {
            pieces[name].vector = tensor;
            declared.push_back({name, type, {static_cast<index_t>(tensor.size())}});
        }
    });
    if (!model.untied_head && a.find("lm_head")) { add_matrix("lm_head.weight", model.head()); }

    safetensors_writer file(path, std::move(declared));
    std::vector<Element> stored;
    std::vector<float> row;
    for (auto const& [name, type_of_all, shape] : file.order()) {
        auto const write_row = [&](std::span<float const> values) {
            stored.resize(values.size());
            for (std::size_t j = 0; j < values.size(); ++j) {
                if constexpr (std::is_same_v<Element, float>) {
                    stored[j] = values[j];
                } else {
                    stored[j] = Element::nearest(values[j]);
                }
            }
            file.write(name, std::as_bytes(std::span<Element const>(stored)));
        };
        piece const& it = pieces.at(name);
        if (it.parts.empty()) { write_row(it.vector); }
        for (auto const& [base, delta] : it.parts) {
            if (delta != nullptr) {
                matrix<float> const merged = merge<float>(to_float(*base), *delta);
                for (index_t i = 0; i < merged.rows(); ++i) { write_row(merged.row(i)); }
                continue;
            }
            row.resize(static_cast<std::size_t>(cols(*base)));
            for (index_t i = 0; i < rows(*base); ++i) {
                decode_row<float>(*base, i, row);
                write_row(row);
            }
        }
    }
    file.commit();
}

} // namespace detail

/// Writes the merged model as a plain Hugging Face directory: quantized weights are decoded,
/// and every tensor is stored as bf16, fp16 or fp32. `config` is the config.json to go with it,
/// ours or that of the base; what the merge changes in it is changed here.
inline void save_merged(transformer<float, weight> const& model, adapter const& a,
                        std::filesystem::path const& directory, weight_format stored,
                        json config) {
    require_fit(a, model.config);
    std::error_code problem;
    std::filesystem::create_directories(directory, problem);
    if (problem) {
        fail<io_error>("cannot make ", directory.string(), ": ", problem.message());
    }
    auto const path = directory / "model.safetensors";
    char const* type = "";
    switch (stored) {
    case weight_format::fp32:
        detail::write_merged<float>(model, a, path);
        type = "float32";
        break;
    case weight_format::bf16:
        detail::write_merged<bf16>(model, a, path);
        type = "bfloat16";
        break;
    case weight_format::fp16:
        detail::write_merged<fp16>(model, a, path);
        type = "float16";
        break;
    default:
        fail<shape_error>("merged weights are fp32, bf16 or fp16");
    }
    config.erase("quantization_config");
    config[config.contains("dtype") ? "dtype" : "torch_dtype"] = type;
    if (a.find("lm_head") != nullptr) { config["tie_word_embeddings"] = false; }
    write_text(directory / "config.json", config.dump(2) + "\n");
}

} // namespace qad

#endif
