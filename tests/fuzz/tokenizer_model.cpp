// SPDX-License-Identifier: MIT
// Any bytes as a tokenizer.model of SentencePiece, and texts through what comes of it.
#include "texts.hpp"

using namespace qad;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input const file(data, size);
    std::optional<tokenizer> words;
    fuzz::reads(file, [&] { words.emplace(sentencepiece_json(file.text(), fuzz::where), fuzz::where); });
    if (words) { fuzz::try_texts(*words, file.text()); }
    return 0;
}
