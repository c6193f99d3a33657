// SPDX-License-Identifier: MIT
// A model as a backend wants it.
#ifndef QAD_MODEL_PREPARE_HPP
#define QAD_MODEL_PREPARE_HPP

#include <qad/model/prepare_blocks.hpp> // prepare(simd, gguf_matrix)
#include <qad/model/transformer.hpp>    // transformer
#include <qad/simd/attend.hpp>          // the layers that forward calls on this backend
#include <qad/simd/multiply.hpp>        // prepared, prepare
#include <qad/simd/rms_norm.hpp>        // rms_norm
#include <qad/simd/rope.hpp>            // rotate
#include <qad/simd/swiglu.hpp>          // swiglu

namespace qad {

/// The same model with every weight mapped by `convert`: how a backend prepares a model at
/// load, and how a model is quantized. Weights of `from` may be moved out one by one, so that
/// two whole models need not exist at once.
template <class T, class From, class Convert>
auto convert_weights(transformer<T, From>&& from, Convert&& convert) {
    using To = decltype(convert(std::move(from.embedding)));
    transformer<T, To> to;
    to.config = from.config;
    to.heads = from.heads;
    to.rotary = from.rotary;
    to.final_norm = std::move(from.final_norm);
    to.embedding = convert(std::move(from.embedding));
    if (from.untied_head) { to.untied_head = convert(std::move(*from.untied_head)); }
    for (auto& old : from.blocks) {
        auto& block = to.blocks.emplace_back();
        static_cast<block_vectors<T>&>(block) = std::move(old);
        auto const move = [&](linear<T, To>& layer, linear<T, From>& source) {
            layer.weight = convert(std::move(source.weight));
            layer.bias = std::move(source.bias);
        };
        move(block.query, old.query);
        move(block.key, old.key);
        move(block.value, old.value);
        move(block.output, old.output);
        move(block.gate, old.gate);
        move(block.up, old.up);
        move(block.down, old.down);
    }
    from.blocks.clear();
    return to;
}

/// One weight, whatever kind it is.
inline prepared prepare(simd_t, weight const& w) {
    return std::visit([](auto const& kind) { return prepare(qad::simd, kind); }, w);
}
/// A float matrix as each backend multiplies with it.
inline weight stage(ref_t, matrix<float>&& w) { return shared_matrix<float>(std::move(w)); }
inline prepared stage(simd_t, matrix<float>&& w) {
    return prepare(simd, shared_matrix<float>(std::move(w)));
}

/// The model with its weights in the layout of this processor's vector instructions. The
/// weights of `model` go one by one, so that never two whole models exist.
inline transformer<float, prepared> prepare(simd_t, transformer<float, weight>&& model) {
    return convert_weights(std::move(model), [](weight w) { return prepare(simd, w); });
}

} // namespace qad

#endif
