// SPDX-License-Identifier: MIT
#include <qad/io/safetensors.hpp>
#include <qad/io/safetensors_writer.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

#include "support/bytes.hpp"

using namespace qad;

TEST_CASE("what is written is read back, byte for byte, every tensor aligned") {
    test::scratch_directory scratch;
    safetensors_file const source(test::golden_directory() / "types.safetensors");
    std::vector<tensor_declaration> all;
    for (auto const& t : source.tensors()) { all.push_back({t.name, t.dtype, t.shape}); }
    safetensors_writer writer(scratch / "copy", all);
    for (auto const& t : writer.order()) { writer.write(t.name, source.at(t.name).bytes); }
    writer.commit();

    safetensors_file const copy(scratch / "copy");
    REQUIRE(copy.tensors().size() == source.tensors().size());
    CHECK(copy.metadata() == std::map<std::string, std::string>{{"format", "pt"}});
    for (auto const& t : source.tensors()) {
        auto const& c = copy.at(t.name);
        CHECK(c.dtype == t.dtype);
        CHECK(c.shape == t.shape);
        CHECK(std::equal(c.bytes.begin(), c.bytes.end(), t.bytes.begin(), t.bytes.end()));
        auto const width = static_cast<std::uintptr_t>(facts(c.dtype).bits / 8);
        if (!c.bytes.empty()) {
            CHECK(reinterpret_cast<std::uintptr_t>(c.bytes.data()) % width == 0);
        }
    }
}

TEST_CASE("the file of 100 bytes that the format's sheet spells out is written bit for bit") {
    test::scratch_directory scratch;
    safetensors_writer writer(scratch / "w", {{"w", data_type::f16, {2}}});
    writer.write("w", test::bytes_of(std::string("\x00\x3c\x00\xc0", 4)));
    writer.commit();
    mapped_file const file(scratch / "w");
    std::string const header =
        R"({"__metadata__":{"format":"pt"},"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}   )";
    CHECK(file.size() == 100);
    CHECK(file.text() ==
          std::string("\x58\0\0\0\0\0\0\0", 8) + header + std::string("\x00\x3c\x00\xc0", 4));
}

TEST_CASE("rows may come one at a time, whatever the stride they come from") {
    test::scratch_directory scratch;
    matrix<float> w(3, 4);
    for (index_t i = 0; i < 12; ++i) { w.data()[i] = static_cast<float>(i); }
    safetensors_writer writer(scratch / "w", {{"w", data_type::f32, {3, 2}}});
    writer.write("w", matrix_view<float const>(w).cols(1, 2));
    writer.commit();
    auto const back = float_matrix(safetensors_file(scratch / "w").at("w"));
    CHECK(back(2, 1) == 10.0f);
}

TEST_CASE(
    "a file is never half written: not when a tensor is missing, short, long or out of order") {
    test::scratch_directory scratch;
    std::vector<tensor_declaration> const two = {{"a", data_type::u8, {2}},
                                                 {"b", data_type::u8, {2}}};
    auto const attempt = [&](auto const& steps) {
        safetensors_writer writer(scratch / "x", two);
        steps(writer);
        writer.commit();
    };
    CHECK_THROWS_AS(attempt([](auto&) {}), shape_error);
    CHECK_THROWS_AS(attempt([](auto& w) { w.write("a", test::bytes_of("12")); }), shape_error);
    CHECK_THROWS_AS(attempt([](auto& w) { w.write("b", test::bytes_of("12")); }), shape_error);
    CHECK_THROWS_AS(attempt([](auto& w) { w.write("a", test::bytes_of("123")); }), shape_error);
    CHECK_THROWS_AS(attempt([](auto& w) { w.write("c", test::bytes_of("12")); }), shape_error);
    CHECK(scratch.empty());
    attempt([](auto& w) {
        w.write("a", test::bytes_of("1"));
        w.write("a", test::bytes_of("2"));
        w.write("b", test::bytes_of("34"));
    });
    CHECK(safetensors_file(scratch / "x").tensors().size() == 2);

    // A failed rewrite leaves the old file as it was.
    CHECK_THROWS_AS(attempt([](auto& w) { w.write("a", test::bytes_of("xx")); }), shape_error);
    CHECK(static_cast<char>(safetensors_file(scratch / "x").at("a").bytes[0]) == '1');
}

TEST_CASE("declarations that no file can hold are refused before anything is written") {
    test::scratch_directory scratch;
    auto const declare = [&](std::vector<tensor_declaration> tensors) {
        safetensors_writer(scratch / "x", std::move(tensors));
    };
    CHECK_THROWS_AS(declare({{"a", data_type::f32, {1}}, {"a", data_type::f32, {1}}}),
                    shape_error);
    CHECK_THROWS_AS(declare({{"a", data_type::f32, {INT64_MAX, 2}}}), shape_error);
    CHECK_THROWS_AS(declare({{"a", data_type::f32, {-1}}}), shape_error);
    CHECK_THROWS_AS(declare({{"a", data_type::f4, {1}}}), shape_error);
    CHECK(scratch.empty());
    CHECK_THROWS_AS(safetensors_writer("/nonexistent/x", {}), io_error);
}
