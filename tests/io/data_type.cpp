// SPDX-License-Identifier: MIT
#include <qad/io/data_type.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("every type is found under its name, and only there") {
    for (std::size_t i = 0; i < data_types.size(); ++i) {
        CHECK(data_type_named(data_types[i].name) == static_cast<data_type>(i));
    }
    for (char const* unknown : {"", "f32", "F32 ", "F8", "FLOAT"}) {
        CHECK_FALSE(data_type_named(unknown).has_value());
    }
}

TEST_CASE("the order of the types is one in which no tensor needs padding") {
    // Each width divides the one before it; bytes and less need no alignment.
    for (std::size_t i = 1; i < data_types.size(); ++i) {
        if (data_types[i].bits > 8) { CHECK(data_types[i - 1].bits % data_types[i].bits == 0); }
    }
    CHECK(facts(data_type::u64).bits == 64);
    CHECK(facts(data_type::f16).name == "F16");
    CHECK(facts(data_type::f6_e3m2).bits == 6);
}

TEST_CASE("a C++ type has the width of its name") {
    CHECK(facts(data_type_of<double>()).bits == 64);
    CHECK(facts(data_type_of<float>()).name == "F32");
    CHECK(facts(data_type_of<bf16>()).name == "BF16");
    CHECK(facts(data_type_of<fp16>()).name == "F16");
    CHECK(facts(data_type_of<std::int64_t>()).name == "I64");
    CHECK(facts(data_type_of<std::int32_t>()).name == "I32");
    CHECK(facts(data_type_of<std::int8_t>()).name == "I8");
    CHECK(facts(data_type_of<std::uint8_t>()).name == "U8");
}
