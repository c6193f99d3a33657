// SPDX-License-Identifier: MIT
// A whole model, quantized layer after layer on the inputs that it will really see.
#ifndef QAD_MODEL_QUANTIZE_MODEL_HPP
#define QAD_MODEL_QUANTIZE_MODEL_HPP

#include <qad/model/calibrate.hpp>    // calibration
#include <qad/model/layer_inputs.hpp> // layer_inputs
#include <qad/model/scheme.hpp>       // weight_scheme, round_to
#include <qad/quantize/awq.hpp>       // awq_scale, quantize_scaled
#include <qad/quantize/gptq.hpp>      // gptq
#include <qad/quantize/report.hpp>    // quantization_report

#include <string> // string

namespace qad {

enum class quantize_method { rtn, gptq, awq };

/// What is done to a model. The linear layers of the blocks become `linears`; embedding and
/// head become `head`, or stay as they are.
struct model_plan {
    quantize_method method = quantize_method::gptq;
    weight_scheme linears;
    std::optional<weight_scheme> head;
    double damping = 0.01;         ///< GPTQ
    bool activation_order = false; ///< GPTQ
    index_t awq_tokens = 512;      ///< AWQ: sample tokens that its search looks at
};

/// What became of one linear layer, as soon as it is done; then of the whole model.
struct layer_result {
    std::string name;
    quantization_report report;
};

/// Operations of the matrix products of a run, by what they are for.
struct product_count {
    double forward = 0, hessians = 0, rounding = 0;
    double sum() const { return forward + hessians + rounding; }
};

namespace detail {

/// Where a linear layer of a block reads.
inline site input_of(std::string_view name) {
    if (name.ends_with("o_proj")) { return site::attended; }
    if (name.ends_with("down_proj")) { return site::mlp_hidden; }
    return name.starts_with("mlp.") ? site::mlp_input : site::attention_input;
}

/// AWQ on one layer: finds a channel scale for each input and folds it into what comes before,
/// so that the layer computes the same with weights that round better. Query, key and value
/// share the first norm, gate and up the second; the inputs of down are the rows of up. Those
/// of output are the rows of value only when no key-value head is shared.
inline void fold_awq(block<float, weight>& layer, head_layout const& heads,
                     model_plan const& plan, layer_inputs& inputs) {
    auto const search = [&](site where, std::initializer_list<linear<float, weight>*> readers,
                            auto&& fold) {
        std::vector<matrix<float>> w;
        std::vector<matrix_view<float const>> views;
        for (auto* reader : readers) { w.push_back(to_float(reader->weight)); }
        for (auto const& each : w) { views.push_back(each.view()); }
        auto const found = with_code(plan.linears.format, [&]<class Code>() {
            return awq_scale<Code>(
                views, inputs.samples.at(where), plan.linears.cut,
                {.grid = plan.linears.rounding.grid, .scales = plan.linears.rounding.scales});
        });
        auto const& s = found.channel_scale;
        std::size_t next = 0;
        for (auto* reader : readers) {
            reader->weight = shared_matrix<float>(scale_columns(w[next++], s));
        }
        fold(s);
        inputs.divide(where, s);
    };
    auto const into = [](std::vector<float>& vector) {
        return [&vector](std::vector<float> const& s) {
            for (std::size_t j = 0; j < vector.size(); ++j) { vector[j] /= s[j]; }
        };
    };
    auto const into_rows = [&](linear<float, weight>& before) {
        return [&](std::vector<float> const& s) {
            matrix<float> w = to_float(before.weight);
            for (index_t i = 0; i < w.rows(); ++i) {
                for (float& x : w.row(i)) { x /= s[static_cast<std::size_t>(i)]; }
            }
            before.weight = shared_matrix<float>(std::move(w));
            if (!before.bias.empty()) { into(before.bias)(s); }
        };
    };
    search(site::attention_input, {&layer.query, &layer.key, &layer.value},
           into(layer.attention_norm));
    if (heads.kv_heads == heads.query_heads) {
        search(site::attended, {&layer.output}, into_rows(layer.value));
    }
    search(site::mlp_input, {&layer.gate, &layer.up}, into(layer.mlp_norm));
    search(site::mlp_hidden, {&layer.down}, into_rows(layer.up));
}

/// One matrix in the format of the plan.
inline weight quantize_linear(matrix_view<float const> w, model_plan const& plan,
                              hessian const* moments) {
    auto const& scheme = plan.linears;
    if (plan.method == quantize_method::gptq) {
        return with_code(scheme.format, [&]<class Code>() -> weight {
            return gptq<Code>(w, *moments, scheme.cut,
                              {.damping = plan.damping,
                               .activation_order = plan.activation_order,
                               .grid = scheme.rounding.grid,
                               .scales = scheme.rounding.scales});
        });
    }
    return round_to(w, scheme);
}

/// Listens to the inputs of one layer, then quantizes its seven matrices; tell(layer_result)
/// after each.
template <class Backend, class Tell>
void quantize_layer(std::optional<calibration<Backend>>& flow, block<float, weight>& layer,
                    index_t i, head_layout const& heads, model_plan const& plan,
                    product_count& products, Tell&& tell) {
    layer_inputs inputs;
    if (flow) {
        flow->stage(layer);
        index_t const samples = plan.method == quantize_method::awq ? plan.awq_tokens : 0;
        flow->listen([&](index_t, site where, matrix_view<float> x) {
            if (where != site::attention_input && where != site::attended &&
                where != site::mlp_input && where != site::mlp_hidden) {
                return;
            }
            inputs.hear(where, x, flow->tokens(), samples);
            auto const n = static_cast<double>(x.cols());
            products.hessians += static_cast<double>(x.rows()) * n * (n + 1);
        });
        products.forward += flow->operations();
    }
    if (plan.method == quantize_method::awq) { fold_awq(layer, heads, plan, inputs); }
    for_each_linear(layer, [&](char const* name, linear<float, weight>& l) {
        matrix<float> const w = to_float(l.weight);
        site const where = input_of(name);
        l.weight = quantize_linear(w, plan, flow ? &inputs.moments.at(where) : nullptr);
        auto result = std::visit([&](auto const& q) { return report(w, q); }, l.weight);
        if (flow) {
            matrix<float> e = to_float(l.weight);
            as_eigen(e) -= as_eigen(w);
            result.output_error = inputs.squared(e, where);
            result.output_square = inputs.squared(w, where);
        }
        if (plan.method == quantize_method::gptq) {
            auto const rows = static_cast<double>(w.rows()), n = static_cast<double>(w.cols());
            products.rounding += rows * n * n + 2 * n * n * n / 3;
        }
        tell(layer_result{text("model.layers.", i, ".", name), result});
    });
}

} // namespace detail

/// Where finished layers go: here, nowhere else. `layer_parts` takes them to the disk, and
/// brings back those of an earlier run.
struct keep_in_model {
    bool restore(index_t, block<float, weight>&, std::vector<layer_result>&) { return false; }
    void finish(index_t, block<float, weight>&, std::vector<layer_result> const&) {}
};

/// Quantizes `model` in place; `texts` is samples × length tokens (empty for rtn without output
/// errors). For each layer: listen to its inputs, quantize its seven matrices, run the texts
/// through the quantized layer, so that the next one is calibrated on what it will get
/// (Frantar et al. 2023, §4). All four inputs are heard before any matrix of the layer is
/// changed. each(layer_result) is called after every matrix. For `keep`:
///
///   keep.restore(i, layer, results)  true when the finished layer i and its results are known
///   keep.finish(i, layer, results)   layer i is not looked at any more
template <class Backend, class Each, class Keep = keep_in_model>
product_count quantize_model(Backend backend, transformer<float, weight>& model,
                             model_plan const& plan, matrix_view<std::int32_t const> texts,
                             Each&& each, Keep&& keep = {}) {
    if (plan.method != quantize_method::rtn && texts.size() == 0) {
        fail("gptq and awq need calibration texts: --calibration FILE or --tokens-file FILE "
             "(chapter 3.4)");
    }
    product_count products;
    std::optional<calibration<Backend>> flow;
    if (texts.size() > 0) { flow.emplace(backend, model, texts); }
    for (index_t i = 0; i < model.config.layers; ++i) {
        auto& layer = model.blocks[static_cast<std::size_t>(i)];
        std::vector<layer_result> results;
        if (keep.restore(i, layer, results)) {
            for (auto const& result : results) { each(result); }
        } else {
            detail::quantize_layer(flow, layer, i, model.heads, plan, products,
                                   [&](layer_result const& result) {
                                       results.push_back(result);
                                       each(result);
                                   });
        }
        // Go on with what the quantized layer makes of the texts.
        if (flow) {
            flow->stage(layer);
            flow->advance();
            products.forward += flow->operations();
        }
        keep.finish(i, layer, results);
    }

    // Embedding and head, rounded: no calibration input reaches an embedding.
    if (plan.head) {
        model.embedding = round_to(to_float(model.embedding), *plan.head);
        if (model.untied_head) {
            model.untied_head = round_to(to_float(*model.untied_head), *plan.head);
        }
    }
    return products;
}

} // namespace qad

#endif
