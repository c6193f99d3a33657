// SPDX-License-Identifier: MIT
#include <qad/io/gguf_tokenizer.hpp>
#include <qad/io/gguf_writer.hpp>
#include <qad/io/tokenizer.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// Three bytes, a word and an end, in a file whose keys a test may change.
struct vocabulary {
    test::scratch_directory scratch;
    std::map<std::string, gguf_value> keys = {
        {"model", std::string("gpt2")},
        {"pre", std::string("gpt-2")},
        {"tokens", gguf_array(std::vector<std::string>{"a", "b", "1", "ab", "<end>"})},
        {"token_type", gguf_array(std::vector<std::int32_t>{1, 1, 1, 1, 3})},
        {"merges", gguf_array(std::vector<std::string>{"a b"})},
        {"eos_token_id", std::uint32_t{4}}};

    tokenizer read() const {
        gguf_values values;
        for (auto const& [key, value] : keys) {
            values.emplace_back("tokenizer.ggml." + key, value);
        }
        gguf_writer(scratch / "v.gguf", values, {}).commit();
        return load_tokenizer(scratch / "v.gguf");
    }
};
using tokens = std::vector<std::int32_t>;

} // namespace

TEST_CASE("keys become a tokenizer: words, merges, special tokens") {
    vocabulary v;
    CHECK(v.read().encode("ab1<end>") == tokens{3, 2, 4});
    CHECK(v.read().is_special(4));
    v.keys["add_eos_token"] = true;
    CHECK(v.read().encode("ab") == tokens{3, 4});
    v.keys["add_bos_token"] = true;
    v.keys["bos_token_id"] = std::uint32_t{4};
    CHECK(v.read().encode("ab") == tokens{4, 3, 4});
    CHECK(v.read().encode("ab", {.add_special = false}) == tokens{3});
}

TEST_CASE("the name of the pre-tokenizer decides where words are cut") {
    vocabulary v;
    v.keys["tokens"] = gguf_array(std::vector<std::string>{"a", "b", "1", "11", "<end>"});
    v.keys["merges"] = gguf_array(std::vector<std::string>{"1 1"});
    v.keys["add_bos_token"] = false;
    CHECK(v.read().encode("1111") == tokens{3, 3});
    v.keys["pre"] = std::string("llama-bpe"); // three digits at most
    CHECK(v.read().encode("1111") == tokens{3, 2, 2});
    v.keys["pre"] = std::string("smollm"); // each digit alone
    CHECK(v.read().encode("1111") == tokens{2, 2, 2, 2});
}

TEST_CASE("SentencePiece words: scores decide, special tokens are followed by a space of their own") {
    vocabulary v;
    v.keys["model"] = std::string("llama");
    v.keys["tokens"] = gguf_array(std::vector<std::string>{"<unk>", "<s>", "▁", "a", "b", "ab", "ba", "<0x0A>", "<|x|>"});
    v.keys["scores"] = gguf_array(std::vector<float>{0, 0, -9, -9, -9, -2, -1, 0, 0});
    v.keys["token_type"] = gguf_array(std::vector<std::int32_t>{2, 3, 1, 1, 1, 1, 1, 6, 3});
    v.keys["bos_token_id"] = std::uint32_t{1};
    CHECK(v.read().kind() == "SentencePiece BPE");
    CHECK(v.read().encode("aba") == tokens{1, 2, 3, 6});
    CHECK(v.read().encode("a\n<|x|> b") == tokens{1, 2, 3, 7, 8, 2, 2, 4});
    CHECK(v.read().decode(tokens{1, 2, 3, 2, 6, 7}) == "a ba\n");
    v.keys["add_space_prefix"] = false;
    v.keys["add_bos_token"] = false;
    CHECK(v.read().encode("a b") == tokens{3, 2, 4});
    v.keys["scores"] = gguf_array(std::vector<float>{0});
    CHECK_THROWS_WITH_AS(v.read(), doctest::Contains("differ in length"), format_error);
}

TEST_CASE("Phi-3's special tokens swallow the white space behind them, which only the name says") {
    vocabulary v;
    CHECK(v.read().encode("<end>ab").size() == 2);
    CHECK_THROWS_AS(v.read().encode("<end> ab"), format_error); // no word for a space
    gguf_values values = {{"general.name", std::string("My Phi-3 mini")}};
    for (auto const& [key, value] : v.keys) { values.emplace_back("tokenizer.ggml." + key, value); }
    gguf_writer(v.scratch / "p.gguf", values, {}).commit();
    CHECK(load_tokenizer(v.scratch / "p.gguf").encode("<end> \n ab") == tokens{4, 3});
}

TEST_CASE("Llama 3 begins with BOS unless the file says otherwise") {
    vocabulary v;
    v.keys["pre"] = std::string("llama-bpe");
    CHECK_THROWS_WITH_AS(v.read(), doctest::Contains("bos_token_id is missing"), format_error);
    v.keys["bos_token_id"] = std::uint32_t{4};
    CHECK(v.read().encode("a") == tokens{4, 0});
}

TEST_CASE("another kind of vocabulary, or half of one, is refused by name") {
    auto const refused = [](char const* key, std::optional<gguf_value> value,
                            char const* because) {
        vocabulary v;
        if (value) {
            v.keys[key] = *value;
        } else {
            v.keys.erase(key);
        }
        CAPTURE(because);
        CHECK_THROWS_WITH_AS(v.read(), doctest::Contains(because), format_error);
    };
    refused("model", std::string("bert"), "tokenizer.ggml.model is bert; supported: gpt2");
    refused("model", std::string("llama"), "scores is missing");
    refused("model", {}, "model is missing");
    refused("pre", std::string("gemma4"), "pre is gemma4; supported: gpt-2");
    refused("pre", {}, "pre is missing");
    refused("merges", {}, "merges is missing");
    refused("tokens", gguf_array(std::vector<std::string>{"a", "b", "a", "ab", "<end>"}),
            "'a' occurs twice");
    refused("token_type", gguf_array(std::vector<std::int32_t>{1}), "differ in length");
    refused("token_type", gguf_array(std::vector<std::uint32_t>{1}), "array of u32");
    refused("add_eos_token", std::uint32_t{1}, "is u32");
    CHECK_THROWS_AS(load_tokenizer(test::golden_directory() / "blocks.gguf"), format_error);
}
