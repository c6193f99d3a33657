// SPDX-License-Identifier: MIT
#include <qad/io/gguf_config.hpp>

#include <qad/io/gguf_writer.hpp>

#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// A file with these keys, an embedding of 16 tokens, and the tensors named.
model_config read(gguf_values keys, std::vector<std::pair<char const*, std::vector<float>>> const& tables = {}) {
    test::scratch_directory const scratch;
    auto const arch = std::get<std::string>(keys.front().second);
    for (auto const& [key, value] : {std::pair{"context_length", 64u}, {"embedding_length", 32u}, {"block_count", 2u},
                                     {"feed_forward_length", 48u}, {"attention.head_count", 4u}}) {
        keys.emplace_back(arch + "." + key, std::uint32_t{value});
    }
    keys.emplace_back(arch + ".attention.layer_norm_rms_epsilon", 1e-5f);
    std::vector<gguf_declaration> declared{{"token_embd.weight", ggml_type::f32, {32, 16}}};
    for (auto const& [name, values] : tables) {
        declared.push_back({name, ggml_type::f32, {static_cast<index_t>(values.size())}});
    }
    gguf_writer out(scratch / "m.gguf", keys, declared);
    std::vector<float> const embedding(32 * 16);
    out.write("token_embd.weight", std::as_bytes(std::span(embedding)));
    for (auto const& [name, values] : tables) { out.write(name, std::as_bytes(std::span(values))); }
    out.commit();
    return read_gguf_config(gguf_parts(scratch / "m.gguf"));
}
gguf_values arch(char const* name) { return {{"general.architecture", std::string(name)}}; }

} // namespace

TEST_CASE("the architecture decides the family, its keys the numbers") {
    CHECK(read(arch("llama")).model_type == "llama");
    CHECK(read(arch("qwen3")).family().qk_norm);
    auto keys = arch("phi3");
    keys.emplace_back("phi3.attention.sliding_window", std::uint32_t{9});
    keys.emplace_back("phi3.rope.dimension_count", std::uint32_t{4});
    auto const phi = read(keys);
    CHECK(phi.sliding.of(1) == 9);
    CHECK(phi.rope.dims == 4);
    CHECK_THROWS_WITH_AS(read(arch("gemma2")), doctest::Contains("1 + w"), format_error);
    keys = arch("llama");
    keys.emplace_back("llama.rope.dimension_count", std::uint32_t{4});
    CHECK_THROWS_AS(read(keys), format_error); // a Llama turns all of a head
    keys = arch("llama");
    keys.emplace_back("llama.expert_count", std::uint32_t{8});
    CHECK_THROWS_WITH_AS(read(keys), doctest::Contains("mixture of experts"), format_error);
}

TEST_CASE("RoPE scaling comes as keys and as tables") {
    auto keys = arch("phi3");
    keys.emplace_back("phi3.rope.scaling.attn_factor", 1.25f);
    keys.emplace_back("phi3.rope.scaling.original_context_length", std::uint32_t{16});
    auto const both = read(keys, {{"rope_factors_long.weight", {1, 2, 4, 8}}, {"rope_factors_short.weight", {1, 1, 1, 2}}});
    CHECK(both.rope.type == "longrope");
    CHECK(both.rope.attention_factor == 1.25);
    CHECK(both.rope.original_context == 16);
    CHECK(both.rope.short_factor == std::vector<double>{1, 1, 1, 2});
    CHECK_THROWS_AS(read(keys, {{"rope_factors_long.weight", {1, 2, 4, 8}}}), format_error); // no short ones
    CHECK_THROWS_AS(read(arch("llama"), {{"rope_freqs.weight", {1, 2}}}), format_error);
    CHECK_THROWS_AS(read(arch("llama"), {{"rope_freqs.weight", {1, 2, 0, 4}}}), format_error);
    keys = arch("llama");
    keys.emplace_back("llama.rope.scaling.factor", 4.0f);
    CHECK(read(keys).rope.type == "linear"); // a factor alone
    CHECK(read(keys).rope.factor == 4);
    keys = arch("qwen2");
    keys.emplace_back("qwen2.rope.scaling.type", std::string("yarn"));
    keys.emplace_back("qwen2.rope.scaling.factor", 4.0f);
    CHECK(read(keys).rope.attention_factor == doctest::Approx(1.138629)); // llama.cpp's own
    keys.back().second = -1.0f;
    CHECK_THROWS_AS(read(keys), format_error);
}
