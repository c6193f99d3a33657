// SPDX-License-Identifier: MIT
#include <qad/io/scored_bpe.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
std::vector<std::int32_t> scored_tokens(json const& model, std::string_view piece) {
    encode_space space;
    std::vector<std::int32_t> out;
    scored_bpe(model, "x").encode(piece, out, space);
    return out;
}
using scored = std::vector<std::int32_t>;
} // namespace

TEST_CASE("the highest score is joined first, the leftmost of equals") {
    json const model = parse_json(
        R"({"vocab": [["<unk>", 0], ["a", -9], ["b", -9], ["ab", -2], ["ba", -1], ["aa", -1]], "types": [2, 1, 1, 1, 1, 1]})",
        "x");
    CHECK(scored_tokens(model, "aba") == scored{1, 4});
    CHECK(scored_tokens(model, "aaa") == scored{5, 1});
    CHECK(scored_tokens(model, "baa") == scored{4, 1});
    CHECK(scored_tokens(model, "xyab") == scored{0, 3}); // a run of unknown characters is one
}

TEST_CASE("words of the user's stay whole, unused words are taken apart again") {
    json const model = parse_json(
        R"({"vocab": [["<unk>", 0], ["a", -9], ["b", -9], ["ab", -1], ["aba", 0], ["abab", -3]], "types": [2, 1, 1, 5, 4, 1]})",
        "x");
    CHECK(scored_tokens(model, "aba") == scored{4});
    CHECK(scored_tokens(model, "ab") == scored{1, 2});
    CHECK(scored_tokens(model, "bab") == scored{2, 1, 2});
}

TEST_CASE("what is no word becomes tokens of bytes") {
    json const model = parse_json(
        R"({"vocab": [["<unk>", 0], ["a", -9], ["<0xC3>", 0], ["<0xA9>", 0]], "types": [2, 1, 6, 6], "byte_fallback": true})",
        "x");
    CHECK(scored_tokens(model, "aé") == scored{1, 2, 3});
    CHECK(scored_tokens(model, "\xc3") == scored{2});
    CHECK(scored_tokens(model, "b") == scored{0});
}
