// SPDX-License-Identifier: MIT
// A run of a small model as the lab would hand it over: figures that agree with each other.
#ifndef QAD_TESTS_DECIDE_SAMPLE_EVIDENCE_HPP
#define QAD_TESTS_DECIDE_SAMPLE_EVIDENCE_HPP

#include <qad/decide/evidence.hpp> // evidence
#include <qad/fit/adapters.hpp>    // lora_parameters
#include <qad/fit/kv.hpp>          // kv_bytes
#include <qad/fit/training.hpp>    // training_ledger

namespace qad::test {

/// The shape of the lab's own base model.
inline constexpr model_shape sample_shape{.hidden = 256,
                                          .layers = 4,
                                          .heads = 4,
                                          .kv_heads = 2,
                                          .head_dim = 64,
                                          .feed_forward = 768,
                                          .vocabulary = 2048,
                                          .tied = true};

inline evidence_row sample_row(std::string id, row_kind kind, std::string scheme,
                               weight_storage stored, double value) {
    evidence_row row;
    row.id = id;
    row.config = "configuration " + id;
    row.kind = kind;
    row.group = "plain";
    row.scheme = scheme;
    row.method = kind == row_kind::quantized ? "rtn" : "none";
    row.stored = stored;
    auto const sum = weight_bytes(sample_shape, stored);
    row.coverage = kind == row_kind::quantized || kind == row_kind::qlora ? 0.998 : 0;
    row.weight_bytes = sum.total();
    row.weight_dtype = scheme;
    row.kv_bytes_per_token = kv_bytes(sample_shape, 1);
    row.kv_dtype = "fp16";
    row.memory.predicted = {{"weights", scheme, 0, sum.total()},
                            {"workspace", "fp32", 0, byte_count(2'000'000)}};
    row.memory.peak = sum.total() + byte_count(2'050'000);
    row.prefill.runs = {4000, 4040, 4100};
    row.decode.runs = {410, 400, 420};
    row.first_token.runs = {0.021, 0.020, 0.022};
    row.quality = {
        {"exact", "house", value, value - 0.02, value + 0.02, 250, "00c0ffee00c0ffee"}};
    row.buckets = {{"often", 64, 64, 0}, {"rare", 64, kind == row_kind::base ? 28 : 18, 12}};
    row.items = "items/" + id + ".jsonl";
    row.inputs_hash = "1" + id;
    row.seed = 7;
    return row;
}

inline evidence sample_evidence() {
    evidence run;
    run.machine = {"a processor", "avx2", 2, byte_count(24_GB), 18.5, 120};
    run.hardware = {"one small card", byte_count(1_GB), 0.1, 512, 16};
    run.model = "lab-base";
    run.shape = sample_shape;
    run.evals = {{"house", "data/eval.jsonl", "00c0ffee00c0ffee", 250}};
    run.trains = {{"house-train", "data/train.jsonl", "00beef0000beef00", 200}};
    run.seed = 7;
    storage const half{16};
    auto add = [&](std::string id, row_kind kind, std::string scheme, storage s, double value) {
        run.rows.push_back(sample_row(id, kind, scheme, {.linear = s}, value));
    };
    add("base", row_kind::base, "bf16", half, 0.02);
    add("int8-channel", row_kind::quantized, "int8:channel", in_rows(8), 0.02);
    add("int4-tensor", row_kind::quantized, "int4:tensor", {4}, 0.02);
    add("int4-g64", row_kind::quantized, "int4:64", in_groups(4, 64), 0.02);
    add("few-shot", row_kind::prompt, "bf16", half, 0.06);
    add("lookup", row_kind::retrieval, "bf16", half, 0.02);
    add("lora", row_kind::lora, "bf16", half, 0.968);
    run.rows.push_back(sample_row("qlora", row_kind::qlora, "nf4",
                                  {.linear = in_nf4_double, .embedding = half}, 0.968));
    for (std::string const id : {"lora", "qlora"}) {
        evidence_row* const row = const_cast<evidence_row*>(run.row(id));
        training_facts t;
        t.method = id;
        t.set = "house-train";
        t.rank = 8;
        t.alpha = 16;
        t.targets = {"all"};
        t.trainable = lora_parameters(sample_shape, 8);
        t.steps = 150;
        t.batch = 16;
        t.learning_rate = 2e-3;
        t.seconds = 11;
        t.tokens_per_second = 4000;
        t.memory.predicted = lines_of(training_ledger(
            sample_shape,
            {.method = id == "lora" ? training_method::lora : training_method::qlora,
             .rank = 8}));
        t.memory.peak = t.memory.predicted_total();
        t.feasible = "full, LoRA and QLoRA fit the target; the adapter is the cheapest to keep";
        for (index_t step = 0; step <= 150; step += 50) {
            t.curve.push_back({step, 3.0 / (1.0 + double(step)), 3.2 / (1.0 + double(step))});
        }
        row->adapter_bytes = byte_count(4 * t.trainable);
        row->adapter_dtype = "fp32";
        row->memory.predicted.push_back({"adapter", "fp32", t.trainable, row->adapter_bytes});
        row->memory.peak += row->adapter_bytes;
        row->training = t;
    }
    auto compare = [&](std::string a, std::string b, double difference, double low,
                       double high) {
        run.comparisons.push_back({a, b, "exact", "house", difference, low, high, 250});
    };
    compare("int8-channel", "base", 0, -0.01, 0.01);
    compare("int4-tensor", "base", -0.015, -0.02, -0.004);
    compare("int4-g64", "base", -0.004, -0.012, 0.004);
    compare("few-shot", "base", 0.04, 0.01, 0.07);
    compare("lookup", "base", 0, -0.01, 0.01);
    compare("lora", "base", 0.95, 0.92, 0.968);
    compare("qlora", "base", 0.95, 0.92, 0.968);
    compare("lora", "few-shot", 0.91, 0.88, 0.94);
    compare("qlora", "few-shot", 0.91, 0.88, 0.94);
    compare("lora", "qlora", 0, -0.01, 0.01);
    run.contrasts = {{6,
                      "LoRA brings the house format",
                      {run.comparisons[5]},
                      contrast_verdict::shown,
                      true,
                      ""}};
    run.freshness = {{"closed book", 1, 0.0, 0.99, 0, 77},
                     {"closed book", 2, 0.0, 0.98, 0, 150},
                     {"retrieval", 1, 1.0, 0.0, 0.2, 77},
                     {"retrieval", 2, 0.98, 0.0, 0.3, 150}};
    run.retrieval = {1, 250, 0.96, 24};
    run.prices = {"euro", 2.5, 0.1, 10'000};
    run.omitted = {{"full fine-tuning", "left out of the sample"}};
    run.limits = {"A model of a few million parameters and synthetic text.",
                  "Timings of one processor; a GPU would change them."};
    return run;
}

} // namespace qad::test

#endif
