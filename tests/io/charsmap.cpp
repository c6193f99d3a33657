// SPDX-License-Identifier: MIT
#include <qad/io/charsmap.hpp>

#include <qad/io/sentencepiece.hpp> // sentencepiece_json

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("keys are found in a trained model's table, the longest or the shortest") {
    // The rules that words-sp-rules was trained with: A + ring → Å, I → i, "I" + dot above → i, …
    auto const path = test::golden_directory() / "words-sp-rules" / "tokenizer.model";
    json const made = sentencepiece_json(mapped_file(path).text(), "x");
    charsmap const map(from_base64(made["normalizer"]["charsmap"].get<std::string>(), "x"),
                       "x");
    auto const find = [&](std::string_view text, bool longest) {
        auto const found = map.find(text, longest);
        return found ? qad::text(found->length, " ", found->text) : std::string("none");
    };
    CHECK(find("ﬃx", true) == "3 ffi");
    CHECK(find("A\u030ax", true) == "3 Å");
    CHECK(find("A", true) == "none");
    CHECK(find("I\u0307", true) == "3 i");
    CHECK(find("I\u0307", false) == "1 i");
    CHECK(find("\u2028", true) == "3 ");
    CHECK(find("x", true) == "none");
    CHECK(find("", true) == "none");
    CHECK(map.by_character("xIy\u00a0ﬃ\xff") == "xiy ffi\xff");
    CHECK(map.by_character("I\u0307") == "i"); // a short cluster goes as a whole
}

TEST_CASE("a damaged table is refused, and a wild one reads nothing outside") {
    for (std::string const& blob :
         {std::string("abc"), std::string("\x08\0\0\0abcd", 8), std::string(4, '\0'),
          std::string("\x05\0\0\0abcdefgh", 12)}) {
        CHECK_THROWS_AS(charsmap(blob, "x"), format_error);
    }
    std::uint32_t state = 1;
    for (int trial = 0; trial < 300; ++trial) {
        std::string blob("\x40\0\0\0", 4);
        for (int i = 0; i < 80; ++i) {
            state = state * 1664525 + 1013904223;
            blob += static_cast<char>(state >> 24);
        }
        charsmap const wild(blob, "x");
        for (int lead = 1; lead < 256; ++lead) {
            wild.find(std::string(3, static_cast<char>(lead)), true);
        }
    }
}
