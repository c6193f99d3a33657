// SPDX-License-Identifier: MIT
// What a quantized checkpoint is, and who else would refuse it, in words.
#ifndef QAD_MODEL_SCHEME_REPORT_HPP
#define QAD_MODEL_SCHEME_REPORT_HPP

#include <qad/model/checkpoint_scheme.hpp> // checkpoint_scheme

#include <set> // set

namespace qad {

/// The scheme in one line; empty for a checkpoint of floats.
inline std::string name_of(checkpoint_scheme const& scheme) {
    struct namer {
        static std::string groups(index_t size) {
            return size > 0 ? text("groups of ", size) : std::string("one group a row");
        }
        std::string operator()(listed_form const& form) const {
            if (form.entries.empty()) { return ""; }
            return text("qad, ", form.entries.size(), " matrices");
        }
        std::string operator()(gptq_form const& form) const {
            return text("GPTQ version ", form.second_version ? 2 : 1, ", ", form.bits,
                        " bits, ", groups(form.group), form.symmetric ? ", symmetric" : "",
                        form.dynamic ? ", layers differ" : "");
        }
        std::string operator()(awq_form const& form) const {
            return text("AWQ gemm, 4 bits, ", groups(form.group));
        }
        std::string operator()(compressed_form const&) const { return "compressed-tensors"; }
        std::string operator()(bitsandbytes_form const&) const { return "bitsandbytes"; }
    };
    return std::visit(namer{}, scheme);
}

/// What others would make of the checkpoint, one sentence each; `matrices` are the names that a
/// loader asked for. Nothing here keeps this library from running it.
///
/// * Tensors that nobody asks for: vLLM takes every layer with a tensor that is no float for a
///   quantized one, and what is left over belongs to another model or version.
/// * vLLM runs GPTQ of 4 and 8 bits with symmetric codes only, in groups of 32, 64, 128 or one.
/// * llama.cpp's converter knows GPTQ and compressed-tensors, but neither AWQ nor bitsandbytes.
inline std::vector<std::string> notes_on(checkpoint_scheme const& scheme,
                                         checkpoint const& tensors,
                                         std::set<std::string> const& matrices) {
    std::vector<std::string> notes;
    if (auto const* gptq = std::get_if<gptq_form>(&scheme)) {
        if (!gptq->symmetric || (gptq->bits != 4 && gptq->bits != 8)) {
            notes.push_back("vLLM refuses it: of GPTQ it runs symmetric codes of 4 or 8 bits; "
                            "write the weights as AWQ or compressed-tensors for it");
        }
        index_t const g = gptq->group;
        if (g > 0 && g != 32 && g != 64 && g != 128) {
            notes.push_back(text("vLLM refuses it: groups of ", g,
                                 ", where its kernels have 32, 64, 128 or one a row"));
        }
    } else if (std::holds_alternative<awq_form>(scheme) ||
               std::holds_alternative<bitsandbytes_form>(scheme)) {
        notes.push_back("llama.cpp's converter does not read this scheme; write the model as "
                        "GGUF for it");
    }

    std::set<std::string> known;
    for (auto const& name : matrices) {
        for (auto& part : parts_of(scheme, name)) { known.insert(std::move(part)); }
    }
    for (tensor_entry const& tensor : tensors.tensors()) {
        bool const vector =
            tensor.name.ends_with("norm.weight") || tensor.name.ends_with(".bias");
        if (vector || known.contains(tensor.name)) { continue; }
        auto const type = tensor.dtype;
        bool const is_float =
            type == data_type::f32 || type == data_type::f16 || type == data_type::bf16;
        notes.push_back(text("tensor '", tensor.name, "' is never read",
                             is_float ? "" : "; vLLM takes its layer for a quantized one",
                             "; remove it, or is config.json that of another model?"));
    }
    return notes;
}

} // namespace qad

#endif
