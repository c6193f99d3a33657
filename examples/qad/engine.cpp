// SPDX-License-Identifier: MIT
#include "engine.hpp"

#include <qad/attend/kv_cache.hpp>      // kv_cache
#include <qad/model/adapted_weight.hpp> // adaptable, attach
#include <qad/model/adapter_file.hpp>   // load_adapter
#include <qad/model/fused_adapter.hpp>  // split_fused
#include <qad/model/load.hpp>           // load
#include <qad/model/prepare.hpp>        // prepare
#include <qad/model/scheme.hpp>         // parse_scheme, round_to
#include <qad/model/session.hpp>        // make_session

namespace qad::program {

struct engine::models {
    // Without an adapter these compute the bits of the plain model.
    std::variant<adapted_transformer<float, weight>, adapted_transformer<float, prepared>> model;
    qad::adapter beside; // the model points into it

    template <class F> decltype(auto) visit(F&& f) const {
        return std::visit(std::forward<F>(f), model);
    }
};

namespace {

/// Sum of f(weight) over the weights; the embedding counts only when it is also the head.
template <class Model, class F> index_t sum_weights(Model const& model, bool embedding, F&& f) {
    index_t sum = embedding || !model.untied_head ? f(model.embedding) : 0;
    if (model.untied_head) { sum += f(*model.untied_head); }
    for (auto const& block : model.blocks) {
        for_each_linear(block, [&](char const*, auto const& layer) { sum += f(layer.weight); });
    }
    return sum;
}

/// What happens to the weights on their way in.
load_options on_the_way(model_options const& o) {
    if (o.weights.empty()) {
        // Blocks of a GGUF file become matrices here, so that the file's pages can go.
        return {[](std::string const&, weight loaded) -> weight {
            auto const* blocks = std::get_if<gguf_matrix>(&loaded);
            return blocks ? from_gguf(*blocks) : loaded;
        }};
    }
    auto const linear = parse_scheme(o.weights);
    // The embedding and the head decide over words by thin margins: they get 8 bits at least.
    auto head = linear;
    if (linear.is_quantized()) { head = {weight_format::int8, per_group(32), {.scales = scale_format::fp16}}; }
    bool const as_stored = o.head == "stored";
    if (!o.head.empty() && !as_stored) { head = parse_scheme(o.head); }
    return {[=](std::string const& name, weight loaded) {
        bool const is_linear = name.starts_with("model.layers.");
        if (!is_linear && as_stored) { return loaded; }
        return round_to(to_float(loaded), is_linear ? linear : head);
    }};
}

/// The numbers that the weights stand for, as floats: products with them show the rounding of
/// the weights alone.
transformer<float, weight> decoded(transformer<float, weight>&& model) {
    return convert_weights(std::move(model),
                           [](weight const& w) -> weight { return shared_matrix<float>(to_float(w)); });
}

} // namespace

engine::engine(model_options const& o) : models_(std::make_unique<models>()) {
    if (!o.adapter.empty()) { // before the model: a mistake here shows at once
        models_->beside = load_adapter(o.adapter);
    }
    auto model = load(o.model, on_the_way(o));
    models_->beside = split_fused(std::move(models_->beside), model.config);
    require_fit(models_->beside, model.config);
    if (o.inputs == "float") { model = decoded(std::move(model)); }
    if (o.shared.backend == "ref") {
        models_->model = adaptable(std::move(model));
    } else {
        models_->model = adaptable(prepare(simd, std::move(model)));
    }
    std::visit([&](auto& adapted) { attach(adapted, models_->beside); }, models_->model);
}

engine::~engine() = default;

model_config const& engine::config() const {
    return models_->visit([](auto const& model) -> model_config const& { return model.config; });
}

index_t engine::weight_bytes() const {
    return models_->visit([](auto const& model) {
        return sum_weights(model, true, [](auto const& w) { return bytes(w); });
    });
}

index_t engine::bytes_per_token() const {
    return models_->visit([](auto const& model) {
        return sum_weights(model, false, [](auto const& w) { return bytes(w); });
    });
}

void engine::adapt(std::filesystem::path const& directory) {
    adapter other;
    if (!directory.empty()) { other = split_fused(load_adapter(directory), config()); }
    require_fit(other, config());
    std::visit([](auto& adapted) { detach(adapted); }, models_->model);
    models_->beside = std::move(other);
    std::visit([&](auto& adapted) { attach(adapted, models_->beside); }, models_->model);
}

std::unique_ptr<session> engine::start(index_t capacity) const {
    return models_->visit([&]<class Weight>(adapted_transformer<float, Weight> const& model) {
        kv_cache<float> past(model.heads, model.config.layers, capacity);
        if constexpr (std::is_same_v<Weight, weight>) {
            return make_session(ref, model, std::move(past));
        } else {
            return make_session(simd, model, std::move(past));
        }
    });
}

void add_model(CLI::App& program, model_options& options) {
    program.add_option("MODEL", options.model, "Hugging Face directory or .gguf file")->required();
    program.add_option("--weights", options.weights,
                       "round the linear layers while loading: int4, int8:channel, nf4:64, bf16, ...");
    program.add_option("--head", options.head, "and embedding and head to this: int8:32, bf16; stored: as they are");
    program.add_option("--activations", options.inputs,
                       "int8: quantized weights meet rounded inputs, the fast way; float: only weights are rounded")
        ->check(CLI::IsMember({"int8", "float"}))
        ->capture_default_str();
    program.add_option("--adapter", options.adapter, "LoRA adapter beside the weights: a directory, as PEFT writes it");
    add_common(program, options.shared);
}

} // namespace qad::program
