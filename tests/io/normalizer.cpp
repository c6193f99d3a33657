// SPDX-License-Identifier: MIT
#include <qad/io/normalizer.hpp>

#include "support/tokenizer_steps.hpp" // each_step

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("every step changes texts as in the tokenizers package") {
    int steps = 0;
    test::each_step("normalizer", [&](json const& step, json const& text,
                                      json const& expected) {
        CAPTURE(step.dump());
        CHECK(normalizer(step, "x")(text.get<std::string>()) == expected.get<std::string>());
        ++steps;
    });
    CHECK(steps > 200);
}

TEST_CASE("bytes that are no UTF-8 pass every step") {
    test::each_step("normalizer", [](json const& step, json const& text, json const&) {
        CAPTURE(step.dump());
        std::string const changed = normalizer(step, "x")(text.get<std::string>() + "\xff");
        CHECK(changed.ends_with('\xff'));
    });
}

TEST_CASE("no normalizer changes nothing, an unknown one is refused") {
    CHECK(normalizer(json(), "x").none());
    CHECK(normalizer({{"type", "Sequence"}, {"normalizers", json::array()}}, "x").none());
    CHECK_THROWS_WITH_AS(normalizer({{"type", "BertNormalizer"}}, "x"),
                         doctest::Contains("BertNormalizer; supported: NFC"), format_error);
    CHECK_THROWS_AS(
        normalizer({{"type", "Replace"}, {"pattern", {{"String", ""}}}, {"content", ""}}, "x"),
        format_error);
    CHECK_THROWS_AS(
        normalizer({{"type", "Precompiled"}, {"precompiled_charsmap", "AAAA!"}}, "x"),
        format_error);
    CHECK_THROWS_AS(normalizer(json::array(), "x"), format_error);
}
