// SPDX-License-Identifier: MIT
// Adapters of models whose files have fused matrices (Phi-3), there and back.
#ifndef QAD_MODEL_FUSED_ADAPTER_HPP
#define QAD_MODEL_FUSED_ADAPTER_HPP

#include <qad/model/adapter.hpp> // adapter, layer_shapes
#include <qad/model/fused.hpp>   // find_fused

#include <algorithm> // equal

namespace qad {

namespace detail {

/// Calls f(name of the whole, shapes of its parts, from the first row on) for the fused
/// matrices of a model.
template <class F> void for_each_fused(model_config const& config, F&& f) {
    std::map<std::string, std::vector<layer_shape>> wholes;
    for (auto& shape : layer_shapes(config)) {
        if (auto const place = find_fused(config, shape.name + ".weight")) {
            wholes[place->name.substr(0, place->name.rfind(".weight"))].push_back(shape);
        }
    }
    for (auto const& [name, parts] : wholes) { f(name, parts); }
}

inline bool equal_matrices(matrix<float> const& a, matrix<float> const& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           std::equal(a.data(), a.data() + a.size(), b.data());
}

} // namespace detail

/// The adapter with each detour of a fused matrix as detours of its parts: B cut by rows, A the
/// same for all. y is what it was, and every other layer stays. PEFT names the fused matrices,
/// because transformers has no others; here the parts are layers of their own.
inline adapter split_fused(adapter a, model_config const& config) {
    detail::for_each_fused(config, [&](std::string const& name, auto const& parts) {
        auto const found = a.layers.find(name);
        if (found == a.layers.end()) { return; }
        lora const whole = std::move(found->second);
        a.layers.erase(found);
        index_t all = 0, first = 0;
        for (auto const& part : parts) { all += part.outputs; }
        if (whole.outputs() != all) {
            fail<shape_error>("the adapter is for another model: its ", name, " has ",
                              whole.outputs(), " outputs, this model's ", all);
        }
        for (auto const& part : parts) {
            matrix<float> const up(whole.up.rows(first, part.outputs));
            first += part.outputs;
            if (!a.layers.emplace(part.name, lora{whole.down, up, whole.alpha, whole.rule})
                     .second) {
                fail<shape_error>("the adapter has ", name, " and ", part.name, " too");
            }
        }
    });
    return a;
}

/// The way back, for files. Parts that share A and their scale become one detour of that rank;
/// else the ranks add up: A is all their rows, B has each part's in its own rows and columns,
/// where it is scaled to the first part's scale. A part without a detour has zeros.
inline adapter fuse(adapter a, model_config const& config) {
    detail::for_each_fused(config, [&](std::string const& name, auto const& parts) {
        std::vector<lora const*> detours;
        lora const* first = nullptr;
        bool shared = true;
        index_t outputs = 0, rank = 0;
        for (auto const& part : parts) {
            lora const* delta = detours.emplace_back(a.find(part.name));
            outputs += part.outputs;
            if (!delta) { continue; }
            if (!first) { first = delta; }
            shared = shared && detail::equal_matrices(delta->down, first->down) &&
                     delta->scale() == first->scale();
            rank += delta->rank();
        }
        if (!first) { return; }
        if (shared) { rank = first->rank(); }
        lora whole{matrix<float>(rank, first->inputs()), matrix<float>(outputs, rank), 0,
                   first->rule};
        whole.alpha = 1;
        whole.alpha = first->scale() / whole.scale();
        index_t row = 0, column = 0;
        for (std::size_t p = 0; p < parts.size(); ++p) {
            if (lora const* delta = detours[p]) {
                float const factor = delta->scale() / first->scale();
                for (index_t i = 0; i < delta->outputs(); ++i) {
                    for (index_t k = 0; k < delta->rank(); ++k) {
                        whole.up(row + i, column + k) = factor * delta->up(i, k);
                    }
                }
                for (index_t k = 0; k < delta->rank(); ++k) {
                    auto const from = delta->down.row(k);
                    std::copy(from.begin(), from.end(), whole.down.row(column + k).begin());
                }
                if (!shared) { column += delta->rank(); }
            }
            row += parts[p].outputs;
        }
        for (auto const& part : parts) { a.layers.erase(part.name); }
        a.layers.emplace(name, std::move(whole));
    });
    return a;
}

} // namespace qad

#endif
