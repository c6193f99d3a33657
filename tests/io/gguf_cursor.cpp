// SPDX-License-Identifier: MIT
#include <qad/io/gguf_cursor.hpp>

#include <doctest/doctest.h>

#include "support/bytes.hpp"

using namespace qad;

TEST_CASE("values come in order, and what is not there is not read") {
    std::string const name = "f", bytes("\x01\x02\0\0\0\x03\0\0\0\0\0\0\0abc", 16);
    gguf_cursor file(test::bytes_of(bytes), name);
    CHECK(file.take<std::uint8_t>("a byte") == 1);
    CHECK(file.take<std::uint32_t>("a number") == 2);
    CHECK(file.at() == 5);
    CHECK(file.string("a word") == "abc");
    CHECK(file.left() == 0);
    CHECK_THROWS_WITH_AS(file.take<std::uint16_t>("a width"),
                         doctest::Contains("f: at byte 16: a width needs 2 bytes, 0 are left"),
                         format_error);
}

TEST_CASE("a count is believed only as far as the file could hold it") {
    std::string const name = "f";
    for (std::uint64_t count :
         {std::uint64_t{4}, std::uint64_t{1} << 31, std::uint64_t{1} << 63, UINT64_MAX}) {
        std::string bytes(reinterpret_cast<char const*>(&count), 8);
        bytes += "0123456"; // seven bytes: three things of two
        CHECK_THROWS_WITH_AS(gguf_cursor(test::bytes_of(bytes), name).count(INT64_MAX, 2, "a list"),
                             doctest::Contains("a list announces"), format_error);
    }
    std::string const three("\3\0\0\0\0\0\0\0"
                            "0123456",
                            15);
    CHECK(gguf_cursor(test::bytes_of(three), name).count(INT64_MAX, 2, "a list") == 3);
    CHECK_THROWS_AS(gguf_cursor(test::bytes_of(three), name).count(2, 2, "a list"), format_error);
}

TEST_CASE("a value has the type that its number says; other numbers are refused") {
    std::string const name = "f", bytes(16, '\1');
    for (std::uint32_t type : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 10u, 11u, 12u}) {
        gguf_cursor file(test::bytes_of(bytes), name);
        CHECK(read_as<gguf_value>(file, type).index() == type);
    }
    for (std::uint32_t type : {13u, 0xffffffffu}) {
        gguf_cursor file(test::bytes_of(bytes), name);
        CHECK_THROWS_WITH_AS(read_as<gguf_value>(file, type), doctest::Contains("is unknown"),
                             format_error);
    }
}
