// SPDX-License-Identifier: MIT
#include <qad/io/model_config.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

json plain() {
    return {{"architectures", {"LlamaForCausalLM"}},
            {"model_type", "llama"},
            {"hidden_size", 64},
            {"num_hidden_layers", 2},
            {"num_attention_heads", 4},
            {"intermediate_size", 96},
            {"vocab_size", 100},
            {"hidden_act", "silu"},
            {"rms_norm_eps", 1e-5}};
}
model_config parse(json const& object) { return parse_model_config(object, "config.json"); }
/// plain() with some members replaced.
json with(json const& changes) {
    json object = plain();
    object.update(changes);
    return object;
}
void refused_config(json const& changes, char const* because) {
    CAPTURE(changes.dump());
    CHECK_THROWS_WITH_AS(parse(with(changes)), doctest::Contains(because), format_error);
}

} // namespace

TEST_CASE("both spellings of transformers give the same model") {
    // The hub: rope_theta, rope_scaling, torch_dtype. transformers 5: rope_parameters, dtype.
    auto const hub = read_model_config(test::golden_directory() / "llama-rope3-hub");
    auto const five = read_model_config(test::golden_directory() / "llama-rope3");
    for (auto const& config : {hub, five}) {
        CHECK(config.hidden == 32);
        CHECK(config.layers == 2);
        CHECK(config.heads == 4);
        CHECK(config.kv_heads == 2);
        CHECK(config.head_dim == 16);
        CHECK(config.ff == 48);
        CHECK(config.vocab == 96);
        CHECK(config.rms_eps == 1e-5);
        CHECK(config.rope.type == "llama3");
        CHECK(config.rope.theta == 500);
        CHECK(config.rope.factor == 8);
        CHECK(config.rope.low_freq_factor == 1);
        CHECK(config.rope.high_freq_factor == 4);
        CHECK(config.rope.original_context == 40);
        CHECK(config.bos == 1);
        CHECK(config.eos == std::vector<index_t>{2});
    }
    CHECK(hub.dtype == "bfloat16");
    CHECK(five.dtype == "float32");
    auto const linear = read_model_config(test::golden_directory() / "llama-rope-linear");
    CHECK(linear.rope.type == "linear");
    CHECK(linear.rope.factor == 4);
    auto const bias = read_model_config(test::golden_directory() / "llama-bias");
    CHECK(bias.qkv_bias);
    CHECK(bias.mlp_bias);
    CHECK(read_model_config(test::golden_directory() / "llama-mha-tied").tied);
}

TEST_CASE("what is absent has the default that transformers gives it") {
    auto const config = parse(plain());
    CHECK(config.kv_heads == 4);
    CHECK(config.head_dim == 16);
    CHECK(config.rope.theta == 10000);
    CHECK(config.rope.type == "default");
    CHECK_FALSE(config.tied);
    CHECK_FALSE(config.qkv_bias);
    CHECK(config.eos.empty());
    CHECK_FALSE(config.bos.has_value());
    CHECK(parse(with({{"head_dim", nullptr}, {"rope_scaling", nullptr}})).head_dim == 16);
}

TEST_CASE("theta is found in every place where a file may keep it, and never guessed") {
    auto const theta = [](json const& changes) { return parse(with(changes)).rope.theta; };
    CHECK(theta({{"rope_theta", 5e5}}) == 5e5);
    CHECK(theta({{"rope_parameters", {{"rope_theta", 5e5}, {"rope_type", "default"}}}}) == 5e5);
    CHECK(theta({{"rope_theta", 5e5}, {"rope_parameters", {{"rope_type", "default"}}}}) == 5e5);
    CHECK(theta({{"rope_theta", 5e5}, {"rope_scaling", {{"type", "linear"}, {"factor", 2}}}}) ==
          5e5);
    refused_config({{"rope_parameters", {{"rope_type", "default"}}}}, "no rope_theta");
    refused_config({{"rope_theta", 1e4}, {"rope_parameters", {{"rope_theta", 5e5}}}},
            "remove the wrong one");
    refused_config({{"rope_theta", 0}}, "positive");
    refused_config({{"rope_theta", "1e4"}}, "positive");
}

TEST_CASE("several end tokens, also those of generation_config.json") {
    CHECK(parse(with({{"eos_token_id", {7, 8}}})).eos == std::vector<index_t>{7, 8});
    test::scratch_directory scratch;
    write_text(scratch / "config.json", plain().dump());
    write_text(scratch / "generation_config.json", R"({"eos_token_id": [3, 4]})");
    CHECK(read_model_config(scratch.path()).eos == std::vector<index_t>{3, 4});
}

