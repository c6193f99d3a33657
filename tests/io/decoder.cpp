// SPDX-License-Identifier: MIT
#include <qad/io/decoder.hpp>

#include "support/tokenizer_steps.hpp" // each_step

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("every step puts words together as in the tokenizers package") {
    int steps = 0;
    test::each_step("decoder", [&](json const& step, json const& words, json const& expected) {
        CAPTURE(step.dump());
        CAPTURE(words.dump());
        CHECK(decoder(step, "x").text(words.get<std::vector<std::string>>()) ==
              expected.get<std::string>());
        ++steps;
    });
    CHECK(steps > 60);
}

TEST_CASE("one word alone is its bytes, without what only the beginning of a text loses") {
    decoder const bytes({{"type", "ByteLevel"}}, "x");
    CHECK(bytes.bytes("Ġa") == " a");
    CHECK(bytes.bytes("a b") == "a b"); // no letters of the alphabet: as it is
    decoder const marks(
        {{"type", "Sequence"},
         {"decoders",
          {{{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}},
           {{"type", "ByteFallback"}},
           {{"type", "Fuse"}},
           {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}},
        "x");
    CHECK(marks.bytes("▁a") == " a");
    CHECK(marks.bytes("<0xC3>") == "\xc3");
    CHECK(marks.bytes("<0xC>") == "<0xC>");
    CHECK(marks.text({"▁a", "▁b"}) == "a b");
}

TEST_CASE("what would be put together differently is refused") {
    CHECK_THROWS_WITH_AS(decoder({{"type", "WordPiece"}}, "x"),
                         doctest::Contains("supported: ByteLevel"), format_error);
    CHECK_THROWS_AS(decoder(json(), "x"), format_error);
    CHECK_THROWS_AS(decoder({{"type", "Sequence"}, {"decoders", json::array()}}, "x"),
                    format_error);
    CHECK_THROWS_WITH_AS(decoder({{"type", "Sequence"},
                                  {"decoders", {{{"type", "ByteLevel"}}, {{"type", "Fuse"}}}}},
                                 "x"),
                         doctest::Contains("ByteLevel alone"), format_error);
    CHECK_THROWS_AS(
        decoder({{"type", "Strip"}, {"content", ""}, {"start", 1}, {"stop", 0}}, "x"),
        format_error);
}
