// SPDX-License-Identifier: MIT
// How the matrices of a Hugging Face checkpoint are stored, from what its config.json says.
#ifndef QAD_MODEL_CHECKPOINT_SCHEME_HPP
#define QAD_MODEL_CHECKPOINT_SCHEME_HPP

#include <qad/model/awq_form.hpp>          // awq_form
#include <qad/model/bitsandbytes_form.hpp> // bitsandbytes_form
#include <qad/model/compressed_form.hpp>   // compressed_form
#include <qad/model/gptq_form.hpp>         // gptq_form
#include <qad/model/stored_form.hpp>       // read_stored_form

#include <algorithm> // transform
#include <cctype>    // tolower

namespace qad {

/// The form of this library: config.json lists its matrices one by one (stored_form.hpp).
struct listed_form {
    json entries = json::object();

    bool holds(checkpoint const&, std::string const& name) const {
        return !member(entries, name).is_null();
    }
    static std::vector<std::string> parts(std::string const& name) {
        return {name + ".codes",         name + ".scales", name + ".scales.blocks",
                name + ".scales.offset", name + ".zeros",  name + ".groups"};
    }
    weight read(checkpoint const& tensors, std::string const& name, index_t rows,
                index_t cols) const {
        return read_stored_form(tensors, member(entries, name), name, rows, cols);
    }
};

/// Which form a checkpoint has. Matrices that it does not hold in that form are float.
using checkpoint_scheme =
    std::variant<listed_form, gptq_form, awq_form, compressed_form, bitsandbytes_form>;

namespace detail {

/// quantization_config, read with its name in front of each message.
struct quantization_reader {
    json const& object;
    std::string where;

