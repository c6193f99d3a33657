// SPDX-License-Identifier: MIT
#include "../../examples/lab/outliers.hpp"

#include <support/golden.hpp>

#include <qad/attend/kv_cache.hpp>
#include <qad/model/forward.hpp>
#include <qad/model/load.hpp>
#include <qad/model/prepare.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {

transformer<double, matrix<double>> in_double(char const* name) {
    auto from = load(golden_directory() / name);
    transformer<double, matrix<double>> to;
    to.config = from.config;
    to.heads = from.heads;
    to.rotary = from.rotary;
    auto const wide = [](weight const& w) {
        matrix<double> out(rows(w), cols(w));
        for (index_t i = 0; i < out.rows(); ++i) { decode_row<double>(w, i, out.row(i)); }
        return out;
    };
    auto const vector = [](std::vector<float> const& v) {
        return std::vector<double>(v.begin(), v.end());
    };
    to.embedding = wide(from.embedding);
    if (from.untied_head) { to.untied_head = wide(*from.untied_head); }
    to.final_norm = vector(from.final_norm);
    for (auto const& b : from.blocks) {
        auto& c = to.blocks.emplace_back();
        c.attention_norm = vector(b.attention_norm);
        c.mlp_norm = vector(b.mlp_norm);
        std::vector<linear<float, weight> const*> layers;
        for_each_linear(b, [&](char const*, auto const& layer) { layers.push_back(&layer); });
        std::size_t next = 0;
        for_each_linear(c, [&](char const*, auto& layer) {
            layer.weight = wide(layers[next]->weight);
            layer.bias = vector(layers[next]->bias);
            ++next;
        });
    }
    return to;
}

matrix<double> logits_of(transformer<double, matrix<double>> const& model,
                         std::vector<std::int32_t> const& tokens) {
    kv_cache<double> past(model.heads, model.config.layers, 128);
    stretch<kv_cache<double>> const rows{&past, static_cast<index_t>(tokens.size())};
    workspace<double> room;
    auto const hidden = forward(ref, model, std::span<std::int32_t const>(tokens),
                                std::span<stretch<kv_cache<double>> const>(&rows, 1), room);
    matrix<double> out(hidden.rows(), model.config.vocab);
    logits(ref, model, out.view(), matrix_view<double const>(hidden));
    return out;
}

} // namespace

TEST_CASE("imitated outliers change the weights and not the function") {
    for (char const* name : {"llama-gqa", "llama-bias", "llama-mha-tied"}) {
        CAPTURE(name);
        golden const want(golden_directory() / name);
        auto model = in_double(name);
        auto const before = logits_of(model, want.tokens);
        auto const kept = model.blocks[0].query.weight;
        lab::imitate_outliers(model, 7);
        auto const after = logits_of(model, want.tokens);
        double worst = 0, largest = 0, moved = 0;
        for (index_t i = 0; i < before.size(); ++i) {
            worst = std::max(worst, std::abs(after.data()[i] - before.data()[i]));
            largest = std::max(largest, std::abs(before.data()[i]));
        }
        for (index_t i = 0; i < kept.size(); ++i) {
            double const change = model.blocks[0].query.weight.data()[i] / kept.data()[i];
            moved = std::max(moved, std::abs(change - 1));
        }
        // Two layers of sums of 48 products, each factor rounded once more: some thousand
        // roundings of 2⁻⁵³, beside the largest logit.
        CHECK(worst <= 1e-12 * largest);
        CHECK(moved > 0.3);
    }
}
