// SPDX-License-Identifier: MIT
// Chapter 1.2, "The first memory math" — chapters/1-fit/README.md#s1-2
#ifndef QAD_FIT_MODELS_HPP
#define QAD_FIT_MODELS_HPP

#include <qad/fit/shape.hpp> // model_shape, parameters

#include <array>       // array
#include <string_view> // string_view

namespace qad {

// Shapes of published models, from the config.json that stands beside their weights.
//                                         hidden layers heads kv  dim  ff     vocabulary tied
inline constexpr model_shape llama2_7b     {4096, 32, 32, 32, 128, 11008, 32000};
inline constexpr model_shape llama2_13b    {5120, 40, 40, 40, 128, 13824, 32000};
inline constexpr model_shape llama2_70b    {8192, 80, 64, 8, 128, 28672, 32000};
inline constexpr model_shape llama3_8b     {4096, 32, 32, 8, 128, 14336, 128256}; // 3 and 3.1
inline constexpr model_shape llama3_70b    {8192, 80, 64, 8, 128, 28672, 128256}; // 3 and 3.1
inline constexpr model_shape llama32_1b    {2048, 16, 32, 8, 64, 8192, 128256, true};
inline constexpr model_shape llama32_3b    {3072, 28, 24, 8, 128, 8192, 128256, true};
inline constexpr model_shape mistral_7b    {4096, 32, 32, 8, 128, 14336, 32000};  // v0.1, v0.2
inline constexpr model_shape mistral_7b_v3 {4096, 32, 32, 8, 128, 14336, 32768};
inline constexpr model_shape qwen25_05b    {896, 24, 14, 2, 64, 4864, 151936, true, true};
inline constexpr model_shape qwen25_15b    {1536, 28, 12, 2, 128, 8960, 151936, true, true};
inline constexpr model_shape qwen25_7b     {3584, 28, 28, 4, 128, 18944, 152064, false, true};
inline constexpr model_shape phi3_mini{
    .hidden = 3072, .layers = 32, .heads = 32, .kv_heads = 32, .head_dim = 96,
    .feed_forward = 8192, .vocabulary = 32064, .fused = true};
inline constexpr model_shape phi3_small{ // LayerNorm, and a bias on every linear layer
    .hidden = 4096, .layers = 32, .heads = 32, .kv_heads = 8, .head_dim = 128,
    .feed_forward = 14336, .vocabulary = 100352, .tied = true, .qkv_bias = true,
    .output_bias = true, .feed_forward_bias = true, .norm_bias = true, .fused = true};
inline constexpr model_shape smollm2_135m  {576, 30, 9, 3, 64, 1536, 49152, true};
inline constexpr model_shape smollm2_360m  {960, 32, 15, 5, 64, 2560, 49152, true};
inline constexpr model_shape smollm2_17b   {2048, 24, 32, 32, 64, 8192, 49152, true};
inline constexpr model_shape gpt2{
    .hidden = 768, .layers = 12, .heads = 12, .kv_heads = 12, .head_dim = 64,
    .feed_forward = 3072, .vocabulary = 50257, .tied = true, .qkv_bias = true,
    .output_bias = true, .feed_forward_bias = true, .norm_bias = true, .gated = false,
    .fused = true, .positions = 1024};
inline constexpr model_shape tiny_gpt2{ // a test model: almost nothing but its embedding
    .hidden = 2, .layers = 2, .heads = 2, .kv_heads = 2, .head_dim = 1,
    .feed_forward = 8, .vocabulary = 50257, .tied = true, .qkv_bias = true,
    .output_bias = true, .feed_forward_bias = true, .norm_bias = true, .gated = false,
    .fused = true, .positions = 1024};

/// A model by the name that people type, with the number of parameters its publisher states.
struct published_model {
    std::string_view name;
    model_shape shape;
    index_t stated;
};

inline constexpr std::array published_models = {
    published_model{"Llama-2-7B", llama2_7b, 6'738'415'616},
    published_model{"Llama-2-13B", llama2_13b, 13'015'864'320},
    published_model{"Llama-2-70B", llama2_70b, 68'976'648'192},
    published_model{"Llama-3.1-8B", llama3_8b, 8'030'261'248},
    published_model{"Llama-3.1-70B", llama3_70b, 70'553'706'496},
    published_model{"Llama-3.2-1B", llama32_1b, 1'235'814'400},
    published_model{"Llama-3.2-3B", llama32_3b, 3'212'749'824},
    published_model{"Mistral-7B-v0.1", mistral_7b, 7'241'732'096},
    published_model{"Mistral-7B-v0.3", mistral_7b_v3, 7'248'023'552},
    published_model{"Qwen2.5-0.5B", qwen25_05b, 494'032'768},
    published_model{"Qwen2.5-1.5B", qwen25_15b, 1'543'714'304},
    published_model{"Qwen2.5-7B", qwen25_7b, 7'615'616'512},
    published_model{"Phi-3-mini", phi3_mini, 3'821'079'552},
    published_model{"Phi-3-small", phi3_small, 7'392'272'384},
    published_model{"SmolLM2-135M", smollm2_135m, 134'515'008},
    published_model{"SmolLM2-360M", smollm2_360m, 361'821'120},
    published_model{"SmolLM2-1.7B", smollm2_17b, 1'711'376'384},
    published_model{"GPT-2", gpt2, 124'439'808},
    published_model{"tiny-gpt2", tiny_gpt2, 102'714},
};

/// The model of that name, in capitals or not; nullptr when there is none.
constexpr published_model const* find_model(std::string_view name) {
    auto const small = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    };
    for (published_model const& model : published_models) {
        bool same = model.name.size() == name.size();
        for (std::size_t i = 0; same && i < name.size(); ++i) {
            same = small(model.name[i]) == small(name[i]);
        }
        if (same) { return &model; }
    }
    return nullptr;
}

static_assert(parameters(llama3_8b) == 8'030'261'248);

} // namespace qad

#endif
