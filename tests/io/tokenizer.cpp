// SPDX-License-Identifier: MIT
#include <qad/io/tokenizer.hpp>

#include "support/golden.hpp"  // golden_directory

#include <doctest/doctest.h>

#include <thread> // thread

using namespace qad;

namespace {

tokenizer golden(std::string const& name) {
    return load_tokenizer(test::golden_directory() / name);
}

/// The smallest description: bytes a b c and what they merge to.
json small() {
    return {{"added_tokens", json::array()},
            {"normalizer", nullptr},
            {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
            {"model",
             {{"type", "BPE"},
              {"vocab", {{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}}},
              {"merges", {"a b"}}}},
            {"decoder", {{"type", "ByteLevel"}}}};
}
/// small() with the member at `path` replaced.
json with(char const* path, json const& value) {
    json object = small();
    object[json::json_pointer(path)] = value;
    return object;
}
void refused_tokenizer(json const& object, char const* because) {
    CAPTURE(because);
    CHECK_THROWS_WITH_AS(tokenizer(object, "tokenizer.json"), doctest::Contains(because),
                         format_error);
    CHECK_THROWS_WITH_AS(tokenizer(object, "tokenizer.json"),
                         doctest::Contains("tokenizer.json"), format_error);
}

} // namespace

TEST_CASE("ids and text are those of the tokenizers package") {
    // expected.json was written by that package (tests/goldens/make_goldens.py).
    for (char const* name :
         {"tokenizer-gpt2", "tokenizer-llama3", "tokenizer-smollm2", "tokenizer-added"}) {
        CAPTURE(name);
        auto const tokens = golden(name);
        for (auto const& row : read_json(test::golden_directory() / name / "expected.json")) {
            auto const text = row["text"].get<std::string>();
            CAPTURE(text);
            auto const ids = row["ids"].get<std::vector<std::int32_t>>();
            CHECK(tokens.encode(text) == ids);
            CHECK(tokens.encode(text, {.add_special = false}) ==
                  row["plain"].get<std::vector<std::int32_t>>());
            CHECK(tokens.decode(ids) == row["decoded"].get<std::string>());
            CHECK(tokens.decode(ids, false) == row["shown"].get<std::string>());
        }
    }
}

TEST_CASE("every family's style, on texts that are meant to be unpleasant") {
    // By tokenizers and sentencepiece (tests/goldens/make_tokenizer_goldens.py).
    auto const texts = read_json(test::golden_directory() / "tokenizer-texts.json");
    for (char const* name :
         {"words-qwen2", "words-tekken", "words-llama2", "words-mistral", "words-metaspace", "words-unigram",
          "words-sp-bpe", "words-sp-rules", "words-sp-unigram", "words-sp-unigram-bytes"}) {
        CAPTURE(name);
        auto const tokens = golden(name);
        auto const rows = read_json(test::golden_directory() / name / "expected.json");
        REQUIRE(rows.size() == texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            auto const text = texts[i].get<std::string>();
            CAPTURE(text);
            auto const ids = rows[i][0].get<std::vector<std::int32_t>>();
            if (rows[i].size() == 1) { // sentencepiece's own encoder knows no special tokens in texts
                CHECK(tokens.encode(text, {.add_special = false, .parse_special = false}) == ids);
                continue;
            }
            auto const shown = [&](json const& row) { return row.is_null() ? text : row.get<std::string>(); };
            CHECK(tokens.encode(text) == ids);
            CHECK(tokens.decode(ids) == shown(rows[i][1]));
            CHECK(tokens.decode(ids, false) == shown(rows[i][2]));
        }
    }
}

TEST_CASE("any bytes come back, also those that are no UTF-8") {
    auto const byte_level = golden("tokenizer-llama3"), characters = golden("words-llama2"),
               scored = golden("words-sp-bpe");
    auto const back = [&](std::string const& bytes) {
        std::string all;
        for (tokenizer const* tokens : {&byte_level, &characters, &scored}) {
            std::string now; // those with marks begin with a space
            for (auto token : tokens->encode(bytes, {.add_special = false, .parse_special = false})) {
                now += tokens->bytes(token);
            }
            now.erase(0, tokens == &byte_level ? 0 : 1);
            CHECK((all.empty() || all == now));
            all = now;
        }
        return all;
    };
    std::string every;
    for (int byte = 0; byte < 256; ++byte) { every += static_cast<char>(byte); }
    CHECK(back(every) == every);
    for (std::string const bad : {"\xff", "a\xffg", "caf\xc3", "\xe2\x82", "\xed\xa0\x80",
                                  "\xf4\x90\x80\x80", "\xc0\xaf  \x80"}) {
        CHECK(back(bad) == bad);
    }
    std::uint32_t state = 1; // all kinds of damage
    std::string noise;
    for (int i = 0; i < 20000; ++i) {
        state = state * 1664525 + 1013904223;
        noise += static_cast<char>(state >> 24);
    }
    CHECK(back(noise) == noise);
    CHECK(byte_level.decode(byte_level.encode("caf\xc3", {.add_special = false})) == "caf\xef\xbf\xbd");
}

TEST_CASE("decoding token by token through a utf8_stream gives the text of decoding at once") {
    std::string const text = "naïve 日本語 👩‍👩‍👧‍👦 end";
    for (char const* name : {"tokenizer-gpt2", "words-llama2", "words-sp-unigram-bytes"}) {
        auto const tokens = golden(name);
        std::string streamed;
        utf8_stream stream;
        for (auto token : tokens.encode(text)) {
            auto const part = stream.add(tokens.decode_one(token));
            CHECK(repair_utf8(part) == part); // whole characters only
            streamed += part;
        }
        streamed += stream.finish();
        if (streamed.starts_with(' ')) { streamed.erase(0, 1); } // for which there was a mark
        CHECK(streamed == text);
    }
}

TEST_CASE(
    "special tokens in a text count, unless they are not to; decoding may leave them out") {
    auto const tokens = golden("tokenizer-llama3");
    CHECK(tokens.encode("<|end|>") == std::vector<std::int32_t>{1, 2});
    CHECK(tokens.encode("<|end|>", {.add_special = false}) == std::vector<std::int32_t>{2});
    auto const literal =
        tokens.encode("<|end|>", {.add_special = false, .parse_special = false});
    CHECK(literal.size() > 1);
    CHECK(tokens.decode(literal) == "<|end|>");
    CHECK(tokens.decode(std::vector<std::int32_t>{1, 2}) == "");
    CHECK(tokens.decode(std::vector<std::int32_t>{1, 2}, false) == "<|begin|><|end|>");
    CHECK(tokens.find_added("<|end|>") == 2);
    CHECK_FALSE(tokens.find_added("end").has_value());
    CHECK(tokens.is_special(2));
    CHECK_FALSE(tokens.is_special(3));
    // Models often have more rows than the vocabulary has words.
    CHECK(tokens.decode(std::vector<std::int32_t>{tokens.size(), 1 << 30, -1}) == "");
}

TEST_CASE("pieces show words as vocabulary files write them") {
    auto const tokens = golden("tokenizer-gpt2");
    auto const the = tokens.encode(" the");
    REQUIRE(the.size() == 1);
    CHECK(tokens.piece(the[0]) == "Ġthe");
    CHECK(tokens.bytes(the[0]) == " the");
}

TEST_CASE("the vocabulary inside a GGUF file is the one of tokenizer.json") {
    auto const hub = golden("llama-mha-tied"), gguf = golden("llama-mha-tied.gguf");
    for (auto const& row :
         read_json(test::golden_directory() / "tokenizer-llama3" / "expected.json")) {
        auto const text = row["text"].get<std::string>();
        CAPTURE(text);
        auto const ids = hub.encode(text);
        CHECK(gguf.encode(text) == ids);
        CHECK(gguf.decode(ids, false) == hub.decode(ids, false));
    }
}

TEST_CASE("a tokenizer of another kind is refused with what differs and what is supported") {
    CHECK(tokenizer(small(), "x").encode("cab") == std::vector<std::int32_t>{2, 3});
    refused_tokenizer(with("/model/type", "Unigram"), "model is \"Unigram\" over bytes; supported: BPE");
    refused_tokenizer(with("/model/type", "WordPiece"), "model is \"WordPiece\"");
    refused_tokenizer(with("/model/end_of_word_suffix", "</w>"), "end_of_word_suffix");
    refused_tokenizer(with("/model/continuing_subword_prefix", "##"), "continuing_subword_prefix");
    refused_tokenizer(with("/normalizer", {{"type", "BertNormalizer"}}), "normalizer is BertNormalizer");
    refused_tokenizer(with("/pre_tokenizer", nullptr), "only one is ByteLevel");
    refused_tokenizer(with("/pre_tokenizer", {{"type", "Metaspace"}}), "pre_tokenizer replacement");
    refused_tokenizer(with("/pre_tokenizer", {{"type", "Digits"}}), "ByteLevel");
    refused_tokenizer(with("/pre_tokenizer",
                 {{"type", "Split"}, {"pattern", {{"Regex", "("}}}, {"behavior", "Isolated"}}),
            "not understood");
    refused_tokenizer(with("/pre_tokenizer", {{"type", "Split"},
                                    {"pattern", {{"Regex", "a"}}},
                                    {"behavior", "Sometimes"}}),
            "supported: Isolated, Removed");
    refused_tokenizer(with("/decoder", {{"type", "WordPiece"}}), "decoder");
    refused_tokenizer(with("/decoder", nullptr), "decoder");
    refused_tokenizer(with("/post_processor", {{"type", "Unknown"}}),
            "post_processor is Unknown");
    refused_tokenizer(json::array(), "object");
}

TEST_CASE("a damaged vocabulary is refused by name") {
    refused_tokenizer(with("/model/vocab/ab", 1), "are both token 1");
    refused_tokenizer(with("/model/vocab/ab", -1), "'ab' must be a whole number");
    refused_tokenizer(with("/model/vocab/ab", std::uint64_t{1} << 63), "'ab' must be a whole number");
    refused_tokenizer(with("/model/vocab/ab", 1e3), "'ab' must be a whole number");
    refused_tokenizer(with("/model/vocab", json::array()), "no vocab");
    refused_tokenizer(with("/model/merges", nullptr), "no merges");
    refused_tokenizer(with("/model/merges", {"a c"}), "'ac' is no word of the vocabulary");
    refused_tokenizer(with("/model/merges", {"a x"}), "'x' is no word");
    refused_tokenizer(with("/model/merges", {"ab"}), "is no word");
    refused_tokenizer(with("/model/merges", {{"a"}}), "merge 0");
    refused_tokenizer(with("/model/merges", {1}), "merge 0: a merge must be");
    refused_tokenizer(with("/added_tokens", {{{"id", 1}, {"content", "x"}}}),
            "which is 'b' in the vocabulary");
    refused_tokenizer(with("/added_tokens", {{{"id", 9}, {"content", ""}}}), "is empty");
    refused_tokenizer(with("/added_tokens", {{{"id", 1 << 30}, {"content", "x"}}}), "only 5 tokens");
    refused_tokenizer(with("/added_tokens", {5}), "added token");
    refused_tokenizer(with("/post_processor", {{"type", "TemplateProcessing"},
                                     {"single", {{{"SpecialToken", {{"id", "<s>"}}}}}},
                                     {"special_tokens", json::object()}}),
            "has no ids");
    // A vocabulary without a byte of the text cannot write it, and says which.
    CHECK_THROWS_WITH_AS(tokenizer(small(), "x").encode("abd"),
                         doctest::Contains("no token for byte 100"), format_error);
}

TEST_CASE("a tokenizer.json cut anywhere is one clear error") {
    // Must-show 7.
    mapped_file const whole(test::golden_directory() / "tokenizer-llama3" / "tokenizer.json");
    auto const end = whole.text().rfind('}');
    for (std::size_t length = 0; length < end; length += 3) {
        CAPTURE(length);
        CHECK_THROWS_WITH_AS(parse_json(whole.text().substr(0, length), "tokenizer.json"),
                             doctest::Contains("tokenizer.json: not valid JSON"), format_error);
    }
}

TEST_CASE("no text takes quadratic time") {
    // Pieces of a quarter of a megabyte; quadratic merging or cutting would take a minute, not the
    // fraction of a second that the suite's time limit allows.
    std::size_t const size = 1 << 18;
    std::string pairs, specials;
    while (pairs.size() < size) { pairs += "ab"; }
    while (specials.size() < size) { specials += "<|begi"; }
    auto const check = [](char const* name, std::vector<std::string> const& texts) {
        auto const tokens = golden(name);
        for (std::string const& text : texts) {
            CHECK(tokens.decode(tokens.encode(text, {.add_special = false})).size() >= text.size() - 1);
        }
    };
    check("tokenizer-llama3", {std::string(size, 'a'), std::string(size, ' '), std::string(size, '\n'),
                               std::string(size, '\xff'), std::string(size, '!'), pairs, specials});
    // The others merge in the same way; but where there are no spaces, a text is one piece.
    for (char const* name : {"words-llama2", "words-sp-bpe", "words-sp-unigram-bytes"}) {
        check(name, {pairs.substr(size / 2), std::string(size / 2, ' ')});
    }
}

TEST_CASE("what is put around a text are tokens of the vocabulary") {
    json object = tokenizer_description(test::golden_directory() / "tokenizer-llama3");
    for (json& step : object["post_processor"]["processors"]) {
        if (step["type"] == "TemplateProcessing") { step["special_tokens"]["<|begin|>"]["ids"][0] = 500; }
    }
    CHECK_THROWS_WITH_AS(tokenizer(object, "t"), doctest::Contains("token 500 around a text, in a vocabulary of 500"),
                         format_error);
}

TEST_CASE("threads may share a tokenizer") {
    auto const tokens = golden("tokenizer-llama3");
    auto const rows =
        read_json(test::golden_directory() / "tokenizer-llama3" / "expected.json");
    std::vector<int> wrong(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (auto const& row : rows) {
                wrong[t] += tokens.encode(row["text"].get<std::string>()) !=
                            row["ids"].get<std::vector<std::int32_t>>();
            }
        });
    }
    for (auto& thread : threads) { thread.join(); }
    CHECK(wrong == std::vector<int>(4));
}
