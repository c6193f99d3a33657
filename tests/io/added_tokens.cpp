// SPDX-License-Identifier: MIT
#include <qad/io/added_tokens.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
/// Text as it is, ^ where nothing stands before it, tokens in brackets by number, bars between.
std::string cut(added_tokens const& added, std::string_view text, bool special = true) {
    std::string out;
    auto const next = [&](std::string const& part) { out += (out.empty() ? "" : "|") + part; };
    added.split(
        text, special,
        [&](std::string_view part, bool first) { next((first ? "^" : "") + std::string(part)); },
        [&](added_token const& token) { next("[" + std::to_string(token.id) + "]"); });
    return out;
}
} // namespace

TEST_CASE("the longest token at the leftmost place wins") {
    added_tokens const added({{.content = "<a>", .id = 1},
                              {.content = "<a><a>", .id = 2},
                              {.content = "<", .id = 3}});
    CHECK(cut(added, "x<a>y") == "^x|[1]|y");
    CHECK(cut(added, "<a><a><a>") == "[2]|[1]");
    CHECK(cut(added, "<b") == "[3]|b");
    CHECK(cut(added, "") == "");
    CHECK(cut(added_tokens(), "<a>") == "^<a>");
}

TEST_CASE("special tokens can be read as text, others cannot") {
    added_tokens const added(
        {{.content = "<s>", .id = 1, .special = true}, {.content = "<t>", .id = 2}});
    CHECK(cut(added, "<s><t>") == "[1]|[2]");
    CHECK(cut(added, "<s><t>", false) == "^<s>|[2]");
    // One that is passed over hides what it contains, as in the package.
    added_tokens const inner(
        {{.content = "<s>", .id = 1, .special = true}, {.content = "s", .id = 2}});
    CHECK(cut(inner, "<s>s", false) == "^<s>|[2]");
}

TEST_CASE("white space around a token is swallowed where it says so, and only once") {
    added_tokens const added({{.content = "<l>", .id = 1, .lstrip = true},
                              {.content = "<r>", .id = 2, .rstrip = true}});
    CHECK(cut(added, "a \t\n<l> b") == "^a|[1]| b");
    CHECK(cut(added, "a <r>\u2003\u00a0 b") == "^a |[2]|b");
    CHECK(cut(added, "<r>  <l>") == "[2]|[1]");
    CHECK(cut(added, "  <l>") == "[1]");
}

TEST_CASE("a token that is a word is not found inside one") {
    added_tokens const added({{.content = "the", .id = 1, .single_word = true}});
    CHECK(cut(added, "the end of the") == "[1]| end of |[1]");
    CHECK(cut(added, "other them the_ éthe the1") == "^other them the_ éthe the1");
    CHECK(cut(added, "the² the\u2167") == "[1]|² the\u2167"); // a Roman numeral is a letter, ² is not
    CHECK(cut(added, "(the)") == "^(|[1]|)");
}

TEST_CASE("tokens that match normalized text come after those that match raw text") {
    added_tokens const added(
        {{.content = "ab", .id = 1, .normalized = true}, {.content = "b", .id = 2}});
    CHECK(cut(added, "abab") == "^a|[2]|a|[2]");
}

TEST_CASE("normalized tokens are looked for as they would be normalized themselves") {
    added_tokens const added({{.content = "AB", .id = 1, .normalized = true}, {.content = "C", .id = 2}},
                             [](std::string_view text) { return "_" + to_lower(text); });
    CHECK(cut(added, "abC_Abab") == "[1]|[2]|_|[1]|ab"); // "ab" is "_ab", and so is "_Ab" inside
    CHECK(cut(added, "xCY") == "^_x|[2]|_y");
}

TEST_CASE("the search goes on behind a token, not behind the white space that it swallows") {
    added_tokens const added({{.content = "<r>", .id = 1, .rstrip = true}, {.content = " ", .id = 2}});
    CHECK(cut(added, "<r>  x") == "[1]|[2]|[2]|x");
}

TEST_CASE("bytes that are no UTF-8 beside a token do no harm") {
    added_tokens const added(
        {{.content = "<x>", .id = 1, .single_word = true, .lstrip = true, .rstrip = true}});
    CHECK(cut(added, "\xff<x>\xe2\x82") == "^\xff|[1]|\xe2\x82");
    CHECK(cut(added, "\x80\x80\x80\x80\x80<x>\x80") == "^\x80\x80\x80\x80\x80|[1]|\x80");
}
