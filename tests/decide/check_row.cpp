// SPDX-License-Identifier: MIT
#include <qad/decide/check_row.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::detail;

TEST_CASE("what kind of row, by its words") {
    CHECK(is_base({{"config", "base bf16"}}));
    CHECK(is_rounded({{"config", "GPTQ int4"}}));
    CHECK(is_trained({{"config", "LoRA on bf16"}}));
    CHECK(is_trained({{"config", "QLoRA nf4"}}));
    CHECK_FALSE(is_rounded({{"config", "QLoRA nf4"}}));
    CHECK_FALSE(is_base({{"config", "LoRA on the base"}}));
}

TEST_CASE("stored weights may have scales and 16-bit embeddings, and nothing else") {
    pack_model model;
    model.shape = llama3_8b;
    model.counts = {8'030'261'248};
    auto const result = [&](char const* cell) {
        findings found;
        check_weight_cell({{"config", "row"}, {"weight_memory", cell}}, model, found);
        return found.begin()->result;
    };
    CHECK(result("4.02 GB (int4)") == outcome::ok); // codes alone
    CHECK(result("4.52 GB (int4)") == outcome::ok); // a 16-bit scale for each 32
    CHECK(result("5.70 GB (int4)") == outcome::ok); // embedding and head in 16 bits
    CHECK(result("3.50 GB (int4)") == outcome::contradicts);
    CHECK(result("8.03 GB (int4)") == outcome::contradicts);
    CHECK(result("8.03 GB (int4, embedding fp32)") == outcome::ok);
    CHECK(result("16.06 GB (bf16)") == outcome::ok);
    CHECK(result("14.96 GB (bf16)") == outcome::contradicts); // GiB
    CHECK(result("14.96 GiB (bf16)") == outcome::ok);
    CHECK(result("16.06 (bf16)") == outcome::missing);
}

TEST_CASE("a row that touched little is no quantized one, unless there was no more to touch") {
    pack_model model;
    model.shape = {.hidden = 64,
                   .layers = 2,
                   .heads = 4,
                   .kv_heads = 2,
                   .head_dim = 16,
                   .feed_forward = 128,
                   .vocabulary = 2048}; // 73,728 of 336,192 parameters in linear layers
    named_cells const base = {{"config", "base"}, {"weight_memory", "672,384 B"}};
    auto const said = [&](char const* coverage, char const* weights) {
        findings found;
        check_coverage({{"config", "int4"}, {"coverage", coverage}, {"weight_memory", weights}},
                       &base, model, found);
        return std::pair(found.begin()->id, found.begin()->result);
    };
    using enum outcome;
    CHECK(said("21.9 %", "564,000 B") == std::pair(std::string("W14"), remark));
    CHECK(said("2.1 %", "664,000 B") == std::pair(std::string("W19"), contradicts));
    CHECK(said("97 %", "664,000 B") == std::pair(std::string("W19"), contradicts));
    CHECK(said("97 %", "180,000 B") == std::pair(std::string("W14"), ok));
}

TEST_CASE("repeats and spread") {
    auto const result = [](char const* repeats, char const* spread) {
        findings found;
        check_timing({{"config", "r"},
                      {"tokens_per_sec", "41.0"},
                      {"repeats", repeats},
                      {"spread", spread}},
                     found);
        return found.begin()->result;
    };
    CHECK(result("3", "0.5") == outcome::ok);
    CHECK(result("2", "0.5") == outcome::contradicts);
    CHECK(result("", "0.5") == outcome::missing);
    CHECK(result("", "0.5 % of 5 runs") == outcome::ok);
    CHECK(result("5", "") == outcome::missing);
}
