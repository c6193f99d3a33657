// SPDX-License-Identifier: MIT
#include <qad/io/safetensors.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// A file in memory: the header's length (or `length`), the header, the data.
std::string file_of(std::string const& header, std::string const& data = "",
                    std::optional<std::uint64_t> length = {}) {
    std::uint64_t const n = length.value_or(header.size());
    return std::string(reinterpret_cast<char const*>(&n), 8) + header + data;
}
safetensors_content parse(std::string const& file) {
    return parse_safetensors(std::as_bytes(std::span(file)), "test.safetensors");
}
/// The message of the format_error that the file must give.
std::string refusal(std::string const& file) {
    try {
        parse(file);
    } catch (format_error const& problem) { return problem.what(); }
    return "accepted";
}
bool says(std::string const& message, std::string const& part) {
    CAPTURE(message);
    CHECK(message.starts_with("qad: test.safetensors"));
    CHECK(message.find(part) != message.npos);
    return message.find(part) != message.npos;
}
std::string one(std::string const& entry, std::string const& data = "") {
    return file_of(R"({"w":)" + entry + "}", data);
}
std::string header_w(std::string const& dtype, std::string const& shape,
                     std::string const& offsets) {
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}";
}

} // namespace

TEST_CASE("the file of 100 bytes that the format's sheet spells out is read to the value") {
    std::string const header =
        R"({"__metadata__":{"format":"pt"},"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}   )";
    std::string const file = file_of(header, std::string("\x00\x3c\x00\xc0", 4));
    auto const content = parse(file);
    CHECK(content.metadata.at("format") == "pt");
    REQUIRE(content.tensors.size() == 1);
    auto const w = float_matrix(content.tensors[0]);
    CHECK(w(0, 0) == 1.0f);
    CHECK(w(0, 1) == -2.0f);
}

TEST_CASE("legal oddities are read: blanks around the object, scalars, empty tensors") {
    CHECK(parse(file_of("{} \r\t\n")).tensors.empty());
    CHECK(parse(file_of("\t\n{}\r ")).tensors.empty());
    CHECK(parse(one(header_w("F32", "[]", "[0,4]"), "abcd")).tensors[0].rows() == 1);
    CHECK(parse(one(header_w("F32", "[2,0]", "[0,0]"))).tensors[0].cols() == 0);
    // A trillion rows of nothing take no time.
    auto const rows = one(header_w("F32", "[1099511627776,0]", "[0,0]"));
    CHECK(float_matrix(parse(rows).tensors[0]).size() == 0);
}

TEST_CASE("every element type is found under its name, with the values that torch gave it") {
    // make_goldens.py: (0 1 2 3 0 1) in each type, by the safetensors package.
    safetensors_file const file(test::golden_directory() / "types.safetensors");
    CHECK(file.metadata().at("note") == "zwölf Typen");
    auto const check = [&]<class T>(char const* name, T) {
        auto const stored = stored_matrix<T>(file.at(name));
        REQUIRE(stored.rows() == 2);
        for (index_t i = 0; i < 6; ++i) {
            CHECK(static_cast<float>(stored.view()(i / 3, i % 3)) == static_cast<float>(i % 4));
        }
    };
    check("float64", 0.0);
    check("float32", 0.0f);
    check("float16", fp16{});
    check("bfloat16", bf16{});
    check("int64", std::int64_t{});
    check("int32", std::int32_t{});
    check("int8", std::int8_t{});
    check("uint8", std::uint8_t{});
    CHECK(file.at("float8_e4m3fn").dtype == data_type::f8_e4m3);
    CHECK(file.at("bool").dtype == data_type::boolean);
    CHECK(file.at("scalar").shape.empty());
    CHECK(file.at("empty").shape == std::vector<index_t>{2, 0});
    CHECK(file.contains("name with \"quotes\" and ü"));
}

TEST_CASE("tensors outlive the reader, and unaligned ones are copied instead of cast") {
    std::optional<shared_matrix<float>> kept;
    {
        test::scratch_directory scratch;
        // The header has an odd length, so the floats lie at an odd address.
        std::string const header =
            R"({"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})";
        float const values[] = {1.5f, -2.5f};
        write_text(scratch / "odd", file_of(header + (header.size() % 2 ? "" : " "),
                                            {reinterpret_cast<char const*>(values), 8}));
        safetensors_file const file(scratch / "odd");
        kept = stored_matrix<float>(file.at("w"));
    }
    CHECK(kept->row(0)[0] == 1.5f);
    CHECK(kept->row(0)[1] == -2.5f);
}

TEST_CASE("a file cut anywhere is one clear error, never a wrong tensor") {
    // Must-show 7. The golden has 21 tensors; the cut goes through length, header and data.
    mapped_file const whole(test::golden_directory() / "llama-bf16" / "model.safetensors");
    auto const bytes = whole.bytes();
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), 8);
    for (std::size_t length = 0; length < bytes.size();
         length += length < header + 32 ? 1 : 997) {
        CAPTURE(length);
        CHECK_THROWS_AS(parse_safetensors(bytes.first(length), "cut"), format_error);
    }
    CHECK(parse_safetensors(bytes, "whole").tensors.size() == 21);
}

