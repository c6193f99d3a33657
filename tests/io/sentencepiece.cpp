// SPDX-License-Identifier: MIT
#include <qad/io/sentencepiece.hpp>

#include <qad/io/tokenizer.hpp> // tokenizer

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {
/// A message's field: its number, and bytes.
std::string sp_field(int number, std::string const& bytes) {
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} +
           bytes;
}
std::string sp_number(int number, int value) {
    return number < 16 ? std::string{static_cast<char>(number << 3), static_cast<char>(value)}
                       : std::string{static_cast<char>((number << 3 & 0x7f) | 0x80),
                                     static_cast<char>(number >> 4), static_cast<char>(value)};
}
std::string sp_piece(std::string const& text, int type) {
    return sp_field(1, sp_field(1, text) + sp_number(3, type));
}
std::string const sp_small = sp_piece("<unk>", 2) + sp_piece("<s>", 3) + sp_piece("</s>", 3) +
                             sp_piece("▁", 1) + sp_piece("a", 1);
} // namespace

TEST_CASE("a model's words, kinds and rules become a description") {
    json const made = sentencepiece_json(
        sp_small + sp_field(2, sp_number(3, 2)) + sp_field(3, sp_number(4, 0)), "x");
    CHECK(made["model"]["type"] == "ScoredBPE");
    CHECK(made["model"]["types"] == json{2, 3, 3, 1, 1});
    CHECK(made["normalizer"]["remove_extra_whitespaces"] == false);
    CHECK(made["normalizer"]["add_dummy_prefix"] == true);
    CHECK(made["bos"] == 1);
    CHECK(made["eos"] == 2);
    CHECK(tokenizer(made, "x").encode("a a") == std::vector<std::int32_t>{1, 3, 4, 3, 4});
    CHECK(sentencepiece_json(sp_small, "x")["model"]["type"] == "Unigram");
}

TEST_CASE("models of other kinds, and no models, are refused") {
    auto const refused = [](std::string const& bytes, char const* because) {
        CHECK_THROWS_WITH_AS(sentencepiece_json(bytes, "f"), doctest::Contains(because),
                             format_error);
    };
    refused("", "has no words");
    refused(sp_small + sp_field(2, sp_number(3, 4)),
            "type 4; supported: unigram (1) and BPE (2)");
    refused(sp_small + sp_field(2, sp_number(24, 1)), "treat_whitespace_as_suffix");
    refused(sp_piece("\xff", 1), "word 0 is no UTF-8");
    refused("{}", "f: byte");
}

TEST_CASE("a tokenizer.model cut anywhere is one clear error, or a shorter model") {
    mapped_file const whole(test::golden_directory() / "words-sp-rules" / "tokenizer.model");
    int refused = 0;
    for (std::size_t length = 0; length < whole.text().size(); length += 7) {
        try {
            tokenizer const cut(sentencepiece_json(whole.text().substr(0, length), "f"), "f");
            cut.encode("any text <sep>");
        } catch (format_error const&) { ++refused; }
    }
    CHECK(refused > 300);
}
