// SPDX-License-Identifier: MIT
#include <qad/io/gguf.hpp>
#include <qad/io/gguf_matrix.hpp>
#include <qad/io/safetensors.hpp>

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {
constexpr std::pair<char const*, ggml_type> kinds[] = {{"F32", ggml_type::f32},
                                                       {"F16", ggml_type::f16},
                                                       {"BF16", ggml_type::bf16},
                                                       {"Q8_0", ggml_type::q8_0},
                                                       {"Q4_0", ggml_type::q4_0}};
} // namespace

TEST_CASE("blocks mean what the gguf package says, and it makes the same blocks of the same "
          "weights") {
    gguf_file const stored(test::golden_directory() / "blocks.gguf");
    safetensors_file const expected(test::golden_directory() / "blocks.safetensors");
    auto const weights = float_matrix(expected.at("F32"));
    for (auto const& [name, type] : kinds) {
        CAPTURE(name);
        gguf_matrix const theirs = stored.at(name);
        CHECK(theirs.type() == type);
        CHECK(theirs.rows() == 3);
        CHECK(theirs.cols() == 64);
        auto const values = float_matrix(expected.at(name));
        auto const decoded = dequantize(theirs);
        for (index_t i = 0; i < decoded.size(); ++i) {
            CHECK(decoded.data()[i] == values.data()[i]);
        }
        gguf_matrix const ours = encode(type, weights);
        CHECK(std::equal(ours.data().begin(), ours.data().end(), theirs.data().begin(),
                         theirs.data().end()));
    }
}

TEST_CASE("blocks of every type decode to the bits of the gguf package, which are llama.cpp's") {
    safetensors_file const golden(test::golden_directory() / "block-types.safetensors");
    int compared = 0;
    for (auto const& [type, name, size, bytes] : ggml_types) {
        auto const blocks = text(name, ".blocks");
        if (!golden.contains(blocks)) { continue; }
        CAPTURE(blocks);
        auto const& stored = golden.at(blocks);
        gguf_matrix const m(type, stored.rows(), size, stored.bytes, stored.owner);
        auto const want = float_matrix(golden.at(name)), got = dequantize(m);
        REQUIRE(want.size() == got.size());
        CHECK(std::memcmp(want.data(), got.data(), static_cast<std::size_t>(got.size()) * 4) == 0);
        ++compared;
    }
    CHECK(compared == 13);
}

TEST_CASE("a row decodes the same as float and as double, alone and in the matrix") {
    gguf_file const stored(test::golden_directory() / "blocks.gguf");
    for (auto const& [name, type] : kinds) {
        gguf_matrix const m = stored.at(name);
        auto const all = dequantize(m);
        std::vector<double> row(64);
        for (index_t i = 0; i < m.rows(); ++i) {
            m.decode_row<double>(i, row);
            for (index_t j = 0; j < 64; ++j) {
                CHECK(row[static_cast<std::size_t>(j)] == all(i, j));
            }
        }
    }
}

TEST_CASE("a matrix keeps its bytes alive and counts them with their scales") {
    gguf_matrix kept;
    {
        gguf_file const stored(test::golden_directory() / "blocks.gguf");
        kept = stored.at("Q4_0");
    }
    CHECK(dequantize(kept)(1, 5) == 0.0f);
    CHECK(kept.bytes() == 3 * 2 * 18);
    CHECK(kept.bits_per_weight() == 4.5);
    CHECK(encode(ggml_type::q8_0, matrix<float>(2, 32)).bits_per_weight() == 8.5);
}

TEST_CASE("weights that a type cannot hold are refused instead of spoiling their block") {
    auto const with = [](float value) {
        matrix<float> w(1, 32);
        w(0, 7) = value;
        return w;
    };
    for (auto const& [name, type] : kinds) {
        CAPTURE(name);
        CHECK_THROWS_WITH_AS(encode(type, with(NAN)), doctest::Contains("weight 7"),
                             shape_error);
        CHECK_THROWS_AS(encode(type, with(INFINITY)), shape_error);
    }
    CHECK_THROWS_AS(encode(ggml_type::f16, with(65536)), shape_error); // would become infinity
    CHECK_THROWS_AS(encode(ggml_type::q4_0, with(1e6f)), shape_error);
    CHECK_THROWS_AS(encode(ggml_type::q8_0, with(1e7f)), shape_error);
    CHECK_NOTHROW(encode(ggml_type::q8_0, with(8e6f)));
    CHECK_NOTHROW(encode(ggml_type::bf16, with(1e30f)));
}

TEST_CASE("rows that are no whole blocks, or bytes that do not fit the shape, are refused") {
    CHECK_THROWS_WITH_AS(encode(ggml_type::q4_0, matrix<float>(2, 33)),
                         doctest::Contains("no whole blocks of 32"), format_error);
    std::vector<std::byte> const bytes(34);
    CHECK_NOTHROW(gguf_matrix(ggml_type::q8_0, 1, 32, bytes, nullptr));
    CHECK_THROWS_AS(gguf_matrix(ggml_type::q8_0, 2, 32, bytes, nullptr), format_error);
    CHECK_THROWS_AS(gguf_matrix(ggml_type::q8_0, INT64_MAX, 32, bytes, nullptr), error);
    CHECK_THROWS_AS(gguf_matrix(ggml_type{4}, 1, 32, bytes, nullptr), format_error);

    // A type that is known but not computed with says so when its weights are wanted.
    std::vector<std::byte> const k(66);
    gguf_matrix const iq2(ggml_type{16}, 1, 256, k, nullptr);
    CHECK(iq2.type_name() == "IQ2_XXS");
    CHECK_THROWS_WITH_AS(dequantize(iq2), doctest::Contains("IQ2_XXS cannot be computed with"),
                         format_error);
    std::vector<std::byte> row(144);
    CHECK_THROWS_WITH_AS(encode_row(ggml_type::q4_k, row, std::vector<float>(256)),
                         doctest::Contains("cannot write"), shape_error);
}
