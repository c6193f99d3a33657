// SPDX-License-Identifier: MIT
#include <qad/io/byte_alphabet.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;

TEST_CASE("256 bytes have 256 letters, and each letter leads back") {
    std::set<char32_t> letters(byte_alphabet.begin(), byte_alphabet.end());
    CHECK(letters.size() == 256);
    for (int byte = 0; byte < 256; ++byte) {
        std::string const text(1, static_cast<char>(byte));
        CHECK(from_alphabet(to_alphabet(text)) == text);
    }
}

TEST_CASE("the letters that files show") {
    CHECK(to_alphabet(" a\n") == "ĠaĊ");
    CHECK(byte_alphabet[0x00] == 0x100);
    CHECK(byte_alphabet['\t'] == 0x109);
    CHECK(byte_alphabet['\n'] == 0x10a);
    CHECK(byte_alphabet[' '] == 0x120);
    CHECK(byte_alphabet[0x7f] == 0x121);
    CHECK(byte_alphabet[0xad] == 0x143);
    CHECK(byte_alphabet['~'] == '~');
}

TEST_CASE("what is no letter has no bytes") {
    CHECK(from_alphabet("") == "");
    for (std::string const word : {"a b", "\n", "日", "\u0144", "\xff", "Ġ\xc4"}) {
        CHECK_FALSE(from_alphabet(word).has_value());
    }
}
