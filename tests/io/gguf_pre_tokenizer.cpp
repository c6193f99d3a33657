// SPDX-License-Identifier: MIT
#include <qad/io/gguf_pre_tokenizer.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;

TEST_CASE("a name's description is recognised again") {
    std::set<std::string> names;
    for (auto const& one : gguf_pre_tokenizers()) {
        std::vector<std::string> cuts;
        CHECK(add_cuts(one.description(), cuts));
        CHECK(cuts == one.cuts);
        for (auto const& name : one.names) { CHECK(names.insert(name).second); }
        CHECK(pre_tokenizer(one.description(), "x").byte_level());
    }
    CHECK(gguf_pre_names().find("qwen2") != std::string::npos);
}

TEST_CASE("the same cuts in other words, and other cuts") {
    std::vector<std::string> cuts;
    json const level = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
    CHECK(add_cuts(
        {{"type", "Sequence"},
         {"pretokenizers", {{{"type", "Digits"}, {"individual_digits", true}}, level}}},
        cuts));
    CHECK(cuts == std::vector<std::string>{"\\p{N}", gpt2_words});
    CHECK_FALSE(add_cuts({{"type", "Whitespace"}}, cuts));
    CHECK_FALSE(add_cuts({{"type", "ByteLevel"}, {"add_prefix_space", true}}, cuts));
    CHECK_FALSE(add_cuts(
        {{"type", "Split"}, {"pattern", {{"Regex", "a"}}}, {"behavior", "Removed"}}, cuts));
    CHECK_FALSE(add_cuts(json(), cuts));
}
