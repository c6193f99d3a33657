// SPDX-License-Identifier: MIT
#include <qad/io/gguf.hpp>

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// Builds files byte by byte, the bad ones too.
struct file_builder {
    std::string out = "GGUF";

    template <class T> file_builder& put(T value) {
        out.append(reinterpret_cast<char const*>(&value), sizeof value);
        return *this;
    }
    file_builder& u32(std::uint64_t value) { return put(static_cast<std::uint32_t>(value)); }
    file_builder& u64(std::uint64_t value) { return put(value); }
    file_builder& string(std::string const& value) {
        u64(value.size());
        out += value;
        return *this;
    }
    file_builder& head(std::uint64_t tensors, std::uint64_t keys) {
        return u32(3).u64(tensors).u64(keys);
    }
    file_builder& tensor(std::string const& name, std::vector<std::uint64_t> dims,
                         std::uint32_t type, std::uint64_t offset) {
        string(name).u32(dims.size());
        for (auto d : dims) { u64(d); }
        return u32(type).u64(offset);
    }
    file_builder& data(std::size_t bytes) {
        out.resize((out.size() + 31) / 32 * 32);
        out.resize(out.size() + bytes, 'x');
        return *this;
    }
    gguf_content parse() const {
        return parse_gguf(std::as_bytes(std::span(out)), "test.gguf");
    }
};
file_builder start() { return {}; }

void refused_file(file_builder const& file, char const* because) {
    CAPTURE(because);
    CHECK_THROWS_WITH_AS(file.parse(), doctest::Contains(because), format_error);
    CHECK_THROWS_WITH_AS(file.parse(), doctest::Contains("test.gguf"), format_error);
}

} // namespace

TEST_CASE("every kind of key has exactly the type and the value that the gguf package wrote") {
    gguf_file const file(test::golden_directory() / "blocks.gguf");
    CHECK(file.get<std::uint8_t>("kind.u8") == 200);
    CHECK(file.get<std::int8_t>("kind.i8") == -100);
    CHECK(file.get<std::uint16_t>("kind.u16") == 60000);
    CHECK(file.get<std::int16_t>("kind.i16") == -30000);
    CHECK(file.get<std::uint32_t>("kind.u32") == 4000000000);
    CHECK(file.get<std::int32_t>("kind.i32") == -2000000000);
    CHECK(file.get<float>("kind.f32") == 0.1f);
    CHECK(file.get<bool>("kind.bool"));
    CHECK(file.get<std::string>("kind.string") == "Größe");
    CHECK(file.get<std::uint64_t>("kind.u64") == std::uint64_t{1} << 63);
    CHECK(file.get<std::int64_t>("kind.i64") == INT64_MIN);
    CHECK(file.get<double>("kind.f64") == 0.1);
    CHECK(file.get<std::vector<std::string>>("kind.strings") ==
          std::vector<std::string>{"a", "", "b"});
    CHECK(file.get<std::vector<std::int32_t>>("kind.numbers") ==
          std::vector<std::int32_t>{1, -2, 3});
    CHECK(file.get<std::vector<bool>>("kind.bools") == std::vector<bool>{true, false});

    // u32 is not i32: whoever asks for the other type is told.
    CHECK_THROWS_WITH_AS(file.get<std::int32_t>("kind.u32"),
                         doctest::Contains("kind.u32 is u32"), format_error);
    CHECK_THROWS_WITH_AS(file.get<std::uint32_t>("kind.numbers"),
                         doctest::Contains("array of i32"), format_error);
    CHECK_THROWS_WITH_AS(file.get<std::uint32_t>("kind.none"), doctest::Contains("is missing"),
                         format_error);
    CHECK(file.get<std::uint32_t>("kind.none", 7) == 7);
    CHECK_THROWS_WITH_AS(file.at("none"), doctest::Contains("no tensor 'none'"), format_error);
}