    json const& operator[](char const* key) const { return member(object, key); }
    /// The first of these keys that is there, in lower case; or `otherwise`.
    std::string word(std::initializer_list<char const*> keys, char const* otherwise) const {
        for (char const* key : keys) {
            if (json const& value = (*this)[key]; !value.is_null()) {
                std::string found = string_of(value, text(where, ".", key));
                std::transform(found.begin(), found.end(), found.begin(),
                               [](unsigned char c) { return std::tolower(c); });
                return found;
            }
        }
        return otherwise;
    }
    index_t number(std::initializer_list<char const*> keys) const {
        for (char const* key : keys) {
            if (json const& value = (*this)[key]; !value.is_null()) {
                return integer_in(value, -1, INT32_MAX, text(where, ".", key));
            }
        }
        fail<format_error>(where, " has no ", *keys.begin(),
                           "; copy it from the quantizer's own config file");
    }
    bool flag(char const* key, bool otherwise) const {
        return flag_of((*this)[key], otherwise, text(where, ".", key));
    }
    template <class... Parts> [[noreturn]] void refuse(Parts const&... parts) const {
        fail<format_error>(where, ": ", parts...);
    }
};

inline checkpoint_scheme gptq_scheme(quantization_reader const& in) {
    auto const format = in.word({"checkpoint_format", "format"}, "gptq");
    if (format != "gptq" && format != "gptq_v2") {
        in.refuse("checkpoint_format is ", format,
                  ", a layout for one kind of GPU; supported: gptq, gptq_v2");
    }
    return gptq_form{.bits = in.number({"bits"}),
                     .group = in.number({"group_size"}),
                     .symmetric = in.flag("sym", true),
                     .second_version = format == "gptq_v2",
                     .dynamic = in["dynamic"].is_object() && !in["dynamic"].empty()};
}

inline checkpoint_scheme awq_scheme(quantization_reader const& in) {
    auto const version = in.word({"version", "checkpoint_format", "format"}, "gemm");
    index_t const bits = in.number({"bits", "w_bit"});
    if (version != "gemm" || bits != 4 || !in.flag("zero_point", true)) {
        in.refuse("version ", version, " with ", bits, " bits and zero_point ",
                  describe(in["zero_point"]),
                  "; supported: gemm, 4 bits, with zero points. gemv, gemv_fast, exllama, "
                  "marlin and ipex order the codes for one kernel: export the model as gemm");
    }
    return awq_form{in.number({"group_size", "q_group_size"})};
}

inline checkpoint_scheme compressed_scheme(quantization_reader const& in) {
    auto const check_format = [&](std::string const& format) {
        if (format != "pack-quantized" && format != "int-quantized" && format != "dense" &&
            format != "mixed-precision") {
            in.refuse(
                "format is ", format,
                "; supported: pack-quantized, int-quantized. Floats of 4 and 8 bits "
                "(FP8, NVFP4, MXFP4) and sparse weights are not: quantize to W4A16 or W8A8");
        }
    };
    check_format(in.word({"format"}, "pack-quantized"));
    for (char const* key : {"sparsity_config", "transform_config"}) {
        json const& value = in[key];
        if (!value.is_null() && !value.empty() && member(value, "format") != "dense") {
            in.refuse(key, " is set; supported: quantization alone");
        }
    }
    if (!in["config_groups"].is_object()) { in.refuse("has no config_groups"); }
    for (auto const& [name, group] : in["config_groups"].items()) {
        quantization_reader const scheme{group, text(in.where, ".config_groups.", name)};
        if (!group.is_object() || !scheme["weights"].is_object()) {
            scheme.refuse("has no weights");
        }
        check_format(scheme.word({"format"}, "dense"));
        quantization_reader const weights{scheme["weights"], scheme.where + ".weights"};
        auto const type = weights.word({"type"}, "int");
        auto const strategy = weights.word({"strategy"}, "tensor");
        index_t const bits = weights.number({"num_bits"});
        if (type != "int" || (bits != 4 && bits != 8) ||
            (strategy != "tensor" && strategy != "channel" && strategy != "group")) {
            weights.refuse(type, " of ", bits, " bits, a scale per ", strategy,
                           "; supported: int of 4 or 8 bits per tensor, channel or group");
        }
        json const& inputs = scheme["input_activations"];
        if (!inputs.is_null() &&
            (member(inputs, "type") != "int" || member(inputs, "dynamic") != true)) {
            scheme.refuse("input_activations are ", describe(member(inputs, "type")),
                          ", dynamic ", describe(member(inputs, "dynamic")),
                          "; supported: none, or int with dynamic scales");
        }
        if (!scheme["output_activations"].is_null()) {
            scheme.refuse("output_activations are quantized; supported: none");
        }
    }
    return compressed_form{};
}

inline checkpoint_scheme bitsandbytes_scheme(quantization_reader const& in) {
    if (in.flag("load_in_4bit", false)) {
        auto const type = in.word({"bnb_4bit_quant_type"}, "fp4");
        auto const storage = in.word({"bnb_4bit_quant_storage"}, "uint8");
        if (type != "nf4" || storage != "uint8") {
            in.refuse("bnb_4bit_quant_type is ", type, ", stored as ", storage,
                      "; supported: nf4, stored as uint8. Save the model with these");
        }
    } else if (!in.flag("load_in_8bit", false)) {
        in.refuse("says neither load_in_4bit nor load_in_8bit");
    }
    return bitsandbytes_form{};
}

inline checkpoint_scheme parse_scheme_of(json const& object, std::string const& where) {
    quantization_reader const in{object, where};
    if (!object.is_object()) { in.refuse("must be an object, not ", describe(object)); }
    auto const method = in.word({"quant_method"}, "");
    if (method == "qad") {
        if (!in["tensors"].is_object()) { in.refuse("has no tensors"); }
        return listed_form{in["tensors"]};
    }
    if (method == "gptq") {
        // GPTQModel writes AWQ under its own name too.
        return in.word({"checkpoint_format", "format"}, "gptq") == "gemm" ? awq_scheme(in)
                                                                          : gptq_scheme(in);
    }
    if (method == "awq") { return awq_scheme(in); }
    if (method == "compressed-tensors") { return compressed_scheme(in); }
    if (method == "bitsandbytes") { return bitsandbytes_scheme(in); }
    in.refuse(
        "the weights are quantized by quant_method ", describe(in["quant_method"]),
        "; supported: gptq, awq, compressed-tensors, bitsandbytes, qad, or unquantized F32, "
        "BF16 or F16 weights");
}

} // namespace detail

/// The scheme of the model in `directory`: quantization_config of config.json, or what the
/// first quantizers wrote beside it. `format_error` for whatever this library does not compute
/// as the file means it.
inline checkpoint_scheme read_scheme(std::filesystem::path const& directory) {
    json const config = read_json(directory / "config.json");
    if (json const& inside = member(config, "quantization_config"); !inside.is_null()) {
        return detail::parse_scheme_of(
            inside, text((directory / "config.json").string(), ": quantization_config"));
    }
    for (auto const& [file, method] :
         {std::pair{"quantize_config.json", "gptq"}, std::pair{"quant_config.json", "awq"}}) {
        auto const path = directory / file;
        if (!std::filesystem::exists(path)) { continue; }
        json beside = read_json(path);
        if (beside.is_object() && !beside.contains("quant_method")) {
            beside["quant_method"] = method;
        }
        return detail::parse_scheme_of(beside, path.string());
    }
    return listed_form{};
}

/// The matrix `name` of a checkpoint, in its own codes and scales, or float where it is float.
/// F32, BF16 and F16 tensors stay what they are and where they are: in the mapped file.
inline weight read_weight(checkpoint const& tensors, checkpoint_scheme const& scheme,
                          std::string const& name, index_t rows, index_t cols) {
    return std::visit(
        [&](auto const& form) -> weight {
            if (form.holds(tensors, name)) { return form.read(tensors, name, rows, cols); }
            auto const& tensor = tensors.at(name);
            require_shape(tensor, {rows, cols});
            switch (tensor.dtype) {
            case data_type::f32:
                return stored_matrix<float>(tensor);
            case data_type::bf16:
                return stored_matrix<bf16>(tensor);
            case data_type::f16:
                return stored_matrix<fp16>(tensor);
            default:
                fail<format_error>(tensor.file, ": tensor '", name, "' is ",
                                   facts(tensor.dtype).name,
                                   "; weights must be F32, BF16 or F16, or quantized as "
                                   "quantization_config of config.json says");
            }
        },
        scheme);
}

/// The tensors that `name` may be stored in.
inline std::vector<std::string> parts_of(checkpoint_scheme const& scheme,
                                         std::string const& name) {
    auto parts = std::visit([&](auto const& form) { return form.parts(name); }, scheme);
    parts.push_back(name);
    return parts;
}

} // namespace qad

#endif
