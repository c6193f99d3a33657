// SPDX-License-Identifier: MIT
#include <qad/decide/sentences.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("a section ends at the next heading of its level") {
    std::string const text = "# A\nx\n## Fresh facts\none\n### deeper\ntwo\n## Next\nthree\n";
    CHECK(section_of(text, {"fresh"}) == "one\n### deeper\ntwo\n");
    CHECK(section_of(text, {"next"}) == "three\n");
    CHECK(section_of(text, {"nothing"}) == "");
}

TEST_CASE("sentences; numbers and abbreviated headings do not end them") {
    auto const list =
        sentences_in("# Title\n\nIt is 0.5 GB. Ship it.\n- A point [a].\n1. First. Then.\n");
    CHECK(list == std::vector<std::string>{"It is 0.5 GB.", "Ship it.", "A point [a].",
                                           "First.", "Then."});
}

TEST_CASE("numbers that a sentence claims, and those that are addresses") {
    auto const count = [](char const* sentence) { return claimed_numbers(sentence).size(); };
    CHECK(count("Quality is 0.97.") == 1);
    CHECK(count("See chapter 5.6, section 3 and week 2.") == 0);
    CHECK(count("The row [int4-g64 0.5] and `x = 3`.") == 0);
    CHECK(count("Not what a 7B model can do.") == 0);
    CHECK(count("It takes 7 B.") == 1);
    CHECK(count("a 95 % interval") == 0);
    CHECK(count("95 % of 20 answers") == 1); // 20; the share itself cannot be told apart
}