TEST_CASE("the smallest file of the format's sheet: 110 bytes of header, 192 in all") {
    auto file = start().head(1, 1).string("general.architecture").u32(8).string("llama");
    file.tensor("w", {32, 1}, 8, 0);
    CHECK(file.out.size() == 110);
    file.data(64);
    CHECK(file.out.size() == 192);
    CHECK(file.out.substr(0, 24) ==
          std::string("GGUF\3\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 24));
    auto const content = file.parse();
    CHECK(content.tensors.at(0).bytes.size() == 34);
    CHECK(content.tensors.at(0).rows() == 1);
}

TEST_CASE("a file cut anywhere is one clear error") {
    // Must-show 7. Through the keys, the tensor descriptions and the data.
    mapped_file const whole(test::golden_directory() / "blocks.gguf");
    auto const last = parse_gguf(whole.bytes(), "whole").tensors.back().bytes;
    auto const end = static_cast<std::size_t>(last.data() + last.size() - whole.bytes().data());
    for (std::size_t length = 0; length < end; ++length) {
        CAPTURE(length);
        CHECK_THROWS_WITH_AS(parse_gguf(whole.bytes().first(length), "cut.gguf"),
                             doctest::Contains("cut.gguf"), format_error);
    }
    CHECK_NOTHROW(
        parse_gguf(whole.bytes().first(end), "whole")); // the last padding may be missing
}

TEST_CASE("hostile and damaged files are refused with the reason") {
    auto wrong_magic = start().head(0, 0);
    wrong_magic.out[0] = 'g';
    refused_file(wrong_magic, "does not begin with GGUF");
    refused_file(start().u32(1).u64(0).u64(0), "version 1");
    refused_file(start().u32(4).u64(0).u64(0), "version 4");
    refused_file(start().u32(3 << 24).u64(0).u64(0), "big-endian");
    CHECK_NOTHROW(start().u32(2).u64(0).u64(0).parse());

    // Counts and lengths beyond the file, up to 2^63.
    std::uint64_t const huge = std::uint64_t{1} << 63;
    refused_file(start().head(huge, 0), "tensor count");
    refused_file(start().head(0, huge), "key count");
    refused_file(start().head(0, 1000), "key count");
    refused_file(start().head(0, 1).u64(huge).u64(0), "a key announces");
    refused_file(start().head(0, 1).string("k").u32(8).u64(huge), "a string announces");
    refused_file(start().head(0, 1).string("k").u32(9).u32(0).u64(huge), "an array announces");
    refused_file(start().head(0, 1).string("k").u32(9).u32(8).u64(1 << 20), "an array announces");

    // Keys.
    refused_file(start().head(0, 1).string("").u32(0).put<char>(0), "empty key");
    refused_file(start().head(0, 2).string("k").u32(4).u32(1).string("k").u32(4).u32(1),
            "occurs twice");
    refused_file(start().head(0, 1).string("k").u32(13).u64(0), "value type 13");
    refused_file(start().head(0, 1).string("k").u32(9).u32(9).u32(9).u64(1), "array of arrays");
    refused_file(start().head(0, 1).string("general.alignment").u32(4).u32(24), "power of two");
    refused_file(start().head(0, 1).string("general.alignment").u32(4).u32(0), "power of two");
    refused_file(start().head(0, 1).string("general.alignment").u32(10).u64(32), "is u64");

    // Tensors.
    auto const with = [](std::string const& name, std::vector<std::uint64_t> const& dims,
                         std::uint32_t type, std::uint64_t offset = 0) {
        return start().head(1, 0).tensor(name, dims, type, offset).data(64);
    };
    CHECK(with("w", {16}, 0).parse().tensors.at(0).cols() == 16);
    CHECK(with(std::string(63, 'w'), {16}, 0).parse().tensors.size() == 1);
    refused_file(with(std::string(64, 'w'), {16}, 0), "63 bytes");
    refused_file(with("w", {1, 1, 1, 1, 1}, 0), "5 dimensions");
    refused_file(with("w", {huge}, 0), "overflows");
    refused_file(with("w", {std::uint64_t{1} << 32, std::uint64_t{1} << 32}, 0), "overflows");
    refused_file(with("w", {std::uint64_t{1} << 61}, 0), "overflows"); // 2^63 bytes
    refused_file(with("w", {std::uint64_t{1} << 60}, 0), "truncated"); // and no sum beyond
    refused_file(with("w", {0, std::uint64_t{1} << 62}, 0), "dimension of 0");
    refused_file(with("w", {16}, 4), "unknown type 4");
    refused_file(with("w", {16}, 99), "unknown type 99");
    refused_file(with("w", {16}, 8), "whole blocks of Q8_0");
    refused_file(with("w", {17}, 0), "truncated");
    refused_file(with("w", {16}, 0, 32), "overlap or leave a hole");
    refused_file(with("w", {16}, 0, huge), "overflows");
    auto const two = [](std::uint64_t offset) {
        return start().head(2, 0).tensor("a", {8}, 0, 0).tensor("b", {8}, 0, offset).data(64);
    };
    CHECK(two(32).parse().tensors.size() == 2);
    refused_file(two(0), "overlap");
    refused_file(two(64), "hole");
    refused_file(start().head(2, 0).tensor("a", {8}, 0, 0).tensor("a", {8}, 0, 32).data(64),
            "occurs twice");
}

TEST_CASE("random damage never crashes the reader") {
    // Every byte of the header set to 0, 0xff and one more: either an error of ours, or a file
    // whose tensors all lie inside it.
    mapped_file const whole(test::golden_directory() / "blocks.gguf");
    std::string bytes(whole.text());
    auto const header =
        parse_gguf(whole.bytes(), "x").tensors.front().bytes.data() - whole.bytes().data();
    for (std::size_t at = 0; at < static_cast<std::size_t>(header); ++at) {
        char const old = bytes[at];
        for (char value : {'\0', '\xff', static_cast<char>(old + 1)}) {
            bytes[at] = value;
            try {
                auto const content = parse_gguf(std::as_bytes(std::span(bytes)), "x");
                for (auto const& tensor : content.tensors) {
                    auto const* end = tensor.bytes.data() + tensor.bytes.size();
                    CHECK(end <= std::as_bytes(std::span(bytes)).data() + bytes.size());
                }
            } catch (error const&) {}
        }
        bytes[at] = old;
    }
}
