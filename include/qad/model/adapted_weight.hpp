// SPDX-License-Identifier: MIT
// A whole model with an adapter beside it, which may be swapped while the program runs.
#ifndef QAD_MODEL_ADAPTED_WEIGHT_HPP
#define QAD_MODEL_ADAPTED_WEIGHT_HPP

#include <qad/model/adapter.hpp> // basic_adapter, require_fit
#include <qad/model/forward.hpp> // decode_row, multiply are called from here
#include <qad/model/prepare.hpp> // convert_weights
#include <qad/model/weight.hpp>  // weight
#include <qad/simd/add_lora.hpp> // add_lora

#include <array>  // array
#include <memory> // shared_ptr

namespace qad {

/// A frozen weight and, where `delta` is not null, the detour beside it:
///
///   y = x·Ŵᵀ + s·(x·Aᵀ)·Bᵀ
///
/// W is any weight of a backend. Copies share it, so that a model with another adapter costs
/// its norms and nothing else. The adapter is not owned.
template <class T, class Weight> struct adapted_weight {
    std::shared_ptr<Weight const> base;
    basic_lora<T> const* delta = nullptr;
};

/// A model of adapted weights; the one forward runs it as any other.
template <class T, class Weight> using adapted_transformer =
    transformer<T, adapted_weight<T, Weight>>;

/// A model that can take an adapter; it has none yet, and computes the bits of `base`.
///
///   auto model = adaptable(prepare(simd, load("llama")));
///   adapter const polite = load_adapter("polite");
///   attach(model, polite);
template <class T, class Weight>
adapted_transformer<T, Weight> adaptable(transformer<T, Weight>&& base) {
    return convert_weights(std::move(base), [](Weight w) {
        return adapted_weight<T, Weight>{std::make_shared<Weight const>(std::move(w))};
    });
}

/// Calls f(name, adapted weight) for every linear layer, the head last. A tied head is the
/// embedding: looking up a token reads W alone, the logits go through the detour as well.
template <class T, class Weight, class F>
void for_each_adapted(adapted_transformer<T, Weight>& model, F&& f) {
    for (std::size_t i = 0; i < model.blocks.size(); ++i) {
        for_each_linear(model.blocks[i], [&](char const* name, auto& layer) {
            f(text("model.layers.", i, ".", name), layer.weight);
        });
    }
    f("lm_head", model.untied_head ? *model.untied_head : model.embedding);
}

/// Takes the adapter away: what comes is again what the base computes, to the last bit.
template <class T, class Weight> void detach(adapted_transformer<T, Weight>& model) {
    for_each_adapted(model, [](std::string const&, auto& w) { w.delta = nullptr; });
}

/// Puts `a` in the place of whatever adapter was there; it must outlive its use. An adapter of
/// another model is refused, and the one before stays. Not while the model runs. Keys and
/// values of a cache were made by the adapter of their time: start a new session, or rewind to
/// 0.
template <class T, class Weight>
void attach(adapted_transformer<T, Weight>& model, basic_adapter<T> const& a) {
    require_fit(a, model.config);
    for_each_adapted(model, [&](std::string const& name, auto& w) { w.delta = a.find(name); });
}
template <class T, class Weight>
void attach(adapted_transformer<T, Weight>&, basic_adapter<T> const&&) = delete;

/// Bytes of the weight and of the detour beside it.
template <class T, class Weight> index_t bytes(adapted_weight<T, Weight> const& w) {
    index_t const beside =
        w.delta == nullptr ? 0 : w.delta->parameters() * static_cast<index_t>(sizeof(T));
    if constexpr (requires { w.base->bytes(); }) {
        return w.base->bytes() + beside;
    } else {
        return bytes(*w.base) + beside;
    }
}

/// The embedding of token i, which adapters leave as it is.
template <class T, class Weight>
void decode_row(adapted_weight<T, Weight> const& w, index_t i, std::span<T> out) {
    decode_row<T>(*w.base, i, out);
}

/// y = x·Ŵᵀ, and the detour.
template <class Backend, class T, class Weight>
void multiply(Backend backend, matrix_view<T> y, adapted_weight<T, Weight> const& w,
              matrix_view<T const> x) {
    multiply(backend, y, *w.base, x);
    if (w.delta != nullptr) { add_lora<T>(backend, y, *w.delta, x); }
}

/// Weights that share their input: the products with the bases at once, then the detours.
template <class T, class Weight>
void multiply(simd_t, std::span<matrix_view<T> const> y,
              std::span<adapted_weight<T, Weight> const* const> w, matrix_view<T const> x) {
    constexpr std::size_t most = 4; // a block asks for three at most
    for (std::size_t first = 0; first < w.size(); first += most) {
        std::size_t const count = std::min(most, w.size() - first);
        std::array<Weight const*, most> base{};
        std::array<basic_lora<T> const*, most> delta{};
        bool any = false;
        for (std::size_t k = 0; k < count; ++k) {
            base[k] = w[first + k]->base.get();
            delta[k] = w[first + k]->delta;
            any = any || delta[k] != nullptr;
        }
        auto const part = y.subspan(first, count);
        multiply(simd, part, std::span<Weight const* const>(base).first(count), x);
        if (any) {
            add_lora<T>(simd, part, std::span<basic_lora<T> const* const>(delta).first(count),
                        x);
        }
    }
}

} // namespace qad

#endif
