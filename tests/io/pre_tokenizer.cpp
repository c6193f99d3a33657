// SPDX-License-Identifier: MIT
#include <qad/io/pre_tokenizer.hpp>

#include "support/tokenizer_steps.hpp" // each_step

#include <doctest/doctest.h>

using namespace qad;

namespace {
using pieces = std::vector<std::string>;
pieces pieces_of(json const& description, std::string_view text) {
    pieces out;
    pre_tokenizer(description, "x").split(text, [&](std::string_view piece) {
        out.emplace_back(piece);
    });
    return out;
}
json level(bool space = false, bool words = true) {
    return {{"type", "ByteLevel"}, {"add_prefix_space", space}, {"use_regex", words}};
}
json sequence(json const& parts) { return {{"type", "Sequence"}, {"pretokenizers", parts}}; }
json split(std::string const& pattern, std::string const& behavior, bool invert = false) {
    return {{"type", "Split"},
            {"pattern", {{"Regex", pattern}}},
            {"behavior", behavior},
            {"invert", invert}};
}
} // namespace

TEST_CASE("GPT-2's words: a space joins what follows, the last one of several") {
    CHECK(pieces_of(level(), "Hello world") == pieces{"Hello", " world"});
    CHECK(pieces_of(level(), "it's 12ab!?") == pieces{"it", "'s", " 12", "ab", "!?"});
    CHECK(pieces_of(level(), "a   b") == pieces{"a", "  ", " b"});
    CHECK(pieces_of(level(), "a \n") == pieces{"a", " \n"});
    CHECK(pieces_of(level(), "") == pieces{});
}

TEST_CASE("Llama 3's words: three digits, line ends with what precedes them, any case") {
    json const llama = sequence({split(llama3_words, "Isolated"), level(false, false)});
    CHECK(pieces_of(llama, "12345") == pieces{"123", "45"});
    CHECK(pieces_of(llama, "IT'S.\n\nx") == pieces{"IT", "'S", ".\n\n", "x"});
    CHECK(pieces_of(llama, "(word") == pieces{"(word"});
    CHECK(pieces_of(llama, "a  \n b") == pieces{"a", "  \n", " b"});
}

TEST_CASE("SmolLM2's words: every digit alone, then GPT-2's") {
    json const smol = sequence({{{"type", "Digits"}, {"individual_digits", true}}, level()});
    CHECK(pieces_of(smol, "a 12") == pieces{"a", " ", "1", "2"});
    json const together =
        sequence({{{"type", "Digits"}, {"individual_digits", false}}, level()});
    CHECK(pieces_of(together, "a 12b") == pieces{"a", " ", "12", "b"});
}

TEST_CASE("a split keeps or removes what it matches, or what it does not") {
    CHECK(pieces_of(sequence({split("-", "Isolated"), level(false, false)}), "a-b") ==
          pieces{"a", "-", "b"});
    CHECK(pieces_of(sequence({split("-", "Removed"), level(false, false)}), "a-b") ==
          pieces{"a", "b"});
    CHECK(pieces_of(sequence({split("\\w", "Removed", true), level(false, false)}), "a-b") ==
          pieces{"a", "b"});
}

TEST_CASE("a leading space is added where there is none") {
    CHECK(pieces_of(level(true), "Hello world") == pieces{" Hello", " world"});
    CHECK(pieces_of(level(true), " Hello") == pieces{" Hello"});
    CHECK(pieces_of(level(true, false), "a b") == pieces{" a b"});
}

TEST_CASE("every step cuts as in the tokenizers package") {
    int steps = 0;
    test::each_step("pre_tokenizer", [&](json const& step, json const& text, json const& expected) {
        CAPTURE(step.dump());
        CAPTURE(text.dump());
        CHECK(pieces_of(step, text.get<std::string>()) == expected.get<pieces>());
        ++steps;
    });
    CHECK(steps > 500);
}

TEST_CASE("marks: before every text, before the first, before none") {
    auto const marked = [](char const* scheme, bool first) {
        json const step = {{"type", "Metaspace"},
                           {"replacement", space_mark},
                           {"prepend_scheme", scheme},
                           {"split", false}};
        std::string out;
        pre_tokenizer(step, "x").split(
            "a b", [&](std::string_view piece) { out += piece; }, first);
        return out;
    };
    CHECK(marked("always", false) == "▁a▁b");
    CHECK(marked("first", true) == "▁a▁b");
    CHECK(marked("first", false) == "a▁b");
    CHECK(marked("never", true) == "a▁b");
    CHECK_THROWS_WITH_AS(marked("last", true), doctest::Contains("prepend_scheme"), format_error);
}

TEST_CASE("bytes that are no UTF-8 are pieces of their own") {
    CHECK(pieces_of(level(), "a\xff b") == pieces{"a", "\xff", " b"});
}

TEST_CASE("steps that are unknown or in the wrong place are refused") {
    CHECK_THROWS_AS(pieces_of(sequence({level(), level()}), ""), format_error);
    CHECK_THROWS_AS(pieces_of({{"type", "UnicodeScripts"}}, ""), format_error);
    CHECK_THROWS_AS(pieces_of(split("a", "Sometimes"), ""), format_error);
    CHECK_THROWS_AS(pieces_of({{"kind", "ByteLevel"}}, ""), format_error);
    CHECK_THROWS_WITH_AS(pieces_of({{"type", "ByteLevel"}, {"use_regex", 1}}, ""),
                         doctest::Contains("use_regex"), format_error);
    CHECK_FALSE(pre_tokenizer(json(), "x").byte_level());
    CHECK(pre_tokenizer(level(), "x").byte_level());
}
