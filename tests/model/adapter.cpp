// SPDX-License-Identifier: MIT
#include <qad/model/adapter.hpp>

#include <qad/model/load.hpp>

#include <support/golden.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

model_config config_of(index_t hidden, index_t layers, index_t heads, index_t kv_heads,
                       index_t dim, index_t ff, index_t vocab) {
    model_config c;
    c.hidden = hidden;
    c.layers = layers;
    c.heads = heads;
    c.kv_heads = kv_heads;
    c.head_dim = dim;
    c.ff = ff;
    c.vocab = vocab;
    return c;
}
model_config small() { return config_of(32, 2, 4, 2, 8, 48, 96); }

std::string message(adapter const& a, model_config const& config) {
    try {
        require_fit(a, config);
    } catch (shape_error const& e) { return e.what(); }
    return "";
}

} // namespace

// The names and shapes come from the config alone: they must be those that a model really has.
TEST_CASE("the linear layers are those of the model") {
    for (char const* golden : {"llama-gqa", "llama-head-dim", "llama-mha-tied"}) {
        auto const model = load(test::golden_directory() / golden);
        auto const shapes = layer_shapes(model.config);
        std::size_t next = 0;
        for (std::size_t i = 0; i < model.blocks.size(); ++i) {
            for_each_linear(model.blocks[i], [&](char const* name, auto const& layer) {
                auto const& shape = shapes.at(next++);
                CHECK(shape.name == text("model.layers.", i, ".", name));
                CHECK(shape.outputs == rows(layer.weight));
                CHECK(shape.inputs == cols(layer.weight));
            });
        }
        CHECK(shapes.at(next).name == "lm_head");
        CHECK(shapes.at(next).outputs == rows(model.head()));
        CHECK(next + 1 == shapes.size());
    }
}

TEST_CASE("parameters are those that are published for rank 16 on every linear layer") {
    // r·Σ(inputs + outputs): 41,943,040 for Llama-3.1-8B. Counted without 8·10⁹ weights.
    auto const llama = config_of(4096, 32, 32, 8, 128, 14336, 128256);
    index_t sum = 0;
    for (auto const& shape : layer_shapes(llama)) {
        if (shape.name != "lm_head") { sum += 16 * (shape.outputs + shape.inputs); }
    }
    CHECK(sum == 41'943'040);
    auto const a = make_adapter(small(), {.lora = {.rank = 4}}, 1);
    index_t by_hand = 0;
    for (auto const& shape : layer_shapes(small())) {
        if (shape.name != "lm_head") { by_hand += 4 * (shape.outputs + shape.inputs); }
    }
    CHECK(a.layers.size() == 14);
    CHECK(a.parameters() == by_hand);
}

TEST_CASE("targets are ends of names, at a dot") {
    auto const names = [](std::vector<std::string> targets) {
        return make_adapter(small(), {.targets = std::move(targets)}, 1).layers.size();
    };
    CHECK(names({"q_proj"}) == 2);
    CHECK(names({"q_proj", "v_proj"}) == 4);
    CHECK(names({"layers.1.mlp.up_proj"}) == 1);
    CHECK(names({"lm_head"}) == 1);
    CHECK(names({"up_proj", "mlp.up_proj"}) == 2); // twice is once
    CHECK_THROWS_AS(names({"p_proj"}), shape_error);
    CHECK_THROWS_AS(names({"q_proj", "qkv_proj"}), shape_error);
    CHECK_THROWS_AS(names({""}), shape_error);
}

TEST_CASE("a fresh adapter has B = 0, and the numbers of its seed") {
    auto const a = make_adapter(small(), {.lora = {.rank = 3, .alpha = 6}}, 7);
    auto const again = make_adapter(small(), {.lora = {.rank = 3, .alpha = 6}}, 7);
    auto const other = make_adapter(small(), {.lora = {.rank = 3, .alpha = 6}}, 8);
    for (auto const& [name, delta] : a.layers) {
        CHECK(delta.scale() == 2);
        for (index_t i = 0; i < delta.up.size(); ++i) { CHECK(delta.up.data()[i] == 0); }
        CHECK(test::same_bits(delta.down, again.find(name)->down));
        CHECK_FALSE(test::same_bits(delta.down, other.find(name)->down));
    }
    CHECK(a.find("model.layers.2.mlp.up_proj") == nullptr);
    auto const wide = make_adapter<double>(small(), {}, 7); // gradients are checked in double
    CHECK(wide.layers.size() == 14);
}

TEST_CASE("an adapter of another model is refused by the name of its first foreign layer") {
    auto a = make_adapter(small(), {}, 1);
    CHECK(message(a, small()) == "");
    a.base_model = "someone/larger";
    auto shallow = small();
    shallow.layers = 1;
    CHECK(message(a, shallow).find("model.layers.1.mlp.down_proj") != std::string::npos);
    CHECK(message(a, shallow).find("someone/larger") != std::string::npos);
    auto wide = small();
    wide.ff = 64;
    CHECK(message(a, wide).find("model.layers.0.mlp.down_proj") != std::string::npos);
    CHECK(message(a, wide).find("32 x 48") != std::string::npos);
    CHECK(message(a, wide).find("32 x 64") != std::string::npos);
    a.layers["model.layers.0.self_attn.qkv_proj"] = a.layers.at("model.layers.0.mlp.up_proj");
    CHECK(message(a, small()).find("qkv_proj") != std::string::npos);
    a.layers.erase("model.layers.0.self_attn.qkv_proj");
    a.layers.at("model.layers.1.mlp.up_proj").up = matrix<float>(48, 5); // of another rank
    CHECK(message(a, small()).find("model.layers.1.mlp.up_proj") != std::string::npos);
    a.layers.clear();
    CHECK(message(a, small()) == ""); // nothing is what any model can have
}
