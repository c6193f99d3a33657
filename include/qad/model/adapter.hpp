// SPDX-License-Identifier: MIT
// The adapter of a whole model: one detour for each linear layer that has one.
#ifndef QAD_MODEL_ADAPTER_HPP
#define QAD_MODEL_ADAPTER_HPP

#include <qad/adapt/lora.hpp>      // basic_lora, make_lora
#include <qad/io/model_config.hpp> // model_config

#include <map>         // map
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad {

/// A linear layer that an adapter may stand beside: outputs × inputs weights.
struct layer_shape {
    std::string name; ///< "model.layers.0.self_attn.q_proj", or "lm_head"
    index_t outputs = 0, inputs = 0;
};

/// The linear layers of a model: seven for each layer of the decoder, and the head last.
inline std::vector<layer_shape> layer_shapes(model_config const& c) {
    index_t const wide = c.heads * c.head_dim, narrow = c.kv_heads * c.head_dim;
    std::vector<layer_shape> shapes;
    for (index_t i = 0; i < c.layers; ++i) {
        std::string const prefix = text("model.layers.", i, ".");
        shapes.push_back({prefix + "self_attn.q_proj", wide, c.hidden});
        shapes.push_back({prefix + "self_attn.k_proj", narrow, c.hidden});
        shapes.push_back({prefix + "self_attn.v_proj", narrow, c.hidden});
        shapes.push_back({prefix + "self_attn.o_proj", c.hidden, wide});
        shapes.push_back({prefix + "mlp.gate_proj", c.ff, c.hidden});
        shapes.push_back({prefix + "mlp.up_proj", c.ff, c.hidden});
        shapes.push_back({prefix + "mlp.down_proj", c.hidden, c.ff});
    }
    shapes.push_back({"lm_head", c.vocab, c.hidden});
    return shapes;
}

/// What is learned of a model while its weights stay as they are, by layer name.
template <std::floating_point T> struct basic_adapter {
    std::map<std::string, basic_lora<T>> layers;
    std::string base_model; ///< what it was trained on, where that is known

    index_t parameters() const {
        index_t sum = 0;
        for (auto const& [name, delta] : layers) { sum += delta.parameters(); }
        return sum;
    }
    /// The detour of that layer, or null.
    basic_lora<T> const* find(std::string const& name) const {
        auto const found = layers.find(name);
        return found == layers.end() ? nullptr : &found->second;
    }
};
using adapter = basic_adapter<float>;

struct adapter_options {
    lora_options lora = {};
    /// Layers by the end of their names: "q_proj", "mlp.up_proj", "layers.3.mlp.up_proj",
    /// "lm_head". None: all linear layers but the head, which is what QLoRA does (Dettmers et
    /// al. 2023, §4).
    std::vector<std::string> targets = {};
};

/// Whether the name of a layer ends with `target`, at a dot. This is PEFT's rule.
inline bool is_target(std::string_view name, std::string_view target) {
    if (name == target) { return true; }
    return name.size() > target.size() && name.ends_with(target) &&
           name[name.size() - target.size() - 1] == '.';
}

/// A fresh adapter for models of that shape: B = 0, so that it changes nothing yet. The numbers
/// depend on the seed alone.
template <std::floating_point T = float> basic_adapter<T>
make_adapter(model_config const& config, adapter_options const& options, std::uint64_t seed) {
    generator random(seed);
    basic_adapter<T> made;
    std::vector<bool> used(options.targets.size());
    for (auto const& [name, outputs, inputs] : layer_shapes(config)) {
        bool wanted = options.targets.empty() && name != "lm_head";
        for (std::size_t i = 0; i < options.targets.size(); ++i) {
            bool const hit = is_target(name, options.targets[i]);
            wanted = wanted || hit;
            used[i] = used[i] || hit;
        }
        if (wanted) {
            made.layers.emplace(name, make_lora<T>(outputs, inputs, options.lora, random));
        }
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (!used[i]) {
            fail<shape_error>("no linear layer is called \"", options.targets[i],
                              "\"; they are q_proj, k_proj, v_proj, o_proj, gate_proj, "
                              "up_proj, down_proj and lm_head");
        }
    }
    return made;
}

/// `shape_error`, naming the layer, unless every layer of the adapter is one of the model's.
template <std::floating_point T>
void require_fit(basic_adapter<T> const& a, model_config const& config) {
    std::map<std::string, layer_shape> known;
    for (auto const& shape : layer_shapes(config)) { known.emplace(shape.name, shape); }
    std::string const origin =
        a.base_model.empty() ? "" : "; it says that it was trained on " + a.base_model;
    for (auto const& [name, delta] : a.layers) {
        auto const found = known.find(name);
        if (found == known.end()) {
            fail<shape_error>("the adapter is for another model: it has ", name,
                              ", this model has layers 0 to ", config.layers - 1,
                              " with q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and "
                              "down_proj",
                              origin);
        }
        layer_shape const& shape = found->second;
        if (delta.outputs() != shape.outputs || delta.inputs() != shape.inputs) {
            fail<shape_error>("the adapter is for another model: its ", name, " goes with ",
                              delta.outputs(), " x ", delta.inputs(),
                              " weights, this model's are ", shape.outputs, " x ", shape.inputs,
                              origin);
        }
        if (delta.rank() < 1 || delta.up.cols() != delta.rank()) {
            fail<shape_error>("the adapter's ", name, " multiplies B with ", delta.up.cols(),
                              " columns and A with ", delta.rank(),
                              " rows; both are the rank, at least 1");
        }
    }
}

} // namespace qad

#endif
