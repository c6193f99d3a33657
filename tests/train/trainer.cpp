// SPDX-License-Identifier: MIT
#include <qad/train/trainer.hpp>

#include <support/training.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {

std::vector<float> losses(char const* name) {
    auto const m = float_matrix(pytorch().at(name));
    return {m.row(0).begin(), m.row(0).end()};
}

template <class Backend>
void follow(Backend backend, trained_model<float> model, char const* name, training_options o) {
    trainer<Backend> t(backend, model, o);
    auto const want = losses(name);
    for (index_t i = 0; i < 20; ++i) {
        auto const got = t.step(batch_of(i));
        INFO(name, " step ", i, ": ", got.loss, " against ", want[static_cast<std::size_t>(i)]);
        // Two float32 computations in different orders: 10⁻⁶ of a loss near 5, amplified by
        // twenty steps; a wrong constant in AdamW shows in the second step at 10⁻².
        CHECK(std::abs(got.loss - want[static_cast<std::size_t>(i)]) <= 1e-4);
    }
}

} // namespace

TEST_CASE("twenty steps have PyTorch's losses, with everything learned and with LoRA") {
    follow(ref, learn_everything(load(golden_directory() / "llama-gqa")), "full",
           like_pytorch());
    follow(simd, learn_everything(load(golden_directory() / "llama-gqa")), "full",
           like_pytorch());
    follow(ref, adapted(), "lora", like_pytorch());
    follow(simd, adapted(), "lora", like_pytorch());
}

TEST_CASE("a batch in parts, or with its blocks run twice, is the same batch") {
    auto o = like_pytorch();
    o.tokens_at_once = 12;
    follow(simd, adapted(), "lora", o);
    o.keep = keep::inputs;
    follow(simd, learn_everything(load(golden_directory() / "llama-gqa")), "full", o);
}

TEST_CASE("the frozen base has the same bytes after training as before") {
    auto const fingerprint = [](trained_model<float> const& model) {
        double sum = 0;
        std::vector<float> row;
        for (auto const& block : model.blocks) {
            for_each_linear(block, [&](char const*, auto const& layer) {
                row.resize(static_cast<std::size_t>(layer.weight.cols()));
                for (index_t i = 0; i < layer.weight.rows(); ++i) {
                    decode_row<float>(layer.weight, i, row);
                    for (float x : row) { sum = sum * 1.0000001 + x; } // the order counts
                }
            });
        }
        return sum;
    };
    auto model = adapted();
    double const before = fingerprint(model);
    trainer<simd_t> t(simd, model, like_pytorch());
    for (index_t i = 0; i < 3; ++i) { t.step(batch_of(i)); }
    CHECK(fingerprint(model) == before);
}

TEST_CASE("a loss that is not a number stops the run before it reaches the weights") {
    auto model = adapted();
    trainer<simd_t> t(simd, model, like_pytorch());
    t.step(batch_of(0));
    auto const kept = model.final_norm;
    auto const up = model.blocks[0].query.weight.adapter.up;
    model.final_norm[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(t.step(batch_of(1)), doctest::Contains("learning rate"), error);
    CHECK(t.step() == 1);
    CHECK(std::equal(up.data(), up.data() + up.size(),
                     model.blocks[0].query.weight.adapter.up.data()));
    model.final_norm = kept;
    CHECK(std::isfinite(t.step(batch_of(1)).loss)); // and the bad gradient is forgotten
}

TEST_CASE(
    "nothing to learn, nothing asked, a target that does not exist: one clear error each") {
    auto frozen = freeze(load(golden_directory() / "llama-bias"));
    CHECK_THROWS_WITH_AS(trainer<simd_t>(simd, frozen, like_pytorch()),
                         doctest::Contains("nothing to learn"), error);
    auto model = adapted();
    trainer<simd_t> t(simd, model, like_pytorch());
    training_batch silent;
    std::int32_t const prompt[] = {4, 5, 6};
    silent.add(prompt, 3);
    CHECK_THROWS_AS(t.step(silent), shape_error);
    auto wrong = batch_of(0);
    wrong.targets[2] = 96;
    CHECK_THROWS_AS(t.step(wrong), shape_error);
    wrong = batch_of(0);
    wrong.lengths.back() = 5;
    CHECK_THROWS_AS(t.step(wrong), shape_error);
}
