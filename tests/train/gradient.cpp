// SPDX-License-Identifier: MIT
#include <qad/train/gradient.hpp>
#include <qad/train/learn.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <qad/model/assemble.hpp>
#include <qad/quantize/round.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {

enum class way { full, lora, qlora };

model_config small_config(bool tied) {
    model_config config;
    config.hidden = 8;
    config.layers = 2;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_dim = 4;
    config.ff = 12;
    config.vocab = 11;
    config.tied = tied;
    config.qkv_bias = config.output_bias = config.mlp_bias = true;
    config.rope.theta = 100;
    if (!tied) { // what some families have besides; of the two sequences one is beyond 5 tokens
        config.model_type = "qwen3"; // norms on query and key
        config.sliding = {3, 1, {}};
        config.rope.type = "longrope";
        config.rope.dims = 4;
        config.rope.original_context = 5;
        config.rope.attention_factor = 1.3;
        config.rope.short_factor = {1, 1.5};
        config.rope.long_factor = {2, 4};
    }
    return config;
}

/// A model with random weights of size 1/√inputs, in double; norms near 1, biases near 0.
trained_model<double> random_model(way how, bool tied) {
    generator random(3);
    struct source {
        generator& random;
        weight matrix(std::string const&, index_t rows, index_t cols) {
            qad::matrix<float> w(rows, cols);
            for (index_t i = 0; i < w.size(); ++i) {
                w.data()[i] = static_cast<float>(random.normal() / std::sqrt(double(cols)));
            }
            return shared_matrix<float>(std::move(w));
        }
        std::vector<float> vector(std::string const& name, index_t size) {
            std::vector<float> v(static_cast<std::size_t>(size));
            bool const bias = name.ends_with("bias");
            for (float& x : v) {
                x = static_cast<float>((bias ? 0 : 1) + 0.2 * random.normal());
            }
            return v;
        }
    };
    auto const floats = assemble(small_config(tied), source{random});
    trained_model<double> model;
    model.config = floats.config;
    model.heads = floats.heads;
    model.rotary = floats.rotary;
    auto const trained = [&](weight const& w, bool table) {
        trained_weight<double> result;
        if (how == way::full) {
            matrix<double> values(rows(w), cols(w));
            for (index_t i = 0; i < values.rows(); ++i) {
                decode_row<double>(w, i, values.row(i));
            }
            result.base = std::move(values);
        } else if (how == way::qlora && !table) {
            result.base = quantize<nf4>(std::get<shared_matrix<float>>(w).view(), per_group(4));
        } else {
            result.base = w;
        }
        return result;
    };
    auto const doubles = [](std::vector<float> const& v) {
        return std::vector<double>(v.begin(), v.end());
    };
    model.embedding = trained(floats.embedding, true);
    if (floats.untied_head) { model.untied_head = trained(*floats.untied_head, true); }
    model.final_norm = doubles(floats.final_norm);
    CHECK(floats.blocks[1].query_norm.empty() == tied); // the untied ones have it all
    CHECK(floats.rotary.limit == (tied ? 0 : 5));
    for (auto const& from : floats.blocks) {
        auto& to = model.blocks.emplace_back();
        to.attention_norm = doubles(from.attention_norm);
        to.query_norm = doubles(from.query_norm);
        to.key_norm = doubles(from.key_norm);
        to.mlp_norm = doubles(from.mlp_norm);
        to.window = from.window;
        linear<float, weight> const* layers[] = {&from.query,  &from.key,  &from.value,
                                                 &from.output, &from.gate, &from.up,
                                                 &from.down};
        std::size_t next = 0;
        for_each_linear(to, [&](char const*, auto& layer) {
            layer.weight = trained(layers[next]->weight, false);
            layer.bias = doubles(layers[next]->bias);
            ++next;
        });
    }
    if (how != way::full) {
        learn_beside(model, make_adapter<double>(model.config, {{.rank = 2, .alpha = 3}}, 4));
        for (auto& b : model.blocks) { // B away from zero, so that A has a gradient
            for_each_linear(b, [&](char const*, auto& layer) {
                auto& up = layer.weight.adapter.up;
                for (index_t i = 0; i < up.size(); ++i) {
                    up.data()[i] = 0.3 * random.normal();
                }
            });
        }
    }
    return model;
}

training_batch two_sequences() {
    training_batch batch;
    std::int32_t const first[] = {1, 5, 3, 9, 0, 5}, second[] = {2, 2, 7, 10, 4};
    batch.add(first);
    batch.add(second, 3); // two tokens of prompt are not asked for
    return batch;
}

/// The largest relative error over all learned tensors, against central differences.
double worst_tensor(trained_model<double>& model, keep what) {
    auto const batch = two_sequences();
    differentiator<ref_t, double> d(ref, model, what);
    auto gradient = zero_gradient(model);
    double const share = 1.0 / static_cast<double>(batch.asked());
    double const with = d.add_gradient(gradient, batch, share);
    CHECK(with == d.loss(batch)); // one forward, the same bits
    double worst = 0;
    index_t tensors = 0;
    for_each_learned(model, gradient,
                     [&](std::string const& name, std::span<double> values,
                         std::span<double> analytic, bool) {
                         for (double& g : analytic) { g += start; }
                         double const error = gradient_error(
                             matrix_view(values), matrix_view<double const>(analytic),
                             [&] { return d.loss(batch) * share; });
                         INFO(name, ": ", error);
                         CHECK(error <= gradient_bound);
                         worst = std::max(worst, error);
                         ++tensors;
                     });
    CHECK(tensors > 0);
    return worst;
}

} // namespace

TEST_CASE("the gradients of a whole model are those of central differences") {
    for (auto how : {way::full, way::lora, way::qlora}) {
        for (bool tied : {true, false}) {
            CAPTURE(static_cast<int>(how));
            CAPTURE(tied);
            auto model = random_model(how, tied);
            worst_tensor(model, keep::what_is_dear);
        }
    }
}

TEST_CASE("keeping only the blocks' inputs gives the very same gradients") {
    for (auto how : {way::full, way::lora}) {
        auto const model = random_model(how, true);
        auto const batch = two_sequences();
        auto much = zero_gradient(model), little = zero_gradient(model);
        differentiator<ref_t, double> keeps(ref, model, keep::what_is_dear);
        differentiator<ref_t, double> repeats(ref, model, keep::inputs);
        CHECK(keeps.add_gradient(much, batch, 1) == repeats.add_gradient(little, batch, 1));
        for_each_learned(
            much, little,
            [](std::string const&, std::span<double> a, std::span<double> b, bool) {
                CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
            });
    }
}

TEST_CASE("sequences of one batch do not see each other") {
    auto const model = random_model(way::full, true);
    differentiator<ref_t, double> d(ref, model, keep::what_is_dear);
    auto const both = two_sequences();
    training_batch first, second;
    first.add(std::span(both.tokens).first(6));
    second.add(std::span(both.tokens).subspan(6), 3);
    double const apart = d.loss(first) + d.loss(second);
    // The same numbers in another order of the sum of 8 losses of at most 10 nats.
    CHECK(std::abs(d.loss(both) - apart) <= 8 * 10 * 8 * 0x1p-53);
}

TEST_CASE("the prompt is not learned, the answer is") {
    training_batch batch;
    std::int32_t const sequence[] = {4, 5, 6, 7};
    batch.add(sequence, 3);
    CHECK(batch.targets == std::vector<std::int32_t>{no_target, no_target, 7, no_target});
    CHECK(batch.asked() == 1);
}
