// SPDX-License-Identifier: MIT
#include <qad/io/gguf_writer.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {
void copy(gguf_file const& from, std::filesystem::path const& to) {
    std::vector<gguf_declaration> tensors;
    for (auto const& t : from.tensors()) { tensors.push_back({t.name, t.type, t.dims}); }
    gguf_writer writer(to, from.values(), tensors);
    for (auto const& t : from.tensors()) { writer.write(t.name, t.bytes); }
    writer.commit();
}
} // namespace

TEST_CASE("a file of the gguf package, read and written again, is the same file") {
    // Both write version 3, alignment 32 and zeros in between, so equality is byte for byte.
    test::scratch_directory scratch;
    for (char const* name : {"blocks.gguf", "llama-mha-tied.gguf", "llama-rope3-hub.gguf"}) {
        CAPTURE(name);
        copy(gguf_file(test::golden_directory() / name), scratch / name);
        CHECK(mapped_file(scratch / name).text() ==
              mapped_file(test::golden_directory() / name).text());
    }
}

TEST_CASE("what is encoded, written and read decodes to the same numbers") {
    test::scratch_directory scratch;
    matrix<float> w(5, 64);
    for (index_t i = 0; i < w.size(); ++i) {
        w.data()[i] = static_cast<float>((i * 37) % 101 - 50) / 64;
    }
    for (auto type :
         {ggml_type::f32, ggml_type::f16, ggml_type::bf16, ggml_type::q8_0, ggml_type::q4_0}) {
        auto const encoded = encode(type, w);
        gguf_writer writer(scratch / "w.gguf", {}, {{"w", type, {64, 5}}});
        writer.write("w", encoded.data().first(10)); // in pieces
        writer.write("w", encoded.data().subspan(10));
        writer.commit();
        auto const back = dequantize(gguf_file(scratch / "w.gguf").at("w"));
        auto const straight = dequantize(encoded);
        for (index_t i = 0; i < w.size(); ++i) { CHECK(back.data()[i] == straight.data()[i]); }
    }
}

TEST_CASE("nothing appears before commit, and nothing that llama.cpp would refuse is written") {
    test::scratch_directory scratch;
    auto const declare = [&](gguf_values const& values,
                             std::vector<gguf_declaration> const& tensors) {
        gguf_writer(scratch / "x.gguf", values, tensors);
    };
    std::uint32_t const one = 1;
    declare({{"a", one}}, {});
    CHECK(scratch.empty());
    CHECK_THROWS_AS(declare({{"a", one}, {"a", one}}, {}), shape_error);
    CHECK_THROWS_AS(declare({{"", one}}, {}), shape_error);
    CHECK_THROWS_AS(declare({{"general.alignment", one}}, {}), shape_error);
    CHECK_THROWS_AS(declare({{"a", gguf_array(gguf_none())}}, {}), shape_error);
    CHECK_THROWS_AS(declare({}, {{std::string(64, 'w'), ggml_type::f32, {1}}}), shape_error);
    CHECK_THROWS_AS(declare({}, {{"w", ggml_type::f32, {1}}, {"w", ggml_type::f32, {1}}}),
                    shape_error);
    CHECK_THROWS_AS(declare({}, {{"w", ggml_type::q4_0, {33}}}), format_error);
    CHECK_THROWS_AS(declare({}, {{"w", ggml_type::f32, {INT64_MAX, 3}}}), shape_error);
    CHECK(scratch.empty());

    gguf_writer writer(scratch / "x.gguf", {}, {{"w", ggml_type::f32, {2}}});
    CHECK_THROWS_AS(writer.commit(), shape_error);
    CHECK_FALSE(std::filesystem::exists(scratch / "x.gguf"));
}
