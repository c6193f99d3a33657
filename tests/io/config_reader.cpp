// SPDX-License-Identifier: MIT
#include <qad/io/config_reader.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("every member is checked and named") {
    json const object = {{"n", 3}, {"x", 0.5}, {"list", {1, 2.5}}, {"bad", {1, -2}}, {"word", "b"}, {"flag", true}};
    detail::config_reader const in{object, "file"};
    CHECK(in.size("n") == 3);
    CHECK(in.size("absent", 7) == 7);
    CHECK(in.positive("x") == 0.5);
    CHECK(in.flag("flag", false));
    CHECK(in.positives("list") == std::vector<double>{1, 2.5});
    CHECK(in.positives("absent").empty());
    CHECK_NOTHROW(in.only("word", {"a", "b"}));
    CHECK_THROWS_WITH_AS(in.positives("bad"), doctest::Contains("file: bad must be a positive number, not -2"),
                         format_error);
    CHECK_THROWS_WITH_AS(in.positives("n"), doctest::Contains("file: n must be a list"), format_error);
    CHECK_THROWS_WITH_AS(in.only("word", {"a", "c"}), doctest::Contains("supported: a, c"), format_error);
    CHECK_THROWS_WITH_AS(in.size("absent"), doctest::Contains("absent"), format_error);
}
