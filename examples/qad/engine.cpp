// SPDX-License-Identifier: MIT
#include "engine.hpp"

#include <qad/attend/kv_cache.hpp>  // kv_cache
#include <qad/model/load.hpp>       // load
#include <qad/model/prepare.hpp>    // prepare
#include <qad/model/scheme.hpp>     // parse_scheme, round_to
#include <qad/model/session.hpp>    // make_session

namespace qad::program {

struct engine::models {
    std::variant<transformer<float, weight>, transformer<float, prepared>> model;

    template <class F> decltype(auto) visit(F&& f) const {
        return std::visit(std::forward<F>(f), model);
    }
};

namespace {

index_t bytes(prepared const& w) { return w.bytes(); }

/// Sum of f(weight) over the weights; the embedding counts only when it is also the head.
template <class Model, class F> index_t sum_weights(Model const& model, bool embedding, F&& f) {
    index_t sum = embedding || !model.untied_head ? f(model.embedding) : 0;
    if (model.untied_head) { sum += f(*model.untied_head); }
    for (auto const& block : model.blocks) {
        for_each_linear(block, [&](char const*, auto const& layer) { sum += f(layer.weight); });
    }
    return sum;
}

load_options rounding_to(std::string const& scheme) {
    if (scheme.empty()) { return {}; }
    auto const linear = parse_scheme(scheme);
    // The embedding and the head decide over words by thin margins: they get 8 bits at least.
    auto head = linear;
    if (linear.is_quantized()) { head = {weight_format::int8, per_group(32), linear.rounding}; }
    return {[=](std::string const& name, weight loaded) {
        bool const is_linear = name.starts_with("model.layers.");
        return round_to(to_float(loaded), is_linear ? linear : head);
    }};
}

} // namespace

engine::engine(std::filesystem::path const& path, common const& options, std::string const& weights)
    : models_(std::make_unique<models>()) {
    auto model = load(path, rounding_to(weights));
    if (options.backend == "ref") {
        models_->model = std::move(model);
    } else {
        models_->model = prepare(simd, std::move(model));
    }
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

std::unique_ptr<session> engine::start(index_t capacity) const {
    return models_->visit([&]<class Weight>(transformer<float, Weight> const& model) {
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
    add_common(program, options.shared);
}

} // namespace qad::program