TEST_CASE("hostile and damaged headers are refused with the reason") {
    auto const four = header_w("I32", "[1]", "[0,4]");
    says(refusal(file_of("{}", "", std::uint64_t{1} << 63)), "announce");
    says(refusal(file_of("{}", "", 100'000'001)), "announce");
    says(refusal(file_of("{}", "", 3)), "announce");
    says(refusal(file_of("\xff")), "JSON");
    says(refusal(file_of("{")), "JSON");
    says(refusal(file_of("[]")), "object");
    says(refusal(file_of(std::string("{}\0{}", 5))), "NUL");
    says(refusal(file_of("\xef\xbb\xbf{}")), "byte order mark");
    says(refusal(one(header_w("I32", "[2,2]", "[0,4]"), "abcd")), "needs 16");
    says(refusal(one(header_w("I8", "[2,2]", "[0,16]"), std::string(16, 'x'))), "needs 4");
    says(refusal(one(four, "abcdX")), "after the last tensor");
    says(refusal(one(four, "ab")), "truncated");
    says(refusal(one(header_w("I32", "[2,18446744073709551614]", "[0,4]"), "abcd")),
         "whole number");
    says(refusal(one(header_w("I32", "[2,9223372036854775807]", "[0,4]"), "abcd")),
         "overflows");
    says(refusal(one(header_w("I32", "[0,4294967296,4294967296]", "[0,0]"))), "overflows");
    says(refusal(one(header_w("I32", "[9223372036854775808]", "[0,4]"), "abcd")),
         "whole number");
    says(refusal(one(header_w("I32", "[-1]", "[0,4]"), "abcd")), "whole number");
    says(refusal(one(header_w("I32", "[1.0]", "[0,4]"), "abcd")), "whole number");
    says(refusal(one(header_w("I32", "[\"1\"]", "[0,4]"), "abcd")), "whole number");
    says(refusal(one(header_w("I32", "[1]", "[4,0]"), "abcd")), "data_offsets");
    says(refusal(one(header_w("I32", "[1]", "[0,4,8]"), "abcd")), "two data_offsets");
    says(refusal(one(header_w("I32", "[1]", "[0,9223372036854775807]"), "abcd")), "needs 4");
    says(refusal(one(header_w("F12", "[1]", "[0,4]"), "abcd")), "dtype F12");
    says(refusal(one(header_w("F4", "[1]", "[0,0]"))), "whole byte");
    says(refusal(one("[]")), "JSON object");
    says(refusal(one("{}")), "dtype");
    says(refusal(file_of(R"({"w":)" + four + R"(,"w":)" + four + "}", "abcd")), "twice");
    says(refusal(file_of(R"({"__metadata__":{"a":1}})")), "__metadata__");
    says(refusal(file_of(R"({"__metadata__":[]})")), "__metadata__");
    says(refusal(file_of(R"({"a":)" + four + R"(,"b":)" + header_w("I32", "[1]", "[5,9]") + "}",
                         "abcdefghi")),
         "overlap or leave a hole");
    says(refusal("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
         "git lfs pull");

    // Ten tensors over the same bytes: small file, large demand.
    std::string many = "{";
    for (char name = 'a'; name < 'k'; ++name) {
        many += std::string(name == 'a' ? "" : ",") + '"' + name +
                "\":" + header_w("I32", "[4]", "[0,16]");
    }
    says(refusal(file_of(many + "}", std::string(16, 'x'))), "overlap");

    // A million brackets must not cost a million stack frames.
    says(refusal(file_of(std::string(1'000'000, '['))), "nested");
    std::string objects;
    for (int i = 0; i < 100'000; ++i) { objects += "{\"a\":"; }
    says(refusal(file_of(objects)), "nested");
}

TEST_CASE("a missing tensor is named, with those that look like it") {
    safetensors_file const file(test::golden_directory() / "llama-bf16" / "model.safetensors");
    try {
        file.at("model.layers.0.mlp.down.weight");
        FAIL("accepted");
    } catch (format_error const& problem) {
        std::string const message = problem.what();
        CHECK(message.find("model.layers.0.mlp.down.weight") != message.npos);
        CHECK(message.find("model.layers.0.mlp.down_proj.weight") != message.npos);
    }
    CHECK_THROWS_AS(safetensors_file("/nonexistent"), io_error);
}

TEST_CASE("a tensor of another type or shape is an error that names both") {
    safetensors_file const file(test::golden_directory() / "llama-bf16" / "model.safetensors");
    auto const& norm = file.at("model.norm.weight");
    CHECK_THROWS_WITH_AS(stored_matrix<float>(norm), doctest::Contains("is BF16, not F32"),
                         format_error);
    CHECK_THROWS_WITH_AS(require_shape(norm, {33}),
                         doctest::Contains("[32] but config.json asks for [33]"), format_error);
    CHECK_NOTHROW(require_shape(norm, {32}));
    safetensors_file const types(test::golden_directory() / "types.safetensors");
    CHECK_THROWS_WITH_AS(float_matrix(types.at("int64")), doctest::Contains("F32, BF16 or F16"),
                         format_error);
}
