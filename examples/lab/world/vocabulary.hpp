// SPDX-License-Identifier: MIT
// The tokenizer of a world, learned from its documents.
#ifndef QAD_LAB_WORLD_VOCABULARY_HPP
#define QAD_LAB_WORLD_VOCABULARY_HPP

#include "corpus.hpp" // corpus

#include <qad/io/bpe_trainer.hpp> // bpe_trainer, tokenizer_json
#include <qad/io/tokenizer.hpp>   // tokenizer

namespace qad::lab {

inline constexpr std::size_t vocabulary_size = 2048;
inline constexpr char const* end_of_text = "<|end|>"; ///< token 0, before every document

/// Every word that must be one token, with its leading space: values, units, names, nouns,
/// departments.
inline std::vector<std::string> whole_words(world const& w) {
    std::vector<std::string> words;
    auto const add = [&](std::string_view word) { words.push_back(" " + std::string(word)); };
    for (attribute const& a : attributes) {
        add(a.name);
        if (!a.unit.empty()) { add(a.unit); }
        for (std::string_view value : a.values) { add(value); }
    }
    for (product const& p : w.products) { add(p.name); }
    for (std::string_view noun : nouns) { add(noun); }
    for (department const& d : departments) { add(d.name); }
    return words;
}

/// The tokenizer.json learned from `documents` late documents, in which every whole word counts
/// often enough to be learned.
inline json learn_tokenizer(world const& w, std::uint64_t documents = 8'000) {
    json const whole = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
    pre_tokenizer const words(whole, "the lab");
    bpe_trainer trainer(words);
    corpus const texts(w, w.seed, for_questions);
    for (std::uint64_t i = 0; i < documents; ++i) {
        trainer.add(texts.at(early_documents + i).text);
    }
    for (std::string const& word : whole_words(w)) { trainer.add(word, 1'000); }
    return tokenizer_json(trainer.train(vocabulary_size, {end_of_text}));
}

/// Document i as the model reads it: token 0, which is <|end|>, then its text.
inline std::vector<std::int32_t> document_tokens(corpus const& documents,
                                                 tokenizer const& words, std::uint64_t index) {
    return words.encode(documents.at(index).text, {.parse_special = false});
}

} // namespace qad::lab

#endif
