// SPDX-License-Identifier: MIT
#include <qad/core/error.hpp>

#include <doctest/doctest.h>

#include <string>      // string
#include <string_view> // string_view

using namespace qad;

TEST_CASE("a message is its parts, one after the other, numbers in their shortest form") {
    CHECK(text("row ", 3, " of ", std::int64_t{7}) == "row 3 of 7");
    CHECK(text(std::string("a"), std::string_view("b"), 'c', "d") == "abcd");
    CHECK(text(0.5, " ", 1e-9, " ", 3.0f, " ", 1234567.0) == "0.5 1e-09 3 1.23457e+06");
    CHECK(text(-1, " ", 18446744073709551615ULL) == "-1 18446744073709551615");
    CHECK(text() == "");
}

TEST_CASE("fail throws what was asked for, with the library's name in front") {
    CHECK_THROWS_WITH_AS(fail("size ", 3), "qad: size 3", error);
    CHECK_THROWS_WITH_AS(fail<shape_error>("x"), "qad: x", shape_error);
    CHECK_THROWS_WITH_AS(fail<format_error>("x"), "qad: x", format_error);
    CHECK_THROWS_WITH_AS(fail<io_error>("x"), "qad: x", io_error);
}

TEST_CASE("one catch is enough: every error of the library is an error and a runtime_error") {
    static_assert(std::is_base_of_v<error, shape_error> && std::is_base_of_v<error, format_error>);
    static_assert(std::is_base_of_v<error, io_error> && std::is_base_of_v<std::runtime_error, error>);
    // Kinds are told apart: bad bytes are not a bad shape.
    CHECK_THROWS_AS(fail<io_error>(""), error const&);
    static_assert(!std::is_base_of_v<format_error, shape_error>);
    static_assert(!std::is_base_of_v<shape_error, format_error>);
}
