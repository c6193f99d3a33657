// SPDX-License-Identifier: MIT
// What large models have and a small one has not: a few channels far louder than the others.
#ifndef QAD_LAB_OUTLIERS_HPP
#define QAD_LAB_OUTLIERS_HPP

#include <qad/core/random.hpp>       // generator
#include <qad/model/transformer.hpp> // transformer

#include <cmath> // exp

namespace qad::lab {

/// Rescales channels inside the blocks and undoes it one layer later, so that the model computes
/// what it computed (exactly, in real numbers):
///
///   norm gain[j] ÷ s_j     columns j of what reads the norm × s_j
///   row j of value ÷ s_j   columns j of output, in every query head of the group, × s_j
///   row j of up ÷ s_j      column j of down × s_j
///
/// s = exp(0.2·N(0,1)), one channel in a hundred × 3. It imitates what outlier channels do to
/// rounding: weights that meet a quiet input grow, and take the scale for themselves.
template <class T> void imitate_outliers(transformer<T, matrix<T>>& model, std::uint64_t seed) {
    generator random(seed, 0x6f75);
    auto const draw = [&](index_t count) {
        std::vector<T> s(static_cast<std::size_t>(count));
        for (T& x : s) {
            double const loud = random.uniform() < 0.01 ? 3.0 : 1.0;
            x = static_cast<T>(loud * std::exp(0.2 * random.normal()));
        }
        return s;
    };
    auto const columns = [](matrix<T>& w, auto const& factor) {
        for (index_t i = 0; i < w.rows(); ++i) {
            for (index_t j = 0; j < w.cols(); ++j) { w(i, j) *= factor(j); }
        }
    };
    auto const at = [](std::vector<T> const& s, index_t j) {
        return s[static_cast<std::size_t>(j)];
    };
    index_t const d = model.heads.head_dim;
    for (auto& b : model.blocks) {
        for (auto* reads : {&b.attention_norm, &b.mlp_norm}) {
            auto const s = draw(model.config.hidden);
            for (std::size_t j = 0; j < s.size(); ++j) { (*reads)[j] /= s[j]; }
            auto const by = [&](index_t j) { return at(s, j); };
            if (reads == &b.attention_norm) {
                for (auto* w : {&b.query, &b.key, &b.value}) { columns(w->weight, by); }
            } else {
                for (auto* w : {&b.gate, &b.up}) { columns(w->weight, by); }
            }
        }
        auto const rows = [&](auto& layer, std::vector<T> const& s) {
            for (index_t i = 0; i < layer.weight.rows(); ++i) {
                for (T& w : layer.weight.row(i)) { w /= at(s, i); }
                if (!layer.bias.empty()) {
                    layer.bias[static_cast<std::size_t>(i)] /= at(s, i);
                }
            }
        };
        auto const values = draw(model.heads.kv_heads * d);
        rows(b.value, values);
        columns(b.output.weight, [&](index_t j) {
            return at(values, model.heads.kv_head_of(j / d) * d + j % d);
        });
        auto const ups = draw(model.config.ff);
        rows(b.up, ups);
        columns(b.down.weight, [&](index_t j) { return at(ups, j); });
    }
}

} // namespace qad::lab

#endif
