// SPDX-License-Identifier: MIT
#include <qad/io/vocabulary_words.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("bytes by name") {
    CHECK(byte_of_word("<0x0A>") == 10);
    CHECK(byte_of_word("<0xFF>") == 255);
    CHECK(byte_of_word("<0xff>") == 255);
    for (char const* word : {"<0x0>", "<0x0AA>", "0x0A", "<0x0G>", ""}) {
        CHECK(byte_of_word(word) == -1);
    }
}

TEST_CASE("a number has one word") {
    vocabulary_words words;
    words.add("a", 0, "x");
    words.add("<0x41>", 5, "x");
    CHECK(words.size() == 6);
    CHECK(words[3].empty());
    CHECK(words.byte_token('A') == 5);
    CHECK(words.byte_token('B') == -1);
    CHECK_THROWS_WITH_AS(words.add("b", 0, "x"), doctest::Contains("are both token 0"),
                         format_error);
    CHECK_THROWS_AS(words.add("b", -1, "x"), format_error);
    vocabulary_words few(1); // a small file gets no large table
    CHECK_THROWS_AS(few.add("b", 4 << 20, "x"), format_error);
    few.add("b", 1000, "x");
}

TEST_CASE("texts are cut before runs of space marks") {
    auto const cut = [](std::string_view text) {
        std::string out;
        cut_at_marks(text, [&](std::string_view piece) { out += std::string(piece) + "|"; });
        return out;
    };
    CHECK(cut("▁a▁▁b▁") == "▁a|▁▁b|▁|");
    CHECK(cut("a") == "a|");
    CHECK(cut("▁▁") == "▁▁|");
    CHECK(marks_lead("▁▁a"));
    CHECK(marks_lead("▁"));
    CHECK_FALSE(marks_lead("a▁"));
    CHECK(replaced("aXbX", "X", "yy") == "ayybyy");
}
