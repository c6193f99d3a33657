// SPDX-License-Identifier: MIT
#include <qad/io/json.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("nesting is limited, whatever it consists of, and counts levels, not brackets") {
    auto const nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    CHECK_NOTHROW(parse_json(nested(json_depth_limit), "x"));
    CHECK_THROWS_WITH_AS(parse_json(nested(json_depth_limit + 1), "x"),
                         doctest::Contains("nested"), format_error);
    CHECK_THROWS_WITH_AS(parse_json(std::string(2'000'000, '['), "x"),
                         doctest::Contains("nested"), format_error);
    CHECK_NOTHROW(parse_json("[\"" + std::string(1000, '[') + "\"]", "x"));
    std::string flat = "[";
    for (int i = 0; i < 1000; ++i) { flat += i ? ",[]" : "[]"; }
    CHECK(parse_json(flat + "]", "x").size() == 1000);
}

TEST_CASE("a key may come once in an object, and again in another") {
    CHECK_NOTHROW(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})", "x"));
    CHECK_THROWS_WITH_AS(parse_json(R"({"a":1,"b":2,"a":3})", "x"),
                         doctest::Contains("'a' occurs twice"), format_error);
    CHECK_THROWS_AS(parse_json(R"({"b":[{"a":1,"\u0061":2}]})", "x"), format_error);
}

TEST_CASE("an error names the file and the byte in it, counted from the file's beginning") {
    CHECK_THROWS_WITH_AS(parse_json("{\"a\" 1}", "f.json", 8),
                         doctest::Contains("f.json: not valid JSON at byte 14"), format_error);
    for (std::string bad :
         {"", " ", "{", "nul", "1 2", "[1,]", "{a:1}", "'a'", "\"\xff\"", "NaN", "1e999", "// c\n1"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_json(bad, "x"), format_error);
    }
    CHECK_THROWS_AS(parse_json(std::string("{}\0", 3), "x"), format_error);
}

TEST_CASE("whole numbers are taken within their bounds and from no other kind of value") {
    CHECK(integer_in(json(5), 5, 5, "n") == 5);
    CHECK(integer_in(json(INT64_MAX), 0, INT64_MAX, "n") == INT64_MAX);
    CHECK(integer_in(json(-3), -3, 0, "n") == -3);
    for (json const& bad :
         {json(4), json(6), json(-5), json(5.0), json("5"), json(nullptr), json(UINT64_MAX)}) {
        CHECK_THROWS_WITH_AS(integer_in(bad, 5, 5, "n"),
                             doctest::Contains("n must be a whole number from 5 to 5"),
                             format_error);
    }
    CHECK_THROWS_AS(integer_in(json(std::uint64_t{1} << 63), 0, INT64_MAX, "n"), format_error);
}
