// SPDX-License-Identifier: MIT
#include <qad/decide/words.hpp>

#include <qad/core/random.hpp>

#include <doctest/doctest.h>

using namespace qad;
using list = std::vector<std::string>;

TEST_CASE("words are runs of letters and digits, ASCII letters in lower case") {
    CHECK(words("The Yarra lamp: 604.50!") == list{"the", "yarra", "lamp", "604", "50"});
    CHECK(words("") == list{});
    CHECK(words(" ...\t\n-- ") == list{});
    CHECK(words(std::string_view("a\0b", 3)) == list{"a", "b"});
}

TEST_CASE("letters of other scripts are words, their punctuation is not") {
    CHECK(words("Stra\xc3\x9f"
                "e \xe2\x80\x9e\xc3\xbc"
                "ber\xe2\x80\x9c \xc2\xab"
                "5\xc2\xbb") == list{"stra\xc3\x9f"
                                     "e",
                                     "\xc3\xbc"
                                     "ber",
                                     "5"});
    CHECK(words("\xe4\xbd\xa0\xe3\x80\x82\xe5\xa5\xbd") ==
          list{"\xe4\xbd\xa0", "\xe5\xa5\xbd"}); // an ideographic full stop between
}

// Whatever the bytes, words are made of valid characters, hold no separator, and reading the
// words again gives the words.
TEST_CASE("any bytes have words, and normalising twice is normalising once") {
    generator random(1);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (std::uint32_t n = random.below(40); n > 0; --n) {
            bytes += static_cast<char>(random.below(256));
        }
        std::string const once = normalised(bytes);
        CHECK(normalised(once) == once);
        CHECK(repair_utf8(once) == once);
        for (std::string const& word : words(bytes)) { CHECK(word.find(' ') == word.npos); }
    }
}

TEST_CASE("case, punctuation and space do not count, order and repetition do") {
    CHECK(normalised("  Yarra-LAMP,\n604 ") == "yarra lamp 604");
    CHECK(normalised("lamp yarra") != normalised("yarra lamp"));
    CHECK(normalised("a a") != normalised("a"));
}
