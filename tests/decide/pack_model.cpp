// SPDX-License-Identifier: MIT
#include <qad/decide/pack_model.hpp>

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

using namespace qad;

namespace {
pack_model from(char const* config) {
    pack_files pack;
    pack.config = json::parse(config);
    return model_of(pack);
}
} // namespace

TEST_CASE("published models under the names that people write") {
    CHECK(from(R"({"model": "meta-llama/Meta-Llama-3.1-8B-Instruct"})").shape == llama3_8b);
    CHECK(from(R"({"model_name": "sshleifer/tiny-gpt2"})").shape == tiny_gpt2);
    CHECK(from(R"({"model": {"name": "gpt2"}})").shape == gpt2);
    CHECK(from(R"({"base_model": "NousResearch/Llama-2-7b-hf"})").shape == llama2_7b);
    CHECK_FALSE(from(R"({"model": "nobody/knows"})").known());
    CHECK_FALSE(from("null").known());
}

TEST_CASE("the round number of a name is accepted beside the count, where it is near") {
    auto const m = from(R"({"model": "Llama-2-7b"})");
    CHECK(m.counts[0] == 6'738'415'616);
    auto const big = from(R"({"model": "Llama-2-7B"})");
    REQUIRE(big.counts.size() == 2);
    CHECK(big.counts[1] == 7e9);
    CHECK(from(R"({"model": "house-3B"})").counts == std::vector<double>{3e9});
}

TEST_CASE("a stated shape or number of parameters, and LoRA's settings under both names") {
    auto const m = from(R"({"shape": {"hidden": 256, "layers": 4, "heads": 4, "kv_heads": 2,
        "head_dim": 64, "feed_forward": 768, "vocabulary": 2048, "tied": true},
        "lora": {"r": 8, "target_modules": ["q_proj", "v_proj"]}})");
    CHECK(m.shape == test::sample_shape);
    CHECK(m.rank == 8);
    REQUIRE(m.targets.has_value());
    CHECK(*m.targets == (linears::q | linears::v));
    CHECK(from(R"({"parameters": 102714})").counts == std::vector<double>{102714});
    CHECK_FALSE(from(R"({"lora": {"targets": ["query_key_value"]}})").targets.has_value());
}
