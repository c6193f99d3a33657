// SPDX-License-Identifier: MIT
// The key/value pairs at the head of a GGUF file.
#ifndef QAD_IO_GGUF_VALUE_HPP
#define QAD_IO_GGUF_VALUE_HPP

#include <qad/core/size.hpp> // errors

#include <cstdint>     // uint8_t
#include <string>      // string
#include <string_view> // string_view
#include <utility>     // pair
#include <variant>     // variant
#include <vector>      // vector

namespace qad {

/// Stands where the format has no value of that kind.
using gguf_none = std::monostate;

/// An array of one element type. `index()` is the element type's number in the file.
using gguf_array =
    std::variant<std::vector<std::uint8_t>, std::vector<std::int8_t>,
                 std::vector<std::uint16_t>, std::vector<std::int16_t>,
                 std::vector<std::uint32_t>, std::vector<std::int32_t>, std::vector<float>,
                 std::vector<bool>, std::vector<std::string>, gguf_none,
                 std::vector<std::uint64_t>, std::vector<std::int64_t>, std::vector<double>>;

/// One value. `index()` is its type's number in the file, so types stay exact: a loader that
/// expects u32 does not accept i32 or u64.
using gguf_value = std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t,
                                std::uint32_t, std::int32_t, float, bool, std::string,
                                gguf_array, std::uint64_t, std::int64_t, double>;

/// In the order of the file.
using gguf_values = std::vector<std::pair<std::string, gguf_value>>;

inline constexpr std::string_view gguf_type_names[] = {"u8",  "i8",  "u16",  "i16",    "u32",
                                                       "i32", "f32", "bool", "string", "array",
                                                       "u64", "i64", "f64"};

inline std::string gguf_type_name(gguf_value const& value) {
    std::string name(gguf_type_names[value.index()]);
    if (auto const* array = std::get_if<gguf_array>(&value)) {
        name += text(" of ", gguf_type_names[array->index()]);
    }
    return name;
}

/// The value of `key`, or null.
inline gguf_value const* find_value(gguf_values const& values, std::string_view key) {
    for (auto const& [name, value] : values) {
        if (name == key) { return &value; }
    }
    return nullptr;
}

/// The value of `key` as exactly T, or null where the key is absent; another type is a
/// `format_error`. T may be a vector for an array.
template <class T> T const* find_value_as(gguf_values const& values, std::string_view key,
                                          std::string const& where) {
    gguf_value const* value = find_value(values, key);
    if (!value) { return nullptr; }
    T const* exact = nullptr;
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
        exact = std::get_if<T>(value);
    } else if (auto const* array = std::get_if<gguf_array>(value)) {
        exact = std::get_if<T>(array);
    }
    if (!exact) {
        fail<format_error>(where, ": key ", key, " is ", gguf_type_name(*value),
                           ", another type is expected");
    }
    return exact;
}

} // namespace qad

#endif
