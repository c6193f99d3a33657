// SPDX-License-Identifier: MIT
// Texts through a tokenizer that came of any bytes.
#ifndef QAD_TESTS_FUZZ_TEXTS_HPP
#define QAD_TESTS_FUZZ_TEXTS_HPP

#include "input.hpp"

#include <qad/io/tokenizer.hpp>

namespace qad::fuzz {

/// There and back. A text may be refused, since the vocabulary may lack a byte or an expression give
/// up; what is not, becomes tokens of the vocabulary.
inline void try_texts(tokenizer const& words, std::string_view file) {
    for (std::string_view const text : {std::string_view("Hi  42!\xf0\x9f\x98\x80\xff\n<s> don't"), file.substr(0, 256)}) {
        try {
            auto const tokens = words.encode(text);
            for (std::int32_t token : tokens) {
                if (token < 0 || token >= words.size()) { broken("tokens are those of the vocabulary"); }
                words.piece(token);
            }
            words.decode(tokens, false);
        } catch (error const& refused) {
            if (std::string_view(refused.what()).size() < 20) { broken("an error that says something"); }
        }
    }
}

} // namespace qad::fuzz

#endif
