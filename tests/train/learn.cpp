// SPDX-License-Identifier: MIT
#include <qad/train/learn.hpp>

#include <support/golden.hpp>

#include <qad/model/load.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {

struct counted {
    index_t tensors = 0, numbers = 0;
    std::vector<std::string> names;
};
counted count(trained_model<float>& model) {
    auto gradient = zero_gradient(model);
    counted result;
    for_each_learned(
        model, gradient,
        [&](std::string const& name, std::span<float> w, std::span<float> g, bool) {
            CHECK(w.size() == g.size());
            for (float x : g) { CHECK(x == 0); }
            ++result.tensors;
            result.numbers += static_cast<index_t>(w.size());
            result.names.push_back(name);
        });
    return result;
}

} // namespace

TEST_CASE("full fine-tuning learns every parameter of the file, by its name there") {
    for (char const* name : {"llama-gqa", "llama-mha-tied", "llama-bias"}) {
        auto model = learn_everything(load(golden_directory() / name));
        auto const learned = count(model);
        safetensors_file const file(golden_directory() / name / "model.safetensors");
        index_t numbers = 0;
        for (auto const& tensor : file.tensors()) {
            numbers += tensor.rows() * tensor.cols();
            CAPTURE(tensor.name);
            CHECK(std::find(learned.names.begin(), learned.names.end(), tensor.name) !=
                  learned.names.end());
        }
        CHECK(learned.numbers == numbers);
        CHECK(learned.tensors == static_cast<index_t>(file.tensors().size()));
    }
}

TEST_CASE("LoRA learns r·(inputs + outputs) a layer, and nothing else") {
    auto model = freeze(load(golden_directory() / "llama-bias"));
    CHECK(count(model).tensors == 0);
    learn_beside(model, make_adapter(model.config, {{.rank = 3}}, 1));
    // Widths: hidden 32, queries 32, keys and values 16, ff 48; two layers.
    index_t const widths = (32 + 32) + 2 * (32 + 16) + (32 + 32) + 2 * (32 + 48) + (48 + 32);
    CHECK(count(model).numbers == 2 * 3 * widths);

    auto some = freeze(load(golden_directory() / "llama-bias"));
    learn_beside(some, make_adapter(some.config, {{.rank = 3}, {"q_proj"}}, 1));
    CHECK(count(some).names ==
          std::vector<std::string>{"model.layers.0.self_attn.q_proj.lora_A.weight",
                                   "model.layers.0.self_attn.q_proj.lora_B.weight",
                                   "model.layers.1.self_attn.q_proj.lora_A.weight",
                                   "model.layers.1.self_attn.q_proj.lora_B.weight"});
}

TEST_CASE("the adapter comes out as it went in, and a head that is the embedding has none") {
    auto model = freeze(load(golden_directory() / "llama-bias"));
    auto const fresh = make_adapter(model.config, {{.rank = 3}, {"up_proj", "lm_head"}}, 5);
    learn_beside(model, fresh);
    auto const again = learned_adapter(model);
    CHECK(again.layers.size() == fresh.layers.size());
    for (auto const& [name, delta] : fresh.layers) {
        auto const* found = again.find(name);
        REQUIRE(found != nullptr);
        CHECK(std::equal(delta.down.data(), delta.down.data() + delta.down.size(),
                         found->down.data()));
    }
    auto tied = freeze(load(golden_directory() / "llama-mha-tied"));
    CHECK_THROWS_WITH_AS(
        learn_beside(tied, make_adapter(tied.config, {{.rank = 3}, {"lm_head"}}, 5)),
        doctest::Contains("lm_head"), error);
}
