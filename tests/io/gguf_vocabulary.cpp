// SPDX-License-Identifier: MIT
#include <qad/io/gguf_vocabulary.hpp>

#include <doctest/doctest.h>

#include <qad/io/gguf_writer.hpp>
#include <qad/io/tokenizer.hpp>

#include "support/golden.hpp"
#include "support/scratch.hpp"

using namespace qad;

// From tokenizer.json to GGUF and back: the same tokens for the same text.
TEST_CASE("a vocabulary encodes the same after a stay in a GGUF file") {
    test::scratch_directory const room;
    for (char const* golden : {"tokenizer-gpt2", "tokenizer-llama3", "tokenizer-smollm2"}) {
        CAPTURE(golden);
        auto const from = test::golden_directory() / golden / "tokenizer.json";
        json const object = read_json(from);
        tokenizer const before(object, from.string());
        auto const path = room.path() / "vocabulary.gguf";
        auto keys = gguf_vocabulary(object, before.size() + 3, from.string());
        keys.emplace_back("tokenizer.ggml.bos_token_id", std::uint32_t{0});
        gguf_writer file(path, keys, {});
        file.commit();
        auto const after = load_tokenizer(path);
        for (char const* line : {"Hello, world!", "  two spaces\n\n1234 don't", "naïve 日本 🙂 \xff", "\t"}) {
            encode_options const bare{.add_special = false};
            CHECK(before.encode(line, bare) == after.encode(line, bare));
        }
        CHECK(after.piece(before.size() + 1) == text("[PAD", before.size() + 1, "]"));
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
    CHECK_THROWS_AS(gguf_vocabulary(object, 4, "t"), format_error); // fewer rows than words
    other = object;
    other["model"]["merges"] = {1};
    CHECK_THROWS_AS(gguf_vocabulary(other, 4096, "t"), format_error);
}
