// SPDX-License-Identifier: MIT
// A tokenizer that fits a vocabulary of 96: a character is a token, and "ab" is one too.
#ifndef QAD_TESTS_SUPPORT_TINY_WORDS_HPP
#define QAD_TESTS_SUPPORT_TINY_WORDS_HPP

#include <qad/io/byte_alphabet.hpp> // to_alphabet
#include <qad/io/tokenizer.hpp>     // tokenizer

namespace qad::test {

/// Token 0 is the end of a line, then come ' ' (1) to '}' (94), then "ab" (95).
inline tokenizer tiny_words() {
    json vocabulary = {{to_alphabet("\n"), 0}, {"ab", 95}};
    for (char c = ' '; c <= '}'; ++c) {
        vocabulary[to_alphabet(std::string(1, c))] = c - ' ' + 1;
    }
    return tokenizer({{"added_tokens", json::array()},
                      {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
                      {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"a b"}}}},
                      {"decoder", {{"type", "ByteLevel"}}}},
                     "tiny_words");
}

} // namespace qad::test

#endif
