// SPDX-License-Identifier: MIT
#include <qad/io/tokenizer.hpp>

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

TEST_CASE("ids and text are those of the tokenizers package") {
    // expected.json was written by that package (tests/goldens/make_goldens.py).
    for (char const* name : {"tokenizer-gpt2", "tokenizer-llama3", "tokenizer-smollm2", "tokenizer-added"}) {
        CAPTURE(name);
        auto const tokens = qad::load_tokenizer(qad::test::golden_directory() / name);
        for (auto const& row : qad::read_json(qad::test::golden_directory() / name / "expected.json")) {
            auto const text = row["text"].get<std::string>();
            CAPTURE(text);
            auto const ids = row["ids"].get<std::vector<std::int32_t>>();
            CHECK(tokens.encode(text) == ids);
            CHECK(tokens.encode(text, {.add_special = false}) == row["plain"].get<std::vector<std::int32_t>>());
            CHECK(tokens.decode(ids) == row["decoded"].get<std::string>());
            CHECK(tokens.decode(ids, false) == row["shown"].get<std::string>());
        }
    }
}
