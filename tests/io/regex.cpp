// SPDX-License-Identifier: MIT
#include <qad/io/regex.hpp>

#include <doctest/doctest.h>

#include <vector> // vector

using namespace qad;

namespace {
/// The pieces, matches in brackets.
std::string matches_of(regex const& pattern, std::string_view text) {
    std::string out;
    pattern.each_piece(text, [&](std::string_view piece, bool matched) {
        out += matched ? "[" + std::string(piece) + "]" : std::string(piece);
    });
    return out;
}
} // namespace

TEST_CASE("pieces are the text again, cut at the matches") {
    CHECK(matches_of(regex("b+", "x"), "abbcb") == "a[bb]c[b]");
    CHECK(matches_of(regex("b+", "x"), "") == "");
    CHECK(matches_of(regex("b+", "x"), "aaa") == "aaa");
    CHECK(matches_of(regex("x*", "x"), "axxb") == "a[xx]b"); // empty matches do not show
    CHECK(matches_of(regex("x*", "x"), "日x本") == "日[x]本");
    CHECK(matches_of(regex("a.c", "x", true), "a.cabc") == "[a.c]abc"); // literal
    std::vector<std::string> parts; // an empty match cuts where it stands
    regex("(?=b)", "x").each_piece("abcb", [&](auto part, bool) { parts.emplace_back(part); });
    CHECK(parts == std::vector<std::string>{"a", "bc", "b"});
}

TEST_CASE("classes and case are those of Unicode") {
    CHECK(matches_of(regex("\\p{L}+", "x"), "aé日1") == "[aé日]1");
    CHECK(matches_of(regex("\\p{N}", "x"), "1٣²Ⅷ") == "[1][٣][²][Ⅷ]");
    CHECK(matches_of(regex("\\s+", "x"), "a\u00a0\u2003\u3000b") == "a[\u00a0\u2003\u3000]b");
    CHECK(matches_of(regex("(?i:'s)", "x"), "'S'\u017f") == "['S]['\u017f]");
    CHECK(matches_of(regex("\\s+(?!\\S)", "x"), "a   b ") == "a[  ] b[ ]");
}

TEST_CASE("white space is Unicode's, inside brackets and outside") {
    // U+180E was white space until Unicode 6.3, and still is for PCRE2's \\s.
    CHECK(matches_of(regex("\\s", "x"), "\u180e \u0085") == "\u180e[ ][\u0085]");
    CHECK(matches_of(regex("\\S", "x"), "\u180e ") == "[\u180e] ");
    CHECK(matches_of(regex("[^\\s]+", "x"), "\u180ea b") == "[\u180ea] [b]");
    CHECK(matches_of(regex("[\\S]+", "x"), "\u180ea b") == "[\u180ea] [b]");
    CHECK(matches_of(regex("[[:digit:]\\s]+", "x"), "a1 2b") == "a[1 2]b");
    CHECK(matches_of(regex("\\\\s", "x"), "\\s s") == "[\\s] s"); // a backslash and an s
}

TEST_CASE("a byte that is no UTF-8 matches nothing and stands alone") {
    std::vector<std::pair<std::string, bool>> parts;
    regex("[^b]+", "x").each_piece("a\xff\xc3 b", [&](auto part, bool matched) {
        parts.emplace_back(part, matched);
    });
    CHECK(parts == std::vector<std::pair<std::string, bool>>{
                       {"a", true}, {"\xff", false}, {"\xc3", false}, {" ", true}, {"b", false}});
}

TEST_CASE("a bad pattern is a format error that shows where it is wrong") {
    CHECK_THROWS_WITH_AS(regex("a(b", "f.json"),
                         doctest::Contains("f.json: the regular expression a(b"), format_error);
    CHECK_THROWS_AS(regex("[", "x"), format_error);
}

TEST_CASE("a pattern that runs away is an error, not an endless loop") {
    // Nested repetition backtracks exponentially; PCRE2 counts its steps.
    CHECK_THROWS_AS(matches_of(regex("(a+|b)+$", "x"), std::string(60, 'a') + "!"), error);
    CHECK_THROWS_WITH_AS(regex("(?R)", "f.json").occurs_in("a"),
                         doctest::Contains("f.json: a regular expression gave up"), error);
    // A deep but harmless recursion needs more than the machine-code stack.
    CHECK(matches_of(regex("(?:(a)|b)+", "x"), std::string(100'000, 'a')).size() == 100'002);
}
