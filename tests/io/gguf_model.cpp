// SPDX-License-Identifier: MIT
#include <qad/io/checkpoint.hpp>
#include <qad/io/gguf_model.hpp>
#include <qad/io/gguf_writer.hpp>
#include <qad/layers/rope.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE(
    "a GGUF file gives every tensor of the Hugging Face directory that it was made from") {
    // make_goldens.py permutes the rows of q and k as llama.cpp's converter does; they must
    // come back in their old order. BF16 loses nothing of BF16.
    for (std::string const name : {"llama-mha-tied", "llama-rope3-hub"}) {
        CAPTURE(name);
        checkpoint const hub(test::golden_directory() / name);
        gguf_model const gguf(test::golden_directory() / (name + ".gguf"));
        for (auto const& tensor : hub.tensors()) {
            CAPTURE(tensor.name);
            auto const expected = float_matrix(tensor);
            if (tensor.shape.size() == 1) {
                auto const got = gguf.vector(tensor.name, tensor.shape[0]);
                CHECK(std::equal(got.begin(), got.end(), expected.data()));
            } else {
                auto const got =
                    dequantize(gguf.matrix(tensor.name, expected.rows(), expected.cols()));
                CHECK(std::equal(got.data(), got.data() + got.size(), expected.data()));
            }
        }
    }
}

TEST_CASE("the keys give the same model as config.json") {
    for (std::string const name : {"llama-mha-tied", "llama-rope3-hub"}) {
        auto const hub = read_model_config(test::golden_directory() / name);
        auto const gguf = gguf_model(test::golden_directory() / (name + ".gguf")).config();
        CHECK(gguf.hidden == hub.hidden);
        CHECK(gguf.layers == hub.layers);
        CHECK(gguf.heads == hub.heads);
        CHECK(gguf.kv_heads == hub.kv_heads);
        CHECK(gguf.head_dim == hub.head_dim);
        CHECK(gguf.ff == hub.ff);
        CHECK(gguf.vocab == hub.vocab);
        CHECK(gguf.max_positions == hub.max_positions);
        CHECK(gguf.rms_eps ==
              static_cast<double>(static_cast<float>(hub.rms_eps))); // stored as f32
        CHECK(gguf.rope.theta == hub.rope.theta);
        CHECK(gguf.tied == hub.tied);
        CHECK_FALSE(gguf.qkv_bias);
    }
}

TEST_CASE("Llama 3.1 scaling arrives as divisors of the same frequencies") {
    auto const gguf =
        gguf_model(test::golden_directory() / "llama-rope3-hub.gguf").config().rope;
    CHECK(gguf.type == "default");
    auto const plain = make_rope(500.0, 16),
               scaled = make_rope(500.0, 16, llama3_scaling{8, 1, 4, 40});
    REQUIRE(gguf.divisors.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
        // The golden's divisors come from frequencies that transformers computed in float: the
        // rounding of the exponent weighs ln 500 = 6.2, the formula rounds ten times more.
        double const ratio = plain.frequency[i] / gguf.divisors[i] / scaled.frequency[i];
        CHECK(std::abs(ratio - 1) <= 16.2 * 0x1p-24);
    }
}

TEST_CASE("a file that is no Llama, or not all of one, is refused by name") {
    test::scratch_directory scratch;
    gguf_file const good(test::golden_directory() / "llama-rope3-hub.gguf");
    // A copy of the golden with a key or a tensor changed.
    auto const refused = [&](auto const& change, char const* because) {
        gguf_values values = good.values();
        std::vector<gguf_declaration> tensors;
        for (auto const& t : good.tensors()) { tensors.push_back({t.name, t.type, t.dims}); }
        change(values, tensors);
        gguf_writer writer(scratch / "bad.gguf", values, tensors);
        for (auto const& t : tensors) {
            writer.write(t.name, std::vector(static_cast<std::size_t>(t.bytes()), std::byte{0x3f}));
        }
        writer.commit();
        CAPTURE(because);
        CHECK_THROWS_WITH_AS(([&] {
                                 gguf_model const model(scratch / "bad.gguf");
                                 model.matrix("model.embed_tokens.weight", 96, 32);
                                 model.matrix("model.layers.1.self_attn.q_proj.weight", 64, 32);
                             }()),
                             doctest::Contains(because), error);
    };
    auto const set = [](gguf_values& values, std::string const& key, gguf_value const& value) {
        for (auto& [name, old] : values) {
            if (name == key) {
                old = value;
                return;
            }
        }
        values.emplace_back(key, value);
    };
    using u32 = std::uint32_t;
    refused([&](auto& v, auto&) { set(v, "general.architecture", std::string("gpt2")); },
            "supported: llama");
    refused([&](auto& v, auto&) { set(v, "llama.block_count", std::int32_t{2}); }, "is i32");
    refused([&](auto& v, auto&) { set(v, "llama.block_count", u32{0}); }, "is 0");
    refused([&](auto& v, auto&) { set(v, "llama.block_count", u32{1}); }, "does not belong");
    refused([&](auto& v, auto&) { set(v, "llama.block_count", ~u32{0}); }, "4294967295 layers");
    refused([&](auto& v, auto&) { set(v, "llama.attention.head_count", u32{3}); }, "evenly");
    refused([&](auto& v, auto&) { set(v, "llama.rope.dimension_count", u32{8}); },
            "same for keys");
    refused([&](auto& v, auto&) { set(v, "llama.rope.scaling.type", std::string("ntk")); },
            "scaling ntk");
    refused([&](auto& v, auto&) { set(v, "llama.rope.scaling.type", std::string("yarn")); },
            "scaled twice");
    refused([&](auto& v, auto&) { set(v, "llama.expert_count", u32{8}); }, "experts");
    refused([&](auto& v, auto&) { set(v, "llama.attention.layer_norm_rms_epsilon", 0.0f); },
            "positive");
    refused([](auto& v, auto&) { v.erase(v.begin() + 1); }, "is missing");
    refused(
        [](auto&, auto& t) {
            t.push_back({"blk.0.extra.weight", ggml_type::f32, {1}});
        },
        "does not belong");
    refused(
        [](auto&, auto& t) {
            std::erase_if(t, [](auto& x) { return x.name == "blk.1.attn_q.weight"; });
        },
        "no tensor");
    refused(
        [](auto&, auto& t) {
            std::erase_if(t, [](auto& x) { return x.name == "token_embd.weight"; });
        },
        "no tensor");
    refused(
        [](auto&, auto& t) {
            for (auto& x : t) {
                if (x.name == "blk.1.attn_q.weight") { x.dims = {32, 32}; }
            }
        },
        "the keys ask for");
    refused(
        [](auto&, auto& t) {
            for (auto& x : t) {
                if (x.name == "rope_freqs.weight") { x.dims = {4}; }
            }
        },
        "rope_freqs");
}
