// SPDX-License-Identifier: MIT
#include <qad/fit/adapters.hpp>

#include <qad/fit/models.hpp>

#include <doctest/doctest.h>

using namespace qad;

// Chapter 5.2 and the table of published adapters.
static_assert(lora_parameters(llama2_7b, 8, linears::q | linears::v) == 4'194'304);
static_assert(lora_parameters(llama2_7b, 16) == 39'976'960);
static_assert(lora_parameters(llama3_8b, 16) == 41'943'040);
static_assert(lora_parameters(mistral_7b, 16) == 41'943'040);
static_assert(lora_parameters(qwen25_7b, 16) == 40'370'176);
static_assert(lora_parameters(phi3_mini, 16) == 25'165'824); // by its fused names
static_assert(lora_parameters(smollm2_17b, 16) == 18'087'936);
static_assert(lora_parameters(tiny_gpt2, 8) == 512); // finding F2

TEST_CASE("one 4096 × 4096 layer at rank 8: 65,536 of 16,777,216, one in 256") {
    model_shape one = llama2_7b;
    one.layers = 1;
    CHECK(lora_parameters(one, 8, linears::q) == 65'536);
    CHECK(block_linears(one)[0].weights() == 256 * 65'536);
}

TEST_CASE("on all linear layers of Llama-3.1-8B, rank 16 is half a percent of the model") {
    double const share = static_cast<double>(lora_parameters(llama3_8b, 16)) /
                         static_cast<double>(parameters(llama3_8b));
    CHECK(share > 0.0052);
    CHECK(share < 0.0053);
}

TEST_CASE("parameters grow with the rank and add up over the layers") {
    CHECK(lora_parameters(llama3_8b, 32) == 2 * lora_parameters(llama3_8b, 16));
    CHECK(lora_parameters(llama3_8b, 16, linears::attention) +
              lora_parameters(llama3_8b, 16, linears::feed_forward) ==
          lora_parameters(llama3_8b, 16, linears::all));
    CHECK(lora_parameters(llama3_8b, 16, linears::none) == 0);
}

TEST_CASE("any part of a fused matrix means the whole: there is one pair for it") {
    CHECK(lora_parameters(phi3_mini, 4, linears::q) ==
          lora_parameters(phi3_mini, 4, linears::q | linears::k | linears::v));
}

TEST_CASE("a round number of parameters alone has no layers to adapt: an error, not a small sum") {
    constexpr model_shape only_known_by_number{.layers = 80, .kv_heads = 8, .head_dim = 128,
                                               .nominal = 70'000'000'000};
    CHECK_THROWS_AS(lora_parameters(only_known_by_number, 16), shape_error);
}

TEST_CASE("a rank below 1 is an error") {
    CHECK_THROWS_AS(lora_parameters(llama3_8b, 0), shape_error);
    CHECK_THROWS_AS(lora_parameters(llama3_8b, -8), shape_error);
}
