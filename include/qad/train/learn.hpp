// SPDX-License-Identifier: MIT
// Chapter 5.2, "LoRA" — chapters/5-adapt/README.md#s5-2
#ifndef QAD_TRAIN_LEARN_HPP
#define QAD_TRAIN_LEARN_HPP

#include <qad/model/adapter.hpp>  // basic_adapter
#include <qad/model/prepare.hpp>  // convert_weights
#include <qad/train/backward.hpp> // trained_model

#include <string> // string

namespace qad {

/// The base as it is stored, frozen: nothing is learned yet, an adapter may be put beside it.
inline trained_model<float> freeze(transformer<float, weight>&& model) {
    return convert_weights(std::move(model), [](weight w) {
        return trained_weight<float>{std::move(w), {}};
    });
}

/// Full fine-tuning: every weight as floats, learned.
inline trained_model<float> learn_everything(transformer<float, weight>&& model) {
    return convert_weights(std::move(model), [](weight const& w) {
        return trained_weight<float>{to_float(w), {}};
    });
}

/// Calls f(name, weight) for the linear layers, by the names that adapters know them by; the
/// head last, if it is not the embedding.
template <class Model, class F> void for_each_trained_linear(Model& model, F&& f) {
    for (std::size_t i = 0; i < model.blocks.size(); ++i) {
        for_each_linear(model.blocks[i], [&](char const* name, auto& layer) {
            f(text("model.layers.", i, ".", name), layer.weight);
        });
    }
    if (model.untied_head) { f(std::string("lm_head"), *model.untied_head); }
}

/// LoRA (QLoRA, if the model is in 4 bits): the adapter is what is learned, beginning from what
/// it is now.
template <std::floating_point T>
void learn_beside(trained_model<T>& model, basic_adapter<T> const& a) {
    require_fit(a, model.config);
    if (a.find("lm_head") != nullptr && !model.untied_head) {
        fail("lm_head is the embedding in this model; an adapter of it cannot be trained here: "
             "leave it out of the targets");
    }
    for_each_trained_linear(model, [&](std::string const& name, trained_weight<T>& w) {
        if (auto const* delta = a.find(name)) { w.adapter = *delta; }
    });
}

/// The adapter that stands beside the model now.
template <std::floating_point T>
basic_adapter<T> learned_adapter(trained_model<T> const& model) {
    basic_adapter<T> a;
    for_each_trained_linear(model, [&](std::string const& name, trained_weight<T> const& w) {
        if (w.adapted()) { a.layers.emplace(name, w.adapter); }
    });
    return a;
}

/// A gradient for `model`, all zero: matrices where something is learned, nothing where it is
/// not. Norms and biases are learned where the weights are.
template <std::floating_point T> trained_model<T> zero_gradient(trained_model<T> const& model) {
    trained_model<T> zero;
    zero.config = model.config;
    zero.heads = model.heads;
    auto const weight_of = [](trained_weight<T> const& w) {
        trained_weight<T> g;
        if (w.learned()) { g.base = matrix<T>(w.rows(), w.cols()); }
        if (w.adapted()) {
            g.adapter.down = matrix<T>(w.adapter.rank(), w.adapter.inputs());
            g.adapter.up = matrix<T>(w.adapter.outputs(), w.adapter.rank());
        }
        return g;
    };
    bool const everything = model.embedding.learned();
    auto const vector_of = [&](std::vector<T> const& v) {
        return std::vector<T>(everything ? v.size() : 0);
    };
    zero.embedding = weight_of(model.embedding);
    if (model.untied_head) { zero.untied_head = weight_of(*model.untied_head); }
    zero.final_norm = vector_of(model.final_norm);
    for (auto const& from : model.blocks) {
        auto& to = zero.blocks.emplace_back();
        to.attention_norm = vector_of(from.attention_norm);
        to.query_norm = vector_of(from.query_norm);
        to.key_norm = vector_of(from.key_norm);
        to.mlp_norm = vector_of(from.mlp_norm);
        linear<T, trained_weight<T>> const* layers[] = {&from.query,  &from.key,  &from.value,
                                                        &from.output, &from.gate, &from.up,
                                                        &from.down};
        std::size_t next = 0;
        for_each_linear(to, [&](char const*, auto& layer) {
            layer.weight = weight_of(layers[next]->weight);
            layer.bias = vector_of(layers[next]->bias);
            ++next;
        });
    }
    return zero;
}

/// Calls f(name, values, gradients, is a matrix) for everything that is learned, always in the
/// same order. Names are those of the files: "model.norm.weight",
/// "model.layers.0.mlp.up_proj.lora_A.weight".
template <std::floating_point T, class F>
void for_each_learned(trained_model<T>& model, trained_model<T>& gradient, F&& f) {
    auto const table = [](matrix<T>& m) {
        return std::span<T>(m.data(), static_cast<std::size_t>(m.size()));
    };
    auto const weights = [&](std::string const& name, trained_weight<T>& w,
                             trained_weight<T>& g) {
        if (w.learned()) {
            f(name + ".weight", table(std::get<matrix<T>>(w.base)),
              table(std::get<matrix<T>>(g.base)), true);
        }
        if (w.adapted()) {
            f(name + ".lora_A.weight", table(w.adapter.down), table(g.adapter.down), true);
            f(name + ".lora_B.weight", table(w.adapter.up), table(g.adapter.up), true);
        }
    };
    auto const numbers = [&](std::string const& name, std::vector<T>& v, std::vector<T>& g) {
        if (!g.empty()) { f(name, std::span<T>(v), std::span<T>(g), false); }
    };
    weights("model.embed_tokens", model.embedding, gradient.embedding);
    for (std::size_t i = 0; i < model.blocks.size(); ++i) {
        auto &from = model.blocks[i], &to = gradient.blocks[i];
        std::string const prefix = text("model.layers.", i, ".");
        numbers(prefix + "input_layernorm.weight", from.attention_norm, to.attention_norm);
        numbers(prefix + "self_attn.q_norm.weight", from.query_norm, to.query_norm);
        numbers(prefix + "self_attn.k_norm.weight", from.key_norm, to.key_norm);
        std::vector<linear<T, trained_weight<T>>*> layers;
        for_each_linear(to, [&](char const*, auto& layer) { layers.push_back(&layer); });
        std::size_t next = 0;
        for_each_linear(from, [&](char const* name, auto& layer) {
            weights(prefix + name, layer.weight, layers[next]->weight);
            numbers(prefix + name + ".bias", layer.bias, layers[next]->bias);
            ++next;
        });
        numbers(prefix + "post_attention_layernorm.weight", from.mlp_norm, to.mlp_norm);
    }
    numbers("model.norm.weight", model.final_norm, gradient.final_norm);
    if (model.untied_head) { weights("lm_head", *model.untied_head, *gradient.untied_head); }
}

} // namespace qad

#endif
