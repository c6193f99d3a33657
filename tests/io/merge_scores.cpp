// SPDX-License-Identifier: MIT
#include <qad/io/merge_scores.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("a word scores by the first merge that makes it") {
    json model = {
        {"vocab",
         {{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}, {"abc", 4}, {"bc", 5}, {"<0x0A>", 6}}},
        {"merges", {"a b", json::array({"ab", "c"}), "b c", "a bc"}}};
    std::map<std::string, float> const expected = {{"ab", 0}, {"abc", -1}, {"bc", -2}};
    CHECK(merge_scores(model, "x") == expected);
    // By scores any two neighbours join whose texts are a word, so all such merges must be there.
    model["merges"] = {"a b", "ab c", "b c"};
    CHECK_THROWS_WITH_AS(merge_scores(model, "x"),
                         doctest::Contains("no merge joins 'a' and 'bc', although 'abc'"),
                         format_error);
    CHECK_THROWS_AS(merge_scores({{"vocab", 1}}, "x"), format_error);
    model["merges"] = {1};
    CHECK_THROWS_WITH_AS(merge_scores(model, "x"), doctest::Contains("a merge must be"),
                         format_error);
}
