// SPDX-License-Identifier: MIT
#include <qad/io/tokenizer_files.hpp>

#include <qad/io/tokenizer.hpp> // tokenizer

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

using file_tokens = std::vector<std::int32_t>;

TEST_CASE("a directory with a tokenizer.model alone: what stands beside it counts") {
    test::scratch_directory scratch;
    std::filesystem::copy_file(test::golden_directory() / "words-sp-bpe" / "tokenizer.model",
                               scratch / "tokenizer.model");
    auto const plain = load_tokenizer(scratch.path());
    auto const bare = plain.encode("the end", {.add_special = false});
    CHECK(plain.encode("the end").front() == 1); // <s>
    CHECK(plain.encode("the end<s>the end").size() == 2 * bare.size() + 2);

    write_text(scratch / "added_tokens.json", R"({"<|end|>": 450, "<|sys|>": 451})");
    write_text(scratch / "tokenizer_config.json",
               R"({"add_bos_token": false, "add_eos_token": true, "legacy": false,
        "added_tokens_decoder": {"450": {"content": "<|end|>", "special": true, "rstrip": true}}})");
    auto const beside = load_tokenizer(scratch.path());
    CHECK(beside.find_added("<|end|>") == 450);
    CHECK(beside.is_special(450));
    CHECK_FALSE(beside.is_special(451));
    auto expected = bare;
    expected.insert(expected.end(), {450, 2});
    CHECK(beside.encode("the end<|end|>  ") == expected); // the token swallows the spaces
    // "legacy": false puts a space before the text only, not behind special tokens.
    auto const behind = beside.encode("<|sys|>the", {.add_special = false});
    CHECK(beside.bytes(behind[1]).front() == 't');
    CHECK(beside.decode(beside.encode("the end")) == "the end");

    write_text(scratch / "tokenizer_config.json", R"({"added_tokens_decoder": {"x": {}}})");
    CHECK_THROWS_WITH_AS(load_tokenizer(scratch.path()),
                         doctest::Contains("added_tokens_decoder"), format_error);
    write_text(scratch / "tokenizer_config.json", R"({"add_bos_token": 1})");
    CHECK_THROWS_WITH_AS(load_tokenizer(scratch.path()), doctest::Contains("add_bos_token"),
                         format_error);
    write_text(scratch / "tokenizer_config.json", "[]");
    CHECK_THROWS_AS(load_tokenizer(scratch.path()), format_error);
}

TEST_CASE("tokenizer.json comes first; a directory without any tokenizer is an error") {
    test::scratch_directory scratch;
    CHECK_THROWS_AS(load_tokenizer(scratch.path()), io_error);
    write_text(scratch / "tokenizer.model", "x");
    CHECK_THROWS_WITH_AS(load_tokenizer(scratch.path()),
                         doctest::Contains("tokenizer.model: byte"), format_error);
    std::filesystem::copy_file(test::golden_directory() / "tokenizer-gpt2" / "tokenizer.json",
                               scratch / "tokenizer.json");
    CHECK(load_tokenizer(scratch.path()).kind() == "byte-level BPE");
    CHECK(load_tokenizer(scratch / "tokenizer.json").kind() == "byte-level BPE");
}
