// SPDX-License-Identifier: MIT
#include <qad/decide/graded.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

std::vector<graded> const row = {
    {.id = "a",
     .prompt = "P \"1\"\n",
     .answer = " 604\n",
     .expected = " 604",
     .score = 1,
     .margin = 0.1,
     .log_likelihood = -1.0 / 3,
     .tokens = 3,
     .bucket = "edge"},
    {.id = "b",
     .prompt = "\xe2\x82\xac",
     .answer = "",
     .expected = "x",
     .score = 0,
     .margin = -2,
     .log_likelihood = -7e-12,
     .tokens = 0},
};

} // namespace

TEST_CASE("what is written is what is read, numbers to the bit") {
    test::scratch_directory const room;
    write_items(room / "row.jsonl", row);
    auto const back = read_items(room / "row.jsonl");
    REQUIRE(back.size() == row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        CHECK(back[i].id == row[i].id);
        CHECK(back[i].prompt == row[i].prompt);
        CHECK(back[i].answer == row[i].answer);
        CHECK(back[i].expected == row[i].expected);
        CHECK(back[i].score == row[i].score);
        CHECK(back[i].margin == row[i].margin);
        CHECK(back[i].log_likelihood == row[i].log_likelihood);
        CHECK(back[i].tokens == row[i].tokens);
        CHECK(back[i].bucket == row[i].bucket);
    }
    CHECK(scores_of(back) == std::vector<double>{1, 0});
}

TEST_CASE("a likelihood of zero survives, and bytes that are no text become a sign for it") {
    test::scratch_directory const room;
    std::vector<graded> odd = {{.id = "a", .answer = "\xff", .log_likelihood = -INFINITY}};
    write_items(room / "row.jsonl", odd);
    auto const back = read_items(room / "row.jsonl");
    CHECK(back[0].log_likelihood == -INFINITY);
    CHECK(back[0].answer == "\xef\xbf\xbd");
}

TEST_CASE("a file of something else is an error with its line") {
    test::scratch_directory const room;
    auto const refused = [&](std::string const& text, char const* because) {
        write_text(room / "row.jsonl", text);
        CHECK_THROWS_WITH_AS(read_items(room / "row.jsonl"), doctest::Contains(because),
                             format_error);
    };
    write_items(room / "row.jsonl", row);
    std::string const good(mapped_file(room / "row.jsonl").text());
    refused(good + "{}", "row.jsonl:3: \"id\" must be a string");
    refused("7", "row.jsonl:1: must be a JSON object");
    refused(good.substr(0, good.size() - 5), "row.jsonl:2: not valid JSON");
    std::string worse = good;
    worse.replace(worse.find("\"score\":1.0"), 11, "\"score\":\"1\"");
    refused(worse, "\"score\" must be a number");
}

TEST_CASE("rows of other items cannot be compared") {
    auto other = row;
    CHECK_NOTHROW(require_same_items(row, other));
    other[1].answer = "another answer is what a comparison is for";
    CHECK_NOTHROW(require_same_items(row, other));
    std::swap(other[0], other[1]);
    CHECK_THROWS_WITH_AS(require_same_items(row, other), doctest::Contains("item 1 is \"a\""),
                         shape_error);
    other = row;
    other[1].expected = "y";
    CHECK_THROWS_AS(require_same_items(row, other), shape_error);
    other.pop_back();
    CHECK_THROWS_WITH_AS(require_same_items(row, other),
                         doctest::Contains("2 items, the other 1"), shape_error);
}
