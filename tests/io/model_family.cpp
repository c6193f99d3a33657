// SPDX-License-Identifier: MIT
#include <qad/io/model_family.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("a family is found by each of its names") {
    CHECK(find_family(&model_family::type, "qwen3", "x").qk_norm);
    CHECK(find_family(&model_family::architecture, "Phi3ForCausalLM", "x").fused);
    CHECK(find_family(&model_family::gguf, "llama", "x").type == "llama");
    CHECK(family_names(&model_family::gguf) == "llama, qwen2, qwen3, phi3");
}

TEST_CASE("whoever is refused learns in what the model differs") {
    auto const says = [](char const* name, char const* because) {
        CHECK_THROWS_WITH_AS(find_family(&model_family::type, name, "model_type"), doctest::Contains(because),
                             format_error);
    };
    for (foreign_family const& foreign : foreign_families) {
        says(std::string(foreign.type).c_str(), "model_type is \"");
    }
    says("qwen3_moe", "mixture of experts");
    says("phi", "LayerNorm"); // not phi3, although it begins so
    says("gemma3_text", "1 + w");
    says("unheard", "is \"unheard\"; supported: llama, mistral, qwen2, qwen3, phi3");
}
