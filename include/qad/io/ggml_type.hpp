// SPDX-License-Identifier: MIT
// The tensor types that a GGUF file can name, and how many bytes a block of each takes.
#ifndef QAD_IO_GGML_TYPE_HPP
#define QAD_IO_GGML_TYPE_HPP

#include <qad/core/size.hpp> // index_t, errors

#include <array>       // array
#include <cstdint>     // uint32_t
#include <string_view> // string_view

namespace qad {

/// The types this library computes with; the values are the file's.
enum class ggml_type : std::uint32_t {
    f32 = 0, f16 = 1, bf16 = 30,
    q4_0 = 2, q4_1 = 3, q5_0 = 6, q5_1 = 7, q8_0 = 8, iq4_nl = 20, mxfp4 = 39,
    q2_k = 10, q3_k = 11, q4_k = 12, q5_k = 13, q6_k = 14, iq4_xs = 23
};

struct ggml_type_facts {
    ggml_type type;
    std::string_view name;
    index_t block; ///< elements of a block; a row holds whole blocks
    index_t bytes; ///< of a block
};

/// Everything llama.cpp defines (ggml-common.h), so that a file can be inspected even where its
/// weights cannot be used yet. Identifiers 4, 5, 31–33, 36–38 were withdrawn.
inline constexpr std::array ggml_types = std::to_array<ggml_type_facts>({
    {ggml_type::f32, "F32", 1, 4},       {ggml_type::f16, "F16", 1, 2},
    {ggml_type::q4_0, "Q4_0", 32, 18},   {ggml_type::q4_1, "Q4_1", 32, 20},
    {ggml_type::q5_0, "Q5_0", 32, 22},   {ggml_type::q5_1, "Q5_1", 32, 24},
    {ggml_type::q8_0, "Q8_0", 32, 34},   {ggml_type::q2_k, "Q2_K", 256, 84},
    {ggml_type::q3_k, "Q3_K", 256, 110}, {ggml_type::q4_k, "Q4_K", 256, 144},
    {ggml_type::q5_k, "Q5_K", 256, 176}, {ggml_type::q6_k, "Q6_K", 256, 210},
    {ggml_type{15}, "Q8_K", 256, 292},   {ggml_type{16}, "IQ2_XXS", 256, 66},
    {ggml_type{17}, "IQ2_XS", 256, 74},  {ggml_type{18}, "IQ3_XXS", 256, 98},
    {ggml_type{19}, "IQ1_S", 256, 50},   {ggml_type::iq4_nl, "IQ4_NL", 32, 18},
    {ggml_type{21}, "IQ3_S", 256, 110},  {ggml_type{22}, "IQ2_S", 256, 82},
    {ggml_type::iq4_xs, "IQ4_XS", 256, 136}, {ggml_type{24}, "I8", 1, 1},
    {ggml_type{25}, "I16", 1, 2},        {ggml_type{26}, "I32", 1, 4},
    {ggml_type{27}, "I64", 1, 8},        {ggml_type{28}, "F64", 1, 8},
    {ggml_type{29}, "IQ1_M", 256, 56},   {ggml_type::bf16, "BF16", 1, 2},
    {ggml_type{34}, "TQ1_0", 256, 54},   {ggml_type{35}, "TQ2_0", 256, 66},
    {ggml_type::mxfp4, "MXFP4", 32, 17}, {ggml_type{40}, "NVFP4", 64, 36},
    {ggml_type{41}, "Q1_0", 128, 18},
});

/// Facts of a type, or null for an identifier that no file should have.
constexpr ggml_type_facts const* find_facts(ggml_type type) {
    for (ggml_type_facts const& facts : ggml_types) {
        if (facts.type == type) { return &facts; }
    }
    return nullptr;
}

constexpr ggml_type_facts const& facts(ggml_type type) {
    ggml_type_facts const* found = find_facts(type);
    if (!found) {
        fail<format_error>("GGUF tensor type ", static_cast<int>(type), " is unknown");
    }
    return *found;
}

} // namespace qad

#endif
