// SPDX-License-Identifier: MIT
#include <qad/model/packed_words.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("codes lie in words lowest bit first, and straddle them where they must") {
    std::vector<std::uint32_t> const word = {0x21f07a98};
    unsigned const codes[] = {8, 9, 10, 7, 0, 15, 1, 2};
    for (index_t i = 0; i < 8; ++i) { CHECK(word_stream{word.data(), 1, 4}[i] == codes[i]); }

    // 32 codes of three bits in three words, here two words apart: bit k of code i is bit 3i + k.
    std::vector<std::uint32_t> three(6);
    for (unsigned i = 0; i < 32; ++i) {
        for (unsigned k = 0; k < 3; ++k) {
            unsigned const bit = 3 * i + k;
            three[bit / 32 * 2] |= ((i * 5 % 8) >> k & 1) << bit % 32;
        }
    }
    for (index_t i = 0; i < 32; ++i) {
        CHECK(word_stream{three.data(), 2, 3}[i] == static_cast<unsigned>(i * 5 % 8));
    }
    CHECK(word_stream::length(32, 3) == 3);
    CHECK(word_stream::length(9, 4) == 2);
}
