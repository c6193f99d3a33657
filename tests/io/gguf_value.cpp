// SPDX-License-Identifier: MIT
#include <qad/io/gguf_value.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("the place of a type in the variant is its number in the file") {
    // formats, sheet 1.3: u8 i8 u16 i16 u32 i32 f32 bool string array u64 i64 f64.
    CHECK(gguf_value(std::uint8_t{1}).index() == 0);
    CHECK(gguf_value(std::uint32_t{1}).index() == 4);
    CHECK(gguf_value(std::int32_t{1}).index() == 5);
    CHECK(gguf_value(1.0f).index() == 6);
    CHECK(gguf_value(true).index() == 7);
    CHECK(gguf_value(std::string("x")).index() == 8);
    CHECK(gguf_value(gguf_array(std::vector<std::string>{"x"})).index() == 9);
    CHECK(gguf_value(1.0).index() == 12);
    CHECK(gguf_array(std::vector<std::string>{}).index() == 8);
    CHECK(gguf_array(std::vector<double>{}).index() == 12);
    static_assert(std::variant_size_v<gguf_value> == std::size(gguf_type_names));
    static_assert(std::variant_size_v<gguf_array> == std::size(gguf_type_names));
}

TEST_CASE("a value is given as exactly its type, or the difference is named") {
    gguf_values const values = {{"n", std::uint32_t{7}},
                                {"list", gguf_array(std::vector<std::int32_t>{1})}};
    CHECK(*find_value_as<std::uint32_t>(values, "n", "f") == 7);
    CHECK(find_value_as<std::uint32_t>(values, "m", "f") == nullptr);
    CHECK(find_value_as<std::vector<std::int32_t>>(values, "list", "f")->size() == 1);
    CHECK_THROWS_WITH_AS(find_value_as<std::uint64_t>(values, "n", "f"),
                         doctest::Contains("f: key n is u32"), format_error);
    CHECK_THROWS_WITH_AS(find_value_as<std::vector<float>>(values, "list", "f"),
                         doctest::Contains("list is array of i32"), format_error);
    CHECK_THROWS_AS(find_value_as<std::string>(values, "list", "f"), format_error);
    CHECK_THROWS_AS(find_value_as<std::vector<float>>(values, "n", "f"), format_error);
}
