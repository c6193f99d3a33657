// SPDX-License-Identifier: MIT
#include <qad/model/adapter_file.hpp>

#include <support/golden.hpp>
#include <support/random_matrix.hpp>
#include <support/scratch.hpp>

#include <doctest/doctest.h>

#include <functional> // function

using namespace qad;
using namespace qad::test;

namespace {

model_config narrow() {
    model_config c;
    c.hidden = 16;
    c.layers = 2;
    c.heads = 2;
    c.kv_heads = 1;
    c.head_dim = 8;
    c.ff = 24;
    c.vocab = 40;
    return c;
}

adapter trained(std::vector<std::string> targets = {}) {
    adapter a = make_adapter(
        narrow(), {.lora = {.rank = 3, .alpha = 5.5}, .targets = std::move(targets)}, 1);
    std::uint64_t seed = 2;
    for (auto& [name, delta] : a.layers) {
        delta.up = random_matrix<float>(delta.outputs(), 3, seed++);
    }
    a.base_model = "someone/small";
    return a;
}

bool same(adapter const& a, adapter const& b) {
    if (a.layers.size() != b.layers.size() || a.base_model != b.base_model) { return false; }
    for (auto const& [name, delta] : a.layers) {
        auto const* other = b.find(name);
        if (!other || !same_bits(delta.down, other->down) || !same_bits(delta.up, other->up) ||
            delta.alpha != other->alpha || delta.rule != other->rule) {
            return false;
        }
    }
    return true;
}

std::string problem(std::filesystem::path const& directory) {
    try {
        load_adapter(directory);
    } catch (error const& e) { return e.what(); }
    return "";
}

struct tensor {
    std::string name;
    std::vector<index_t> shape;
    data_type type = data_type::f32;
};

/// An adapter_model.safetensors of zeros, and a config of rank 2 beside it.
void write(std::filesystem::path const& directory, std::vector<tensor> const& tensors) {
    std::vector<tensor_declaration> declared;
    for (auto const& t : tensors) { declared.push_back({t.name, t.type, t.shape}); }
    safetensors_writer file(directory / "adapter_model.safetensors", declared);
    for (auto const& t : file.order()) {
        file.write(t.name, std::vector<std::byte>(static_cast<std::size_t>(t.bytes())));
    }
    file.commit();
    write_text(directory / "adapter_config.json", R"({"peft_type": "LORA", "r": 2})");
}

std::string const q = "base_model.model.model.layers.0.self_attn.q_proj";

} // namespace

TEST_CASE("PEFT's files hold the layers, ranks and scales that PEFT was asked for") {
    auto const plain = load_adapter(golden_directory() / "adapter-all-linear");
    CHECK(plain.layers.size() == 14);
    CHECK(plain.find("model.layers.1.mlp.down_proj")->inputs() == 48);
    for (auto const& [name, delta] : plain.layers) {
        CHECK(delta.rank() == 4);
        CHECK(delta.scale() == 2);
    }
    auto const rich = load_adapter(golden_directory() / "adapter-patterns");
    CHECK(rich.layers.size() == 7);
    CHECK(rich.find("lm_head")->scale() == 6.0f / 2.0f);                  // 6 / √4
    CHECK(rich.find("model.layers.0.self_attn.q_proj")->scale() == 1.5f); // 3 / √4
    CHECK(rich.find("model.layers.0.self_attn.o_proj")->rank() == 2);
    CHECK(rich.find("model.layers.1.mlp.down_proj")->scale() == 6 / std::sqrt(6.0f));
}

TEST_CASE("what is saved is what is loaded, to the last bit") {
    scratch_directory const directory;
    auto const there = directory / "a" / "b"; // is made
    adapter a = trained();
    save_adapter(there, a);
    CHECK(same(load_adapter(there), a));
    // Another one over it, with ranks, alphas and a rule of its own.
    adapter b = trained({"q_proj", "lm_head", "layers.1.mlp.up_proj"});
    for (auto& [name, delta] : b.layers) { delta.rule = lora_rule::root_of_rank; }
    auto& odd = b.layers.at("model.layers.1.mlp.up_proj");
    odd = {random_matrix<float>(5, 16, 20), random_matrix<float>(24, 5, 21), 0.1f, odd.rule};
    b.base_model = "";
    save_adapter(there, b);
    CHECK(same(load_adapter(there), b));
    // The writer leaves nothing else behind.
    std::size_t files = 0;
    for (auto const& entry : std::filesystem::directory_iterator(there)) {
        files += entry.exists();
    }
    CHECK(files == 2);
}

