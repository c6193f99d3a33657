// SPDX-License-Identifier: MIT
// The element types that a safetensors file can name.
#ifndef QAD_IO_DATA_TYPE_HPP
#define QAD_IO_DATA_TYPE_HPP

#include <qad/core/size.hpp>    // index_t, errors
#include <qad/formats/bf16.hpp> // bf16
#include <qad/formats/fp16.hpp> // fp16

#include <array>       // array
#include <concepts>    // same_as
#include <cstdint>     // int8_t
#include <optional>    // optional
#include <string_view> // string_view

namespace qad {

/// In the order in which a writer lays tensors down: widest first, so that each is aligned.
enum class data_type : std::uint8_t {
    u64, i64, f64, c64, f32, u32, i32, bf16, f16, u16, i16,
    u8, i8, f8_e4m3, f8_e5m2, f8_e8m0, f8_e4m3fnuz, f8_e5m2fnuz,
    f6_e2m3, f6_e3m2, f4, boolean
};

struct data_type_facts {
    std::string_view name; ///< as in the file
    int bits;
};

inline constexpr std::array<data_type_facts, 22> data_types{{
    {"U64", 64}, {"I64", 64}, {"F64", 64}, {"C64", 64}, {"F32", 32}, {"U32", 32}, {"I32", 32},
    {"BF16", 16}, {"F16", 16}, {"U16", 16}, {"I16", 16}, {"U8", 8}, {"I8", 8}, {"F8_E4M3", 8},
    {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6},
    {"F6_E3M2", 6}, {"F4", 4}, {"BOOL", 8},
}};
static_assert(data_types[static_cast<std::size_t>(data_type::boolean)].name == "BOOL");

constexpr data_type_facts facts(data_type type) {
    return data_types[static_cast<std::size_t>(type)];
}

constexpr std::optional<data_type> data_type_named(std::string_view name) {
    for (std::size_t i = 0; i < data_types.size(); ++i) {
        if (data_types[i].name == name) { return static_cast<data_type>(i); }
    }
    return std::nullopt;
}

/// The file's name for a type of C++ or of formats/.
template <class T> constexpr data_type data_type_of() {
    if constexpr (std::same_as<T, float>) { return data_type::f32; }
    else if constexpr (std::same_as<T, double>) { return data_type::f64; }
    else if constexpr (std::same_as<T, bf16>) { return data_type::bf16; }
    else if constexpr (std::same_as<T, fp16>) { return data_type::f16; }
    else if constexpr (std::same_as<T, std::int64_t>) { return data_type::i64; }
    else if constexpr (std::same_as<T, std::int32_t>) { return data_type::i32; }
    else if constexpr (std::same_as<T, std::uint32_t>) { return data_type::u32; }
    else if constexpr (std::same_as<T, std::int8_t>) { return data_type::i8; }
    else {
        static_assert(std::same_as<T, std::uint8_t>, "no safetensors name for this type");
        return data_type::u8;
    }
}

} // namespace qad

#endif
