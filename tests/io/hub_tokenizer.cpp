// SPDX-License-Identifier: MIT
#include <qad/io/hub_tokenizer.hpp>
#include <qad/io/tokenizer.hpp> // tokenizer

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("merges in the place of scores give the same tokens") {
    auto const from = test::golden_directory() / "words-sp-bpe";
    json const scored = tokenizer_description(from);
    json const merged = hub_tokenizer_json(scored, "t");
    CHECK(merged["model"]["type"] == "BPE");
    tokenizer const before(scored, "t"), after(merged, "t");
    auto texts = read_json(test::golden_directory() / "tokenizer-texts.json");
    for (std::size_t n = 1; n < 40; ++n) { texts.push_back(std::string(n, ' ')); }
    for (json const& entry : texts) {
        auto const text = entry.get<std::string>();
        CAPTURE(text);
        auto const tokens = before.encode(text);
        CHECK(after.encode(text) == tokens);
        CHECK(after.decode(tokens, false) == before.decode(tokens, false));
    }
}

TEST_CASE("what tokenizer.json can say stays as it is; what it cannot say is refused") {
    json const bytes = read_json(test::golden_directory() / "tokenizer-gpt2" / "tokenizer.json");
    CHECK(hub_tokenizer_json(bytes, "t") == bytes);
    auto const rules = test::golden_directory() / "words-sp-rules";
    CHECK_THROWS_WITH_AS(hub_tokenizer_json(tokenizer_description(rules), "t"),
                         doctest::Contains("has no words for"), format_error);
}
