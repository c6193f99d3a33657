// SPDX-License-Identifier: MIT
#include <qad/model/adapter_config.hpp>

#include <support/golden.hpp>
#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

test::scratch_directory const& folder() {
    static test::scratch_directory const directory;
    return directory;
}

adapter_config read(std::string const& content) {
    write_text(folder() / "adapter_config.json", content);
    return read_adapter_config(folder().path());
}
std::string problem(std::string const& content) {
    try {
        read(content);
    } catch (error const& e) { return e.what(); }
    return "";
}

adapter of_rank(std::vector<std::pair<std::string, index_t>> const& layers) {
    adapter a;
    for (auto const& [name, rank] : layers) {
        a.layers[name] = {matrix<float>(rank, 4), matrix<float>(4, rank), 8};
    }
    return a;
}

std::vector<std::string> targets(json const& config) {
    return config.at("target_modules").get<std::vector<std::string>>();
}

} // namespace

TEST_CASE("what PEFT wrote is read") {
    auto const plain = read_adapter_config(test::golden_directory() / "adapter-all-linear");
    CHECK(plain.base_model == "llama-gqa");
    CHECK(plain.rank == 4);
    CHECK(plain.alpha == 8);
    CHECK(plain.rule == lora_rule::rank);
    auto const rich = read_adapter_config(test::golden_directory() / "adapter-patterns");
    CHECK(rich.rule == lora_rule::root_of_rank);
    CHECK(adapter_config::of(rich.ranks, "model.layers.0.self_attn.o_proj", 4) == 2);
    CHECK(adapter_config::of(rich.ranks, "model.layers.0.mlp.down_proj", 4) == 4);
    CHECK(adapter_config::of(rich.ranks, "model.layers.1.mlp.down_proj", 4) == 6);
    CHECK(adapter_config::of(rich.alphas, "model.layers.1.self_attn.q_proj", 6) == 3);
}

// PEFT takes the first pattern of the file that matches the end of a name at a dot.
TEST_CASE("the first pattern that matches the end of a name counts") {
    auto const c = read(R"({"peft_type": "LORA", "rank_pattern":
        {"z_proj": 1, "layers.0.a_proj": 2, "a_proj": 3, "[qk]_proj": 5}})");
    auto const rank = [&](char const* name) { return adapter_config::of(c.ranks, name, 8); };
    CHECK(rank("model.layers.0.a_proj") == 2);
    CHECK(rank("model.layers.1.a_proj") == 3);
    CHECK(rank("model.layers.1.xa_proj") == 8);  // not at a dot
    CHECK(rank("model.layers.1.a_proj.x") == 8); // not the end
    CHECK(rank("z_proj") == 1);
    CHECK(rank("model.layers.10.a_proj") == 3);
    CHECK(rank("model.layers.1.k_proj") == 5);
    auto const swapped = read(R"({"peft_type": "LORA", "alpha_pattern":
        {"a_proj": 3, "layers.0.a_proj": 2}})");
    CHECK(adapter_config::of(swapped.alphas, "model.layers.0.a_proj", 8) == 3);
    CHECK_THROWS_AS(adapter_config::of({{"(", 1}}, "x", 8), format_error);
    CHECK_THROWS_WITH_AS(adapter_config::of({{"(?R)", 1}}, "x", 8, "a.json"), // endless
                         doctest::Contains("a.json: "), error);
}

TEST_CASE("a short config has PEFT's defaults: rank 8, alpha 8") {
    auto const c = read(R"({"peft_type": "LORA"})");
    CHECK(c.rank == 8);
    CHECK(c.alpha == 8);
    CHECK(c.rule == lora_rule::rank);
    CHECK(c.base_model == "");
    CHECK(problem(R"({"peft_type": "LORA", "modules_to_save": [], "bias": "none",
                      "use_dora": false, "layer_replication": null})") == "");
}