TEST_CASE("16-bit files are read, exactly") {
    scratch_directory const directory;
    for (data_type type : {data_type::f16, data_type::bf16}) {
        write(directory.path(),
              {{q + ".lora_A.weight", {2, 16}, type}, {q + ".lora_B.weight", {16, 2}, type}});
        CHECK(load_adapter(directory.path()).layers.size() == 1);
    }
    write(directory.path(),
          {{q + ".lora_A.weight", {2, 16}, data_type::i32}, {q + ".lora_B.weight", {16, 2}}});
    CHECK(problem(directory.path()).find("I32") != std::string::npos);
}

TEST_CASE("every truncation is an error, and no adapter") {
    scratch_directory const directory;
    save_adapter(directory.path(), trained({"q_proj"}));
    for (char const* name : {"adapter_model.safetensors", "adapter_config.json"}) {
        CAPTURE(name);
        std::string const whole(mapped_file(directory / name).text());
        std::size_t const end = whole.find_last_of('}') + 1; // a final newline may go
        std::size_t const size = std::string_view(name).ends_with("json") ? end : whole.size();
        for (std::size_t kept = 0; kept < size; ++kept) {
            write_text(directory / name, std::string_view(whole).substr(0, kept));
            if (problem(directory.path()).empty()) {
                FAIL_CHECK(text("kept ", kept, " bytes"));
            }
        }
        write_text(directory / name, whole);
        CHECK(problem(directory.path()) == "");
    }
}

TEST_CASE("tensors that do not belong together are named") {
    scratch_directory const directory;
    auto const said = [&](std::vector<tensor> const& tensors) {
        write(directory.path(), tensors);
        return problem(directory.path());
    };
    auto const has = [](std::string const& where, std::string const& what) {
        CAPTURE(where);
        CHECK(where.find(what) != std::string::npos);
    };
    tensor const a{q + ".lora_A.weight", {2, 16}}, b{q + ".lora_B.weight", {16, 2}};
    CHECK(said({a, b}) == "");
    has(said({a}), "lora_B");
    has(said({b}), "lora_A");
    has(said({}), "no tensor");
    has(said({{a.name, {3, 16}}, {b.name, {16, 3}}}), "says rank 2");
    has(said({{a.name, {2, 16}}, {b.name, {16, 3}}}), "belong together");
    has(said({{a.name, {32}}, b}), "[32]");
    has(said({{a.name, {2, 4, 4}}, b}), "[2, 4, 4]");
    has(said({{a.name, {2, 0}}, b}), "[2, 0]");
    // What PEFT can and we cannot.
    has(said({a, b, {q + ".lora_magnitude_vector", {16}}}), "DoRA");
    has(said({a, b, {q + ".lora_B.bias", {16}}}), "bias");
    has(said({a, b, {"base_model.model.lm_head.weight", {40, 16}}}), "lm_head.weight");
    has(said({a, b, {"base_model.model.model.embed_tokens.lora_embedding_A", {2, 40}}}),
        "embedding");
    // In adapter_config.json this name would be a regular expression of another meaning.
    has(said({a, b, {"base_model.model.q(?R).lora_A.weight", {2, 16}}}), "other signs");
    has(said({{"model.layers.0.self_attn.q_proj.lora_A.weight", {2, 16}}}), "lora_A.weight");
}

TEST_CASE("NaN and a missing file are errors; a pickle is not opened") {
    scratch_directory const directory;
    adapter a = trained({"q_proj"});
    a.layers.begin()->second.up(1, 1) = std::nanf("");
    save_adapter(directory.path(), a);
    CHECK(problem(directory.path()).find("element 4") != std::string::npos);
    std::filesystem::rename(directory / "adapter_model.safetensors",
                            directory / "adapter_model.bin");
    CHECK(problem(directory.path()).find("pickle") != std::string::npos);
    std::filesystem::remove(directory / "adapter_model.bin");
    CHECK_THROWS_AS(load_adapter(directory.path()), io_error);
    CHECK_THROWS_AS(load_adapter("/nonexistent"), io_error);
    CHECK_THROWS_AS(save_adapter("/proc/nonexistent", trained()), io_error);
}
