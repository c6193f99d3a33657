// SPDX-License-Identifier: MIT
// The families of models whose arithmetic this library has, and why others are refused.
#ifndef QAD_IO_MODEL_FAMILY_HPP
#define QAD_IO_MODEL_FAMILY_HPP

#include <qad/core/error.hpp> // fail

#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// What members of a family share, beside what each says in its own config.json. All of them
/// are Llamas: RMSNorm, RoPE, causal attention, SwiGLU.
struct model_family {
    std::string_view type;         ///< model_type
    std::string_view architecture; ///< of a model that foretells tokens
    std::string_view gguf;         ///< general.architecture
    bool qkv_bias = false;         ///< biases on q, k and v, always
    bool qk_norm = false;          ///< an RMSNorm on every head of q and k, before RoPE
    bool fused = false;            ///< files hold q, k, v as one matrix, and gate, up
    bool partial_rotary = false;   ///< perhaps only some coordinates of a head turn
};

inline constexpr model_family model_families[] = {
    {"llama", "LlamaForCausalLM", "llama"}, // and TinyLlama, SmolLM2
    {"mistral", "MistralForCausalLM", "llama"},
    {"qwen2", "Qwen2ForCausalLM", "qwen2", true},
    {"qwen3", "Qwen3ForCausalLM", "qwen3", false, true},
    {"phi3", "Phi3ForCausalLM", "phi3", false, false, true, true}, // mini, medium, Phi-4
};

/// In what the best known others differ. What begins like one of these names is its kin.
struct foreign_family {
    std::string_view type, difference;
};
inline constexpr foreign_family foreign_families[] = {
    {"mixtral", "it is a mixture of experts: a router chooses among several feed-forwards"},
    {"qwen2_moe", "it is a mixture of experts: a router chooses among several feed-forwards"},
    {"qwen3_moe", "it is a mixture of experts: a router chooses among several feed-forwards"},
    {"qwen3_next", "most of its layers are linear attention with a recurrent state"},
    {"qwen2_vl", "it looks at pictures"},
    {"qwen2_5_vl", "it looks at pictures"},
    {"qwen3_vl", "it looks at pictures"},
    {"qwen", "the first Qwen is code of its own, not part of transformers"},
    {"phi3small", "its attention is block-sparse and its feed-forward a clipped GEGLU"},
    {"phi3_v", "it looks at pictures"},
    {"phi4_multimodal", "it looks at pictures and listens"},
    {"phimoe", "it is a mixture of experts with LayerNorm"},
    {"phi", "its layers use LayerNorm and run attention and feed-forward side by side"},
    {"gemma", "its norms multiply with 1 + w, its embeddings are scaled, its gate is GELU"},
    {"deepseek", "its keys and values are compressed, and experts take turns"},
    {"llama4", "it is a mixture of experts, and some layers have no RoPE"},
    {"smollm3", "every fourth layer has no RoPE"},
    {"mistral3", "it looks at pictures; its text model alone would load"},
    {"ministral", "windows of different width alternate between its layers"},
    {"granite", "its residuals, embeddings and logits are scaled"},
    {"olmo", "its norms stand behind attention and feed-forward, not before them"},
    {"cohere", "its layers use LayerNorm and run attention and feed-forward side by side"},
    {"starcoder2", "its layers use LayerNorm and a feed-forward without a gate"},
    {"stablelm", "its layers use LayerNorm"},
    {"gpt2", "it has LayerNorm and learned positions instead of RoPE"},
    {"gpt", "it has LayerNorm, and no gated feed-forward"},
    {"falcon", "it has LayerNorm, and no gated feed-forward"},
    {"mamba", "it has no attention but a recurrent state"},
    {"t5", "it is an encoder with a decoder"},
    {"bert", "it is an encoder: it foretells no next token"},
};

/// "llama, mistral, qwen2, qwen3, phi3", from `member` of each.
inline std::string family_names(std::string_view model_family::*member) {
    std::string list;
    for (model_family const& family : model_families) {
        if (list.find(family.*member) != list.npos) { continue; }
        list += (list.empty() ? "" : ", ") + std::string(family.*member);
    }
    return list;
}

/// The family whose `member` is `name`; else `format_error`, `what` in front, saying in what
/// that model differs where it is known.
inline model_family const& find_family(std::string_view model_family::*member,
                                       std::string_view name, std::string const& what) {
    for (model_family const& family : model_families) {
        if (family.*member == name) { return family; }
    }
    std::string because;
    for (foreign_family const& foreign : foreign_families) {
        if (name.starts_with(foreign.type)) {
            because = text(": ", foreign.difference);
            break;
        }
    }
    fail<format_error>(what, " is \"", name, "\"", because,
                       "; supported: ", family_names(member));
}

} // namespace qad

#endif
