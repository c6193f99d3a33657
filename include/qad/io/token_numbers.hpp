// SPDX-License-Identifier: MIT
// The numbers of a tokenizer.json leave few gaps.
#ifndef QAD_IO_TOKEN_NUMBERS_HPP
#define QAD_IO_TOKEN_NUMBERS_HPP

#include <qad/io/json.hpp> // json

namespace qad {

/// Tables by number are as long as the largest number, so one entry of a damaged file could ask
/// for any memory. Real vocabularies count on from 0 and leave some hundreds of numbers out at
/// most; a number beyond four times the tokens and 4096 is a `format_error`. What is no 31-bit
/// number at all is left to who reads it.
inline void require_dense_tokens(json const& tokenizer, std::string const& where) {
    json const& model = tokenizer.is_object() ? member(tokenizer, "model") : tokenizer;
    json const& vocab = model.is_object() ? member(model, "vocab") : model;
    json const& added = tokenizer.is_object() ? member(tokenizer, "added_tokens") : tokenizer;
    auto const most = 4 * static_cast<index_t>(vocab.size() + added.size()) + 4096;
    auto const check = [&](json const& number, std::string const& word) {
        if (!number.is_number_integer()) { return; }
        auto const n = number.get<index_t>();
        if (n > most && n <= INT32_MAX) {
            fail<format_error>(where, ": token '", word, "' has number ", describe(number),
                               ", but there are only ", vocab.size() + added.size(),
                               " tokens; the file is damaged");
        }
    };
    if (vocab.is_object()) {
        for (auto const& [word, number] : vocab.items()) { check(number, word); }
    }
    if (added.is_array()) {
        for (json const& token : added) {
            if (token.is_object()) {
                check(member(token, "id"), describe(member(token, "content")));
            }
        }
    }
}

} // namespace qad

#endif