TEST_CASE("a model of another kind is refused with what differs and what is supported") {
    refused_config({{"model_type", "gpt2"}}, "config.json: model_type is \"gpt2\": it has LayerNorm");
    refused_config({{"model_type", "mixtral"}}, "a router chooses");
    refused_config({{"model_type", "phi3small"}}, "block-sparse");
    refused_config({{"model_type", "gemma2"}}, "1 + w");
    refused_config({{"model_type", "new"}}, "\"new\"; supported: llama, mistral, qwen2, qwen3, phi3");
    refused_config({{"architectures", {"LlamaForSequenceClassification"}}},
            "supported: LlamaForCausalLM");
    refused_config({{"num_local_experts", 8}}, "num_local_experts is 8");
    refused_config({{"final_logit_softcapping", 30.0}}, "changes the arithmetic");
    refused_config({{"hidden_act", "gelu"}}, "hidden_act is \"gelu\"; supported: silu");
    refused_config({{"rope_scaling", {{"type", "dynamic"}, {"factor", 2}}}}, "supported: default, linear, llama3");
    refused_config({{"rope_parameters", {{"full_attention", {{"rope_theta", 1e4}}}}}}, "by layer");
    refused_config({{"rope_parameters", {{"rope_theta", 1e4}, {"partial_rotary_factor", 0.5}}}},
            "partial_rotary");
    CHECK_THROWS_WITH_AS(parse(json::array()), doctest::Contains("object"), format_error);
    CHECK_THROWS_WITH_AS(parse(json{{"hidden_size", 1}}), doctest::Contains("model_type"),
                         format_error);
}

TEST_CASE("a window where the family has one, in the layers where it slides") {
    auto const windows = [](json const& changes) {
        auto const config = parse(with(changes));
        return std::vector<index_t>{config.sliding.of(0), config.sliding.of(1)};
    };
    std::vector<index_t> const none{0, 0};
    auto const family = [](char const* type, char const* architecture, json changes) {
        changes.update({{"model_type", type}, {"architectures", {architecture}}, {"num_key_value_heads", 4}});
        return changes;
    };
    auto const mistral = [&](json changes) { return family("mistral", "MistralForCausalLM", std::move(changes)); };
    CHECK(windows(mistral({{"sliding_window", 7}})) == std::vector<index_t>{7, 7});
    CHECK(windows(mistral({{"sliding_window", nullptr}})) == none);
    CHECK(windows(mistral(json::object())) == std::vector<index_t>{4096, 4096}); // its default
    CHECK(windows({{"sliding_window", 7}}) == none); // a Llama does not look at it
    auto const qwen = [&](json changes) { return family("qwen2", "Qwen2ForCausalLM", std::move(changes)); };
    CHECK(windows(qwen({{"sliding_window", 7}})) == none);
    CHECK(windows(qwen({{"sliding_window", 7}, {"use_sliding_window", true}, {"max_window_layers", 1}})) ==
          std::vector<index_t>{0, 7});
    CHECK(windows(qwen({{"sliding_window", 7}, {"use_sliding_window", true},
                        {"layer_types", {"sliding_attention", "full_attention"}}})) == std::vector<index_t>{7, 0});
    refused_config(qwen({{"layer_types", {"sliding_attention", "full_attention"}}}), "sliding_window does not say");
    refused_config(qwen({{"layer_types", {"chunked_attention", "full_attention"}}}), "chunked_attention");
    refused_config(qwen({{"layer_types", {"full_attention"}}}), "a list of 2");
}

TEST_CASE("numbers that make no model are refused by name") {
    for (char const* key :
         {"hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
          "vocab_size", "head_dim", "num_key_value_heads"}) {
        for (json const& bad :
             {json(0), json(-1), json(1.5), json("64"), json(true), json::array(),
              json(std::uint64_t{1} << 63), json(std::int64_t{1} << 40)}) {
            refused_config({{key, bad}}, key);
        }
    }
    for (char const* key : {"hidden_size", "vocab_size", "num_hidden_layers"}) {
        json object = plain();
        object.erase(key);
        CHECK_THROWS_WITH_AS(parse(object), doctest::Contains(key), format_error);
    }
    refused_config({{"num_attention_heads", 3}}, "no multiple");
    refused_config({{"num_key_value_heads", 3}}, "evenly");
    refused_config({{"head_dim", 15}}, "odd");
    refused_config({{"rms_norm_eps", 0}}, "rms_norm_eps");
    refused_config({{"tie_word_embeddings", 1}}, "true or false");
    refused_config({{"rope_scaling", {{"rope_type", "llama3"}, {"factor", 8}}}}, "low_freq_factor");
    refused_config({{"rope_scaling",
              {{"rope_type", "llama3"},
               {"factor", 8},
               {"low_freq_factor", 4},
               {"high_freq_factor", 4}}}},
            "below high_freq_factor");
    refused_config({{"rope_scaling", {{"rope_type", "linear"}}}}, "factor");
    refused_config({{"rope_scaling", 5}}, "object");
    refused_config({{"eos_token_id", -1}}, "eos_token_id");
    refused_config({{"bos_token_id", "x"}}, "bos_token_id");
}

TEST_CASE("a config.json cut anywhere is one clear error") {
    // Must-show 7.
    mapped_file const whole(test::golden_directory() / "llama-rope3" / "config.json");
    auto const end = whole.text().rfind('}');
    for (std::size_t length = 0; length < end; ++length) {
        CAPTURE(length);
        CHECK_THROWS_WITH_AS(parse_json(whole.text().substr(0, length), "config.json"),
                             doctest::Contains("config.json: not valid JSON at byte"),
                             format_error);
    }
    test::scratch_directory scratch;
    CHECK_THROWS_AS(read_model_config(scratch.path()), io_error);
}
