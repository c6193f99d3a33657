// SPDX-License-Identifier: MIT
#include <qad/io/tensor_stream.hpp>

#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

#include "support/bytes.hpp"

using namespace qad;

TEST_CASE("header, tensors and padding follow each other; empty tensors need no bytes") {
    test::scratch_directory scratch;
    tensor_stream stream(scratch / "x", "HEAD", {{"none", 0}, {"a", 5}, {"b", 4}, {"last", 0}},
                         4);
    stream.write("a", test::bytes_of("12"));
    stream.write("a", test::bytes_of(""));
    stream.write("b", test::bytes_of("6789")); // tensors need not wait for each other
    stream.write("a", test::bytes_of("345"));
    stream.commit();
    CHECK(mapped_file(scratch / "x").text() == std::string_view("HEAD12345\0\0\0"
                                                                "6789",
                                                                16));
}

TEST_CASE("what was not announced is refused, and the file does not appear") {
    test::scratch_directory scratch;
    {
        tensor_stream stream(scratch / "x", "", {{"a", 2}, {"b", 1}});
        CHECK_THROWS_WITH_AS(stream.write("c", test::bytes_of("1")),
                             doctest::Contains("'c' came, but was not declared"), shape_error);
        CHECK_THROWS_WITH_AS(stream.write("a", test::bytes_of("123")),
                             doctest::Contains("declared with 2 bytes"), shape_error);
        stream.write("a", test::bytes_of("12"));
        CHECK_THROWS_WITH_AS(stream.commit(),
                             doctest::Contains("'b' is incomplete (0 of 1 bytes)"),
                             shape_error);
        stream.write("b", test::bytes_of("3"));
        CHECK_THROWS_WITH_AS(stream.write("b", test::bytes_of("4")),
                             doctest::Contains("declared with 1 bytes"), shape_error);
    }
    CHECK(scratch.empty()); // no temporary file either
}
