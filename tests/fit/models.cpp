// SPDX-License-Identifier: MIT
#include <qad/fit/models.hpp>

#include <qad/fit/kv.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("every published model is counted to the last parameter that its publisher states") {
    for (published_model const& model : published_models) {
        CAPTURE(model.name);
        CHECK(parameters(model.shape) == model.stated);
    }
}

// The same while compiling: what the issue asks for by name.
static_assert(parameters(llama2_7b) == 6'738'415'616);
static_assert(parameters(llama3_8b) == 8'030'261'248);
static_assert(parameters(llama3_70b) == 70'553'706'496);
static_assert(parameters(mistral_7b) == 7'241'732'096);
static_assert(parameters(mistral_7b_v3) == 7'248'023'552);
static_assert(parameters(qwen25_7b) == 7'615'616'512);
static_assert(parameters(phi3_mini) == 3'821'079'552);
static_assert(parameters(phi3_small) == 7'392'272'384); // LayerNorm and biases everywhere
static_assert(parameters(smollm2_135m) == 134'515'008);

TEST_CASE("the fp16 KV cache of each, in bytes per token, as their tables say") {
    CHECK(kv_bytes(llama32_1b, 1) == byte_count(32'768));
    CHECK(kv_bytes(llama32_3b, 1) == byte_count(114'688));
    CHECK(kv_bytes(llama3_8b, 1) == byte_count(131'072));
    CHECK(kv_bytes(mistral_7b_v3, 1) == byte_count(131'072));
    CHECK(kv_bytes(qwen25_05b, 1) == byte_count(12'288));
    CHECK(kv_bytes(qwen25_15b, 1) == byte_count(28'672));
    CHECK(kv_bytes(qwen25_7b, 1) == byte_count(57'344));
    CHECK(kv_bytes(phi3_mini, 1) == byte_count(393'216));
    CHECK(kv_bytes(smollm2_135m, 1) == byte_count(23'040));
    CHECK(kv_bytes(smollm2_360m, 1) == byte_count(40'960));
    CHECK(kv_bytes(smollm2_17b, 1) == byte_count(196'608));
}

TEST_CASE("a model is found by its name, in capitals or not; no other name finds one") {
    REQUIRE(find_model("llama-3.1-8b") != nullptr);
    CHECK(find_model("llama-3.1-8b")->shape == llama3_8b);
    for (published_model const& model : published_models) {
        CHECK(find_model(model.name) == &model); // names are unique
    }
    CHECK(find_model("llama-3.1-8") == nullptr);
    CHECK(find_model("llama-3.1-8b ") == nullptr);
    CHECK(find_model("") == nullptr);
}
