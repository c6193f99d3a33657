// SPDX-License-Identifier: MIT
// Single steps of tokenizers, and what the tokenizers package makes of texts with each
// (tests/goldens/make_tokenizer_goldens.py).
#ifndef QAD_TESTS_SUPPORT_TOKENIZER_STEPS_HPP
#define QAD_TESTS_SUPPORT_TOKENIZER_STEPS_HPP

#include "support/golden.hpp" // golden_directory

#include <qad/io/json.hpp> // read_json

namespace qad::test {

/// Calls each(description, input, expected) for all steps of one kind: "pre_tokenizer",
/// "normalizer" (inputs are texts) or "decoder" (inputs are lists of words).
template <class Each> void each_step(std::string const& kind, Each const& each) {
    json const all = read_json(golden_directory() / "tokenizer-steps.json");
    json const& inputs = all[kind == "decoder" ? "words" : "texts"];
    for (json const& row : all["steps"]) {
        for (std::size_t i = 0; row[0] == kind && i < inputs.size(); ++i) {
            each(row[1], inputs[i], row[2][i]);
        }
    }
}

} // namespace qad::test

#endif