TEST_CASE("what is not supported is said by its key") {
    for (char const* entry :
         {R"("use_dora": true)", R"("bias": "all")", R"("bias": "lora_only")",
          R"("modules_to_save": ["lm_head"])", R"("lora_bias": true)", R"("use_qalora": true)",
          R"("fan_in_fan_out": true)", R"("layer_replication": [[0, 2]])",
          R"("init_lora_weights": "pissa")", R"("init_lora_weights": "loftq")",
          R"("trainable_token_indices": [5])", R"("alora_invocation_tokens": [1])"}) {
        CAPTURE(entry);
        std::string const key(entry + 1, std::string_view(entry).find('"', 1) - 1);
        auto const said = problem(text(R"({"peft_type": "LORA", )", entry, "}"));
        CHECK(said.find(key) != std::string::npos);
        CHECK(said.find("not supported") != std::string::npos);
    }
    CHECK(problem(R"({"peft_type": "IA3"})").find("IA3") != std::string::npos);
    CHECK(problem("{}").find("peft_type") != std::string::npos);
}

TEST_CASE("nonsense is an error that names the file and the key") {
    for (char const* entry :
         {R"("r": 0)", R"("r": 2.5)", R"("r": "8")", R"("lora_alpha": 0)",
          R"("lora_alpha": -1)", R"("lora_alpha": "x")", R"("use_rslora": 1)",
          R"("rank_pattern": [])", R"("rank_pattern": {"q": "x"})",
          R"("alpha_pattern": {"q": 0})", R"("alpha_pattern": {"v_pro(": 4})", R"("base_model_name_or_path": 5)"}) {
        CAPTURE(entry);
        auto const said = problem(text(R"({"peft_type": "LORA", )", entry, "}"));
        CHECK(said.find("adapter_config.json") != std::string::npos);
    }
    CHECK(problem("[]") != "");
    CHECK(problem("") != "");
    CHECK_THROWS_AS(read_adapter_config("/nonexistent"), io_error);
}

TEST_CASE("the most common rank is r, the others are patterns by whole name") {
    auto const config = to_json(
        of_rank({{"model.layers.0.q_proj", 4}, {"model.layers.1.q_proj", 2}, {"lm_head", 4}}));
    CHECK(config.at("r") == 4);
    CHECK(config.at("rank_pattern") == json{{"model.layers.1.q_proj", 2}});
    CHECK(config.at("lora_alpha").is_number_integer());
    CHECK(config.at("lora_alpha") == 8);
    CHECK(config.at("base_model_name_or_path").is_null());
    // Read back, every layer has its own again.
    auto const again = read(config.dump());
    CHECK(adapter_config::of(again.ranks, "model.layers.0.q_proj", again.rank) == 4);
    CHECK(adapter_config::of(again.ranks, "model.layers.1.q_proj", again.rank) == 2);
}

TEST_CASE("short target names only where they say which layers") {
    using list = std::vector<std::string>;
    CHECK(targets(to_json(of_rank({{"model.layers.0.a.q_proj", 2},
                                   {"model.layers.1.a.q_proj", 2},
                                   {"lm_head", 2}}))) == list{"lm_head", "q_proj"});
    CHECK(targets(to_json(of_rank({{"model.layers.1.a.q_proj", 2}}))) ==
          list{"model.layers.1.a.q_proj"}); // layer 0 has none
    CHECK(
        targets(to_json(of_rank({{"model.layers.0.a.q_proj", 2},
                                 {"model.layers.1.a.q_proj", 2},
                                 {"model.layers.1.a.k_proj", 2}}))) ==
        list{"model.layers.0.a.q_proj", "model.layers.1.a.k_proj", "model.layers.1.a.q_proj"});
}

TEST_CASE("no layers and two rules cannot be written") {
    CHECK_THROWS_AS(to_json(adapter{}), shape_error);
    auto a = of_rank({{"model.layers.0.q_proj", 4}, {"model.layers.1.q_proj", 4}});
    a.layers.at("model.layers.1.q_proj").rule = lora_rule::root_of_rank;
    CHECK_THROWS_AS(to_json(a), shape_error);
}
