// SPDX-License-Identifier: MIT
// Any bytes as a tokenizer.model of SentencePiece, and texts through what comes of it.
#include "input.hpp"

#include <qad/io/tokenizer.hpp>

using namespace qad;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input const file(data, size);
    fuzz::reads(file, [&] {
        tokenizer const words(sentencepiece_json(file.text(), fuzz::where), fuzz::where);
        try {
            for (std::string_view const text : {std::string_view("Hi  there, 42!\xf0\x9f\x98\x80\xff\n"), file.text().substr(0, 256)}) {
                auto const tokens = words.encode(text);
                for (std::int32_t token : tokens) {
                    if (token < 0 || token >= words.size()) { fuzz::broken("tokens are those of the vocabulary"); }
                }
                words.decode(tokens, false);
            }
        } catch (error const&) {} // a vocabulary that lacks a byte
    });
    return 0;
}
