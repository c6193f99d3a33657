// SPDX-License-Identifier: MIT
#include <qad/io/gguf_vocabulary.hpp>

#include <doctest/doctest.h>

#include <qad/io/gguf_writer.hpp>
#include <qad/io/tokenizer.hpp>

#include "support/golden.hpp"
#include "support/scratch.hpp"

using namespace qad;

// From a tokenizer to GGUF and back: the same tokens for the same text.
TEST_CASE("a vocabulary encodes the same after a stay in a GGUF file") {
    test::scratch_directory const room;
    auto const texts = read_json(test::golden_directory() / "tokenizer-texts.json");
    for (char const* golden : {"tokenizer-gpt2", "tokenizer-llama3", "tokenizer-smollm2", "words-qwen2",
                               "words-tekken", "words-llama2", "words-sp-bpe"}) {
        CAPTURE(golden);
        auto const from = test::golden_directory() / golden;
        json const object = tokenizer_description(from);
        tokenizer const before(object, from.string());
        auto const path = room.path() / "vocabulary.gguf";
        auto const keys = gguf_vocabulary(object, before.size() + 3, from.string());
        gguf_writer file(path, keys, {});
        file.commit();
        auto const after = load_tokenizer(path);
        CHECK(before.encode("x") == after.encode("x")); // with what the template puts around a text
        for (json const& entry : texts) {
            auto const line = entry.get<std::string>();
            // The file has no room for these tokens' rules: normalized, single word, swallowed space.
            if (line.find("sep>") != line.npos || line.find("foo") != line.npos || line.find("im_end") != line.npos) { continue; }
            CAPTURE(line);
            encode_options const bare{.add_special = false};
            CHECK(before.encode(line, bare) == after.encode(line, bare));
        }
        CHECK(after.encode("naïve \xff") .size() > 3);
        CHECK(after.piece(before.size() + 1) == text("[PAD", before.size() + 1, "]"));
    }
}

TEST_CASE("what the template puts around a text is in the file, or it is refused") {
    auto const from = test::golden_directory() / "tokenizer-llama3";
    json object = tokenizer_description(from);
    auto const keys = gguf_vocabulary(object, 500, "t");
    CHECK(*find_value_as<std::uint32_t>(keys, "tokenizer.ggml.bos_token_id", "t") == 1);
    CHECK(find_value(keys, "tokenizer.ggml.eos_token_id") == nullptr);
    json& steps = object["post_processor"]["processors"];
    for (json& step : steps) {
        if (step["type"] == "TemplateProcessing") { step["single"].insert(step["single"].begin(), step["single"][0]); }
    }
    CHECK_THROWS_WITH_AS(gguf_vocabulary(object, 500, "t"), doctest::Contains("one token before"), format_error);
}

TEST_CASE("scores are those of the model, or follow from its merges") {
    auto const scores_of = [](char const* golden) {
        auto const from = test::golden_directory() / golden;
        auto const keys = gguf_vocabulary(tokenizer_description(from), 500, "t");
        return *find_value_as<std::vector<float>>(keys, "tokenizer.ggml.scores", "t");
    };
    auto const merged = scores_of("words-llama2"), own = scores_of("words-sp-bpe");
    CHECK(merged[1] == -1000);      // <s>
    CHECK(merged[3 + 10] == 0);     // a byte
    CHECK(merged.back() == -10000); // nobody's
    // The same vocabulary: the same order of words, but not the same numbers.
    json const vocab = read_json(test::golden_directory() / "words-llama2" / "tokenizer.json")["model"];
    std::vector<std::int32_t> made;
    for (auto const& [word, score] : merge_scores(vocab, "t")) { made.push_back(vocab["vocab"][word]); }
    CHECK(made.size() > 50);
    for (auto a : made) {
        for (auto b : made) {
            auto const i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
            if (own[i] > own[j]) { CHECK(merged[i] > merged[j]); }
        }
    }
}

TEST_CASE("what llama.cpp would read differently is refused") {
    json object = read_json(test::golden_directory() / "tokenizer-gpt2" / "tokenizer.json");
    json other = object;
    other["pre_tokenizer"] = {{"type", "Whitespace"}};
    CHECK_THROWS_AS(gguf_vocabulary(other, 4096, "t"), format_error);
    other = object;
    other["model"]["type"] = "Unigram";
    CHECK_THROWS_AS(gguf_vocabulary(other, 4096, "t"), format_error);
    other = object;
    other["normalizer"] = {{"type", "NFKC"}};
    CHECK_THROWS_WITH_AS(gguf_vocabulary(other, 4096, "t"), doctest::Contains("NFKC"), format_error);
    for (char const* golden : {"words-metaspace", "words-unigram", "words-sp-rules"}) {
        CAPTURE(golden);
        CHECK_THROWS_AS(gguf_vocabulary(tokenizer_description(test::golden_directory() / golden), 4096, "t"), format_error);
    }
    CHECK_THROWS_AS(gguf_vocabulary(object, 4, "t"), format_error); // fewer rows than words
    other = object;
    other["model"]["merges"] = {1};
    CHECK_THROWS_AS(gguf_vocabulary(other, 4096, "t"), format_error);
}
