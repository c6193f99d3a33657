// SPDX-License-Identifier: MIT
#include <qad/fit/models.hpp>
#include <qad/fit/shape.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("the parts add up by hand: Llama-2-7B") {
    auto const n = count_parameters(llama2_7b);
    CHECK(n.embedding == 32000 * 4096);
    CHECK(n.head == 32000 * 4096);
    CHECK(n.attention == 32LL * 4 * 4096 * 4096);
    CHECK(n.feed_forward == 32LL * 3 * 4096 * 11008);
    CHECK(n.norms == (2 * 32 + 1) * 4096);
    CHECK(n.biases == 0);
    CHECK(n.total() == 6'738'415'616);
}

TEST_CASE("keys and values are as wide as the KV heads, not as the query heads (M1.2a)") {
    model_shape mha = llama3_8b;
    mha.kv_heads = mha.heads;
    // 24 heads more in each of K and V, in every layer.
    CHECK(parameters(mha) - parameters(llama3_8b) == 32LL * 2 * 24 * 128 * 4096);
}

TEST_CASE("what beginners forget is worth a number: gate, head, biases (M1.2b, c, d)") {
    model_shape no_gate = llama3_8b, tied = llama3_8b, no_bias = qwen25_7b;
    no_gate.gated = false;
    tied.tied = true;
    no_bias.qkv_bias = false;
    CHECK(parameters(llama3_8b) - parameters(no_gate) == 32LL * 4096 * 14336);
    CHECK(parameters(llama3_8b) - parameters(tied) == 128256LL * 4096);
    CHECK(parameters(qwen25_7b) - parameters(no_bias) == 28LL * (28 + 4 + 4) * 128);
}

TEST_CASE("storing q, k, v as one matrix changes no number of parameters") {
    model_shape apart = phi3_mini;
    apart.fused = false;
    CHECK(count_parameters(apart).total() == count_parameters(phi3_mini).total());
    CHECK(count_parameters(apart).attention == count_parameters(phi3_mini).attention);
}

TEST_CASE("the linear layers are listed in the order of the computation, once each") {
    auto const apart = block_linears(llama3_8b);
    CHECK(apart[0].which == linears::q);
    CHECK(apart[6].which == linears::down);
    CHECK(apart[6].in == 14336);
    CHECK(apart[6].out == 4096);
    unsigned seen = 0;
    for (auto const& one : apart) { seen += static_cast<unsigned>(one.which); }
    CHECK(seen == static_cast<unsigned>(linears::all)); // each bit once
    seen = 0;
    for (auto const& one : block_linears(phi3_mini)) { seen += static_cast<unsigned>(one.which); }
    CHECK(seen == static_cast<unsigned>(linears::all));
    CHECK(block_linears(gpt2)[4].out == 0); // no gate
}

TEST_CASE("a test model of 102,714 parameters is embedding: 96 weights stand in linear layers") {
    // Finding F3 of the course material: an int8 pass over linear layers cannot change its memory.
    auto const n = count_parameters(tiny_gpt2);
    CHECK(n.total() == 102'714);
    CHECK(n.in_linears() == 96);
    CHECK(static_cast<double>(n.embedding + n.positions) / 102'714 > 0.998);
}

TEST_CASE("a round number stands for the parameters where it is given, and for nothing else") {
    constexpr auto seventy = nominally(70'000'000'000, llama3_70b);
    static_assert(parameters(seventy) == 70'000'000'000);
    static_assert(count_parameters(seventy).total() == 70'553'706'496);
    CHECK(seventy.kv_heads == 8);
}

TEST_CASE("sizes that leave 64 bits are an error (M1.1c is the 32-bit version of it)") {
    model_shape absurd = llama3_8b;
    absurd.hidden = index_t{1} << 40;
    absurd.vocabulary = index_t{1} << 40;
    CHECK_THROWS_AS(parameters(absurd), shape_error);
    // Every number of a configuration file at its largest: each product fits, their sum does not.
    index_t const most = INT32_MAX;
    CHECK_THROWS_AS(parameters({.hidden = most, .layers = 1, .heads = 1, .kv_heads = 1,
                                .head_dim = 1, .feed_forward = 1, .vocabulary = most,
                                .norm_bias = true, .positions = most}),
                    shape_error);
    CHECK_THROWS_AS(parameters({.hidden = 1, .layers = most, .heads = most, .kv_heads = most,
                                .head_dim = most, .feed_forward = most, .vocabulary = 1,
                                .fused = true}),
                    shape_error);
}
