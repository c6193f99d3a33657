// SPDX-License-Identifier: MIT
#include <qad/io/bpe.hpp>

#include <qad/core/random.hpp> // generator

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

using tokens = std::vector<std::int32_t>;

/// The definition, step by step: search all pairs, join the best, begin again.
tokens plain_merge(json const& model, std::string const& piece) {
    std::vector<std::string> symbols;
    for (char byte : piece) { symbols.push_back(to_alphabet(std::string(1, byte))); }
    for (;;) {
        std::size_t best = symbols.size(), best_rank = model["merges"].size();
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
            for (std::size_t rank = 0; rank < best_rank; ++rank) {
                json const& merge = model["merges"][rank];
                if (merge[0] == symbols[i] && merge[1] == symbols[i + 1]) {
                    best_rank = rank, best = i;
                }
            }
        }
        if (best == symbols.size()) { break; }
        symbols[best] += symbols[best + 1];
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
    tokens out;
    for (auto const& symbol : symbols) {
        out.push_back(model["vocab"][symbol].get<std::int32_t>());
    }
    return out;
}

json golden_model() {
    return read_json(test::golden_directory() / "tokenizer-smollm2" /
                     "tokenizer.json")["model"];
}

} // namespace

TEST_CASE("the heap finds the merges that the definition finds") {
    json const model = golden_model();
    bpe const fast(model, "x");
    generator random(3);
    std::string const letters = " aeinorst"; // so that most pairs are known
    for (int trial = 0; trial < 60; ++trial) {
        std::string piece;
        for (std::uint32_t n = 2 + random.below(30); n > 0; --n) {
            piece += letters[random.below(9)];
        }
        CAPTURE(piece);
        tokens got;
        fast.encode(piece, got);
        CHECK(got == plain_merge(model, piece));
    }
}

TEST_CASE("of equal merges the leftmost comes first, and a merge can open an earlier one") {
    json const model = {
        {"type", "BPE"},
        {"vocab",
         {{"a", 0}, {"b", 1}, {"aa", 2}, {"aab", 3}, {"aaa", 4}, {"bb", 5}, {"bba", 6}}},
        {"merges", {"bb a", "a a", "aa b", "aa a", "b b"}}};
    auto const encode = [&](char const* piece) {
        tokens out;
        bpe(model, "x").encode(piece, out);
        return out;
    };
    CHECK(encode("aaa") == tokens{4});
    CHECK(encode("aaab") == tokens{4, 1}); // aa·a·b, not a·aa·b, which would end as a·aab
    CHECK(encode("bbaa") == tokens{5, 2}); // "a a" stands before "b b", which would open "bb a"
    CHECK(encode("bba") == tokens{6});     // here "b b" comes first
    CHECK(encode("aab") == tokens{3});
    CHECK(encode("b") == tokens{1});
}

TEST_CASE("a piece that is a word needs no merges where the file says so") {
    json model = {{"type", "BPE"},
                  {"vocab", {{"a", 0}, {"b", 1}, {"c", 2}, {"abc", 3}}},
                  {"merges", json::array()}};
    tokens without, with;
    bpe(model, "x").encode("abc", without);
    model["ignore_merges"] = true;
    bpe(model, "x").encode("abc", with);
    CHECK(without == tokens{0, 1, 2});
    CHECK(with == tokens{3});
}

TEST_CASE("both spellings of merges are read, and a space inside a word is a letter") {
    json const vocab = {{"a", 0}, {"Ġ", 1}, {"Ġa", 2}};
    for (json const& merges : {json{"Ġ a"}, json::array({json{"Ġ", "a"}})}) {
        tokens out;
        bpe({{"vocab", vocab}, {"merges", merges}}, "x").encode(" a", out);
        CHECK(out == tokens{2});
    }
}

TEST_CASE("what is remembered is what would be computed") {
    json const model = golden_model();
    bpe const one(model, "x");
    std::string const long_piece(100, 'a');
    for (std::string const& piece :
         {std::string(" the"), long_piece, std::string(" the"), long_piece}) {
        tokens again, fresh;
        one.encode(piece, again);
        bpe(model, "x").encode(piece, fresh);
        CHECK(again == fresh);
    }
}
