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

/// The tokens of one piece, in room of its own.
tokens encoded(bpe const& model, std::string_view piece) {
    encode_space space;
    tokens out;
    model.encode(piece, out, space);
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
        CHECK(encoded(fast, piece) == plain_merge(model, piece));
    }
}

TEST_CASE("of equal merges the leftmost comes first, and a merge can open an earlier one") {
    json const model = {
        {"type", "BPE"},
        {"vocab",
         {{"a", 0}, {"b", 1}, {"aa", 2}, {"aab", 3}, {"aaa", 4}, {"bb", 5}, {"bba", 6}}},
        {"merges", {"bb a", "a a", "aa b", "aa a", "b b"}}};
    auto const encode = [&](char const* piece) { return encoded(bpe(model, "x"), piece); };
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
    CHECK(encoded(bpe(model, "x"), "abc") == tokens{0, 1, 2});
    model["ignore_merges"] = true;
    CHECK(encoded(bpe(model, "x"), "abc") == tokens{3});
}

TEST_CASE("both spellings of merges are read, and a space inside a word is a letter") {
    json const vocab = {{"a", 0}, {"Ġ", 1}, {"Ġa", 2}};
    for (json const& merges : {json{"Ġ a"}, json::array({json{"Ġ", "a"}})}) {
        CHECK(encoded(bpe({{"vocab", vocab}, {"merges", merges}}, "x"), " a") == tokens{2});
    }
}

TEST_CASE("what is remembered is what would be computed") {
    json const model = golden_model();
    bpe const one(model, "x");
    std::string const long_piece(100, 'a');
    encode_space space;
    for (std::string const& piece :
         {std::string(" the"), long_piece, std::string(" the"), long_piece}) {
        tokens again;
        one.encode(piece, again, space);
        CHECK(again == encoded(one, piece));
    }
}

TEST_CASE("over characters, what is no word becomes tokens of bytes, or the unknown token") {
    json model = {{"vocab", {{"<unk>", 0}, {"a", 1}, {"b", 2}, {"ab", 3}, {"<0xC3>", 4}}},
                  {"merges", {"a b"}},
                  {"unk_token", "<unk>"},
                  {"byte_fallback", true}};
    auto const encode = [&](char const* piece) {
        return encoded(bpe(model, "x", bpe::over::characters), piece);
    };
    CHECK(encode("abé") == tokens{3, 0}); // é is C3 A9, and A9 has no token
    CHECK(encode("\xc3") == tokens{4});   // a byte that is no UTF-8
    CHECK(encode("xyab") == tokens{0, 0, 3});
    model["fuse_unk"] = true;
    CHECK(encode("xyab") == tokens{0, 3});
    model["vocab"]["<0xA9>"] = 5;
    CHECK(encode("abé") == tokens{3, 4, 5});
    model.erase("unk_token");
    CHECK(encode("xayb") == tokens{3}); // what nothing stands for vanishes
}

TEST_CASE("cutting at space marks changes nothing, and is left out where a word has one inside") {
    std::string const m(space_mark);
    json vocab = {{m, 0}, {"a", 1}, {"b", 2}, {m + "a", 3}, {m + m, 4}, {"ab", 5}};
    json const merges = {m + " a", m + " " + m, "a b"};
    json inside = vocab;
    inside["a" + m] = 6; // now text may not be cut, yet this merge comes last
    json more = merges;
    more.push_back("a " + m);
    bpe const cut({{"vocab", vocab}, {"merges", merges}}, "x", bpe::over::characters);
    bpe const whole({{"vocab", inside}, {"merges", more}}, "x", bpe::over::characters);
    std::string text; // every string of four of these
    for (int code = 0; code < 81; ++code) {
        text.clear();
        for (int i = 0, rest = code; i < 4; ++i, rest /= 3) {
            text += std::vector<std::string>{m, "a", "b"}[static_cast<std::size_t>(rest % 3)];
        }
        CAPTURE(text);
        if (text.find("a" + m) == text.npos) { CHECK(encoded(cut, text) == encoded(whole, text)); }
    }
    CHECK(encoded(whole, "ba" + m) == tokens{2, 6});
    CHECK(encoded(cut, "ba" + m) == tokens{2, 1, 0});
}
