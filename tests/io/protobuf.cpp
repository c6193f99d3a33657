// SPDX-License-Identifier: MIT
#include <qad/io/protobuf.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("fields of every kind") {
    // 1: 150; 2: "testing"; 3: float 1; 4: 64 bits (the encoding guide's examples, and two more)
    std::string const bytes("\x08\x96\x01\x12\x07testing\x1d\0\0\x80\x3f\x21\1\2\3\4\5\6\7\x08",
                            26);
    protobuf_reader reader(bytes, "x");
    protobuf_field field;
    REQUIRE(reader.next(field));
    CHECK(field.number == 1);
    CHECK(field.value == 150);
    REQUIRE(reader.next(field));
    CHECK(field.bytes == "testing");
    REQUIRE(reader.next(field));
    CHECK(field.real() == 1.0f);
    REQUIRE(reader.next(field));
    CHECK(field.value == 0x0807060504030201);
    CHECK_FALSE(reader.next(field));
}

TEST_CASE("bytes that are no message are refused with the place") {
    auto const refused = [](std::string const& bytes, char const* because) {
        protobuf_reader reader(bytes, "f.model");
        protobuf_field field;
        CHECK_THROWS_WITH_AS(reader.next(field), doctest::Contains(because), format_error);
    };
    refused(std::string("\x12\x07test"), "longer than what is left");
    refused(std::string("\x08"), "f.model: byte 1 of a message of 1");
    refused(std::string("\x0b"), "a kind that does not exist"); // groups
    refused(std::string("\x00\x00", 2), "without a number");
    refused("\x08" + std::string(10, '\xff'), "more than 64 bits");
    refused(std::string("\x1d\0\0", 3), "longer than what is left");
}
