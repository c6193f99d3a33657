// SPDX-License-Identifier: MIT
#include <qad/io/text_template.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what stands around a text") {
    using tokens = std::vector<std::int32_t>;
    json const bert = {
        {"type", "RobertaProcessing"}, {"cls", {"<s>", 3}}, {"sep", {"</s>", 4}}};
    CHECK(text_template(bert, "x").before == tokens{3});
    CHECK(text_template(bert, "x").after == tokens{4});
    json const both = {{"type", "TemplateProcessing"},
                       {"single",
                        {{{"SpecialToken", {{"id", "b"}}}},
                         {{"Sequence", {{"id", "A"}}}},
                         {{"SpecialToken", {{"id", "e"}}}}}},
                       {"special_tokens", {{"b", {{"ids", {1, 2}}}}, {"e", {{"ids", {5}}}}}}};
    text_template const around(
        {{"type", "Sequence"}, {"processors", {{{"type", "ByteLevel"}}, both}}}, "x");
    CHECK(around.before == tokens{1, 2});
    CHECK(around.after == tokens{5});
    CHECK(text_template(json(), "x").before.empty());
    CHECK_THROWS_AS(text_template({{"type", "Other"}}, "x"), format_error);
    CHECK_THROWS_AS(text_template({{"type", "BertProcessing"}, {"cls", "<s>"}}, "x"),
                    format_error);
}
