// SPDX-License-Identifier: MIT
// The rows on somebody else's model: those that fit its memory and our time, and why not the others.
#ifndef QAD_LAB_FOREIGN_ROWS_HPP
#define QAD_LAB_FOREIGN_ROWS_HPP

#include "our_rows.hpp"

#include <qad/fit/training.hpp> // training_ledger

namespace qad::lab {

/// What a row may cost.
struct budget {
    byte_count memory;    ///< of this machine
    double gflops = 0;    ///< measured, float32 products
    double seconds = 600; ///< for all rows together
};

/// Seconds that a row takes: every question is some hundred tokens of two operations a weight,
/// at half the rate of plain matrix products.
inline double seconds_of(index_t weights, double tokens, double operations, budget const& b) {
    return operations * static_cast<double>(weights) * tokens / (0.5 * b.gflops * 1e9);
}

/// Base, int8, int4 by three methods, nf4, GGUF, LoRA, QLoRA, full: in the order in which they
/// tell most. A row that does not fit is left out with its reason.
inline plan foreign_plan(lab_options o, model_shape const& shape, budget const& b) {
    index_t const weights = parameters(shape);
    if (o.max_eval == 0) { o.max_eval = 32; }
    o.batch = 4;
    o.steps = std::min<index_t>(o.steps, 60);
    o.rate = 2e-4;
    plan p(o);
    double spent = 0;
    auto const items = static_cast<double>(o.max_eval);
    // Tickets: a prompt and six answers; texts: model and base; format B: a prompt and an answer.
    double const asked = seconds_of(weights, items * (100 + 2 * 60 + 90), 2, b) + 4;
    auto const fits = [&](row_plan const& r, byte_count need, double more) {
        double const seconds = asked + more;
        auto const usable = static_cast<double>(b.memory.count) * 0.8;
        if (static_cast<double>(need.count) > usable) {
            p.omitted.push_back(
                {r.config,
                 text("needs ", gigabytes(need).value, " GB, and 80 % of this machine's ",
                      gigabytes(b.memory).value, " GB are ", usable / 1e9)});
            return false;
        }
        if (spent + seconds > b.seconds) {
            p.omitted.push_back(
                {r.config,
                 text("would take some ", static_cast<index_t>(seconds), " s, and of ",
                      static_cast<index_t>(b.seconds), " s ", static_cast<index_t>(spent),
                      " are spent; give --budget more")});
            return false;
        }
        spent += seconds;
        return true;
    };
    auto const resident = [&](weight_storage const& s) {
        return weight_bytes(shape, s).total();
    };
    weight_storage const as_stored = stored_in(in_bf16);

    row_plan base{.id = "base",
                  .config = "base, as stored",
                  .stored = as_stored,
                  .sets = {"tickets", "texts", "format B"}};
    if (!fits(base, resident(as_stored), 0)) {
        fail("the model itself does not fit: ", p.omitted.back().why);
    }
    p.row(base);
    struct rounded {
        char const *id, *config, *method, *format, *group;
        storage stored;
    };
    rounded const all[] = {
        {"int4-64-gptq", "int4, groups of 64, GPTQ", "gptq", "int4", "64", in_groups(4, 64)},
        {"int4-64", "int4, groups of 64, rounded", "rtn", "int4", "64", in_groups(4, 64)},
        {"int8-channel", "int8, one scale per channel", "rtn", "int8", "channel", in_rows(8)},
        {"int4-64-awq", "int4, groups of 64, AWQ", "awq", "int4", "64", in_groups(4, 64)},
        {"int4-tensor", "int4, one scale per tensor", "rtn", "int4", "tensor", {4}},
        {"nf4-64", "nf4, blocks of 64", "rtn", "nf4", "64", in_groups(4, 64)},
    };
    auto const adapter_row = [&](std::string const& id, std::string const& method,
                                 row_kind kind, weight_storage const& stored,
                                 std::vector<std::string> const& load) {
        row_plan r{.id = id,
                   .config = method == "qlora" ? "QLoRA on format B" : "LoRA on format B",
                   .kind = kind,
                   .stored = stored};
        auto const which = method == "qlora" ? training_method::qlora : training_method::lora;
        byte_count const need = training_ledger(shape, {.method = which,
                                                        .state = adam_fp32,
                                                        .rank = o.rank,
                                                        .base = stored,
                                                        .tokens = 4 * 64})
                                    .total();
        double const training =
            seconds_of(weights, static_cast<double>(o.steps * o.batch) * 60, 4, b);
        if (!fits(r, need, training)) { return; }
        auto const adapter = p.trained({id,
                                        method,
                                        "house_b_train.jsonl",
                                        {"--eval", p.data("house_b_eval.jsonl").string()},
                                        o.steps});
        r.extra = load;
        r.extra.insert(r.extra.end(), {"--adapter", adapter.string()});
        r.sets = {"tickets", "format B"};
        r.task = "format B";
        r.training = id;
        p.row(std::move(r));
    };
    auto const quantized_row = [&](rounded const& q) {
        row_plan r{.id = q.id,
                   .config = q.config,
                   .kind = row_kind::quantized,
                   .scheme = std::string(q.format) + ":" + q.group,
                   .method = q.method,
                   .stored = stored_in(q.stored),
                   .weight_dtype =
                       std::string(q.format) + ", fp16 scales; embedding as stored"};
        // GPTQ runs the calibration texts through every layer and factors a Hessian for each.
        double const making =
            std::string_view(q.method) == "rtn" ? 2 : seconds_of(weights, 128 * 128, 6, b);
        if (!fits(r, resident(as_stored), making)) { return; }
        r.weights = p.quantized(r.id, o.model, q.method, q.format, q.group);
        r.sets = {"tickets", "texts"};
        p.row(std::move(r));
    };
    quantized_row(all[0]);
    adapter_row("lora", "lora", row_kind::lora, as_stored, {});
    quantized_row(all[1]);
    quantized_row(all[2]);
    adapter_row("qlora", "qlora", row_kind::qlora, stored_in(in_nf4_double),
                {"--weights", "nf4:64:double", "--head", "stored"});
    for (std::size_t i = 3; i < std::size(all); ++i) { quantized_row(all[i]); }
    p.omitted.push_back(
        {"full fine-tuning",
         text("needs ", gigabytes(training_ledger(shape, {.state = adam_fp32}).total()).value,
              " GB before activations; ./qad train --method full runs it by itself")});
    p.omitted.push_back({"retrieval, facts, freshness",
                         "this model does not know our world's facts, so weights and "
                         "retrieval cannot be told apart on them"});
    return p;
}

} // namespace qad::lab

#endif
