// SPDX-License-Identifier: MIT
#include <qad/fit/models.hpp>
#include <qad/fit/weights.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("without scales it is parameters times bytes, to the last byte") {
    for (published_model const& model : published_models) {
        CAPTURE(model.name);
        CHECK(weight_bytes(model.shape, in_fp16).total() == byte_count(2 * model.stated));
        CHECK(weight_bytes(model.shape, in_fp32).total() == byte_count(4 * model.stated));
    }
}

TEST_CASE("nominal and real: 36.09 GB is the course's 70B, 36.38 GB is Llama-3.1-70B") {
    auto const scheme = in_groups(4, 128);
    CHECK(weight_bytes(nominally(70'000'000'000, llama3_70b), scheme).total() ==
          byte_count(36'093'750'000));
    // All its rows are multiples of 128, so matrices cost 4.125 bits and vectors 16.
    index_t const vectors = count_parameters(llama3_70b).norms;
    index_t const matrices = 70'553'706'496 - vectors;
    CHECK(weight_bytes(llama3_70b, scheme).total().count == matrices / 8 * 33 / 8 + 2 * vectors);
}

TEST_CASE("the embedding may differ from the linear layers, and the head from both") {
    auto const m = weight_bytes(llama3_8b, {.linear = in_groups(4, 64), .embedding = in_fp16});
    CHECK(m.embedding == byte_count(2LL * 128256 * 4096));
    CHECK(m.head == m.embedding);
    CHECK(m.linear.count == count_parameters(llama3_8b).in_linears() / 32 * 17); // 4.25 bits
    auto const h = weight_bytes(llama3_8b, {.linear = {4}, .embedding = {8}, .head = {6}});
    CHECK(h.embedding == byte_count(128256LL * 4096));
    CHECK(h.head == byte_count(128256LL * 4096 / 4 * 3));
    // A tied head exists once.
    CHECK(weight_bytes(llama32_1b, in_fp16).head == byte_count(0));
}

TEST_CASE("norms and biases stay in 16 bits unless the weights are wider or the plan says so") {
    auto const n = count_parameters(phi3_small);
    index_t const vectors = n.biases + n.norms;
    CHECK(weight_bytes(phi3_small, storage{4}).vectors == byte_count(2 * vectors));
    CHECK(weight_bytes(phi3_small, in_fp32).vectors == byte_count(4 * vectors));
    CHECK(weight_bytes(phi3_small, {.linear = {4}, .vectors = in_fp32}).vectors ==
          byte_count(4 * vectors));
}

TEST_CASE("a partial group is paid for in every row (M2.5c)") {
    // SmolLM2-135M has rows of 576 = 4.5 · 128 columns: five groups each, not four and a half.
    auto const m = weight_bytes(smollm2_135m, in_groups(4, 128));
    index_t scales = 0;
    for (linear_shape const& linear : block_linears(smollm2_135m)) {
        scales += 30 * linear.out * ((linear.in + 127) / 128);
    }
    CHECK(m.linear.count == count_parameters(smollm2_135m).in_linears() / 2 + 2 * scales);
}
