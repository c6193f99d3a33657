// SPDX-License-Identifier: MIT
#include <qad/io/scored_words.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
/// From JSON text: lists of pairs would become objects in C++.
json scored_model(char const* text) { return parse_json(text, "test"); }
} // namespace

TEST_CASE("kinds decide what can come out of a text") {
    scored_words const known(
        scored_model(
            R"({"vocab": [["<unk>", 0], ["<s>", 0], ["a", -1.5], ["<x>", 0], ["<0x41>", 0], ["u", 0]],
                                               "types": [2, 3, 1, 4, 6, 5]})"),
        "x");
    CHECK(known.unknown == 0);
    CHECK(known.find("<s>") == -1);
    CHECK(known.find("a") == 2);
    CHECK(known.score(2) == -1.5);
    CHECK(known.find("u") == 5);
    CHECK(known.user_word("<x>y") == 3);
    CHECK(known.user_word("<xy") == -1);
    CHECK(known.words.byte_token('A') == 4);
    std::vector<std::int32_t> out;
    known.append_unknown("A", out);
    CHECK(out == std::vector<std::int32_t>{0}); // byte_fallback is off
}

TEST_CASE("a damaged vocabulary is refused") {
    auto const refused = [](char const* model, char const* because) {
        CHECK_THROWS_WITH_AS(scored_words(scored_model(model), "x"), doctest::Contains(because),
                             format_error);
    };
    refused(R"({"vocab": 1})", "no vocab");
    refused(R"({"vocab": [["a", 0]], "types": [1, 1]})", "differ in length");
    refused(R"({"vocab": [1]})", "must be [text, score]");
    refused(R"({"vocab": [["a", "0"]]})", "must be [text, score]");
    refused(R"({"vocab": [["", 0]]})", "is empty");
    refused(R"({"vocab": [["a", 0], ["a", 0]], "types": [1, 1]})", "occurs twice");
    refused(R"({"vocab": [["a", 0]], "types": [7]})", "from 1 to 6");
    refused(R"({"vocab": [["a", 0]], "unk_id": 1})", "unk_id");
    scored_words const twice(scored_model(R"({"vocab": [["a", 0], ["a", 0]]})"), "x");
    CHECK(twice.find("a") == 1); // without kinds, as the tokenizers package: the last counts
    std::vector<std::int32_t> out;
    CHECK_THROWS_WITH_AS(twice.append_unknown("b", out), doctest::Contains("no word for 'b'"),
                         format_error);
}
