// SPDX-License-Identifier: MIT
// The rows on our own small model: what the course asks for, and what its contrasts need.
#ifndef QAD_LAB_OUR_ROWS_HPP
#define QAD_LAB_OUR_ROWS_HPP

#include "plan.hpp"

namespace qad::lab {

inline weight_storage stored_in(storage linear, storage embedding = in_bf16) {
    return {.linear = linear, .embedding = embedding, .head = unsaid, .vectors = in_fp32};
}

/// Base, then every way of storing it smaller.
inline void add_quantized_rows(plan& p, std::filesystem::path const& base,
                               std::string const& group) {
    bool const plain = group == "plain";
    std::string const tail = plain ? "" : "-outliers";
    auto const add = [&](std::string const& name, std::string const& config,
                         std::string const& method, std::string const& format,
                         std::string const& cut, storage stored) {
        row_plan r{.id = name + tail,
                   .config = config,
                   .kind = row_kind::quantized,
                   .group = group,
                   .scheme = format + ":" + cut,
                   .method = method,
                   .stored = stored_in(stored, plain ? in_bf16 : in_fp32),
                   .weight_dtype =
                       format + ", fp16 scales; embedding " + (plain ? "bf16" : "fp32")};
        r.weights = p.quantized(r.id, base, method, format, cut);
        r.sets = {"facts", "texts"};
        if (plain) { r.sets.push_back("tickets"); }
        p.row(std::move(r));
    };
    if (plain) {
        add("int8-channel", "int8, one scale per channel", "rtn", "int8", "channel",
            in_rows(8));
        row_plan both{.id = "int8-dynamic",
                      .config = "int8 weights, dynamic int8 activations",
                      .kind = row_kind::quantized,
                      .group = group,
                      .scheme = "int8:channel",
                      .method = "rtn",
                      .stored = stored_in(in_rows(8)),
                      .weight_dtype = "int8, fp16 scales; embedding bf16",
                      .weights = p.artifact("int8-channel"),
                      .sets = {"facts", "texts", "tickets"},
                      .eight_bit_inputs = true};
        p.row(std::move(both));
    }
    add("int4-tensor", "int4, one scale per tensor", "rtn", "int4", "tensor", {4});
    if (plain) {
        add("int4-channel", "int4, one scale per channel", "rtn", "int4", "channel",
            in_rows(4));
    }
    add("int4-64", "int4, groups of 64, rounded", "rtn", "int4", "64", in_groups(4, 64));
    add("int4-64-gptq", "int4, groups of 64, GPTQ", "gptq", "int4", "64", in_groups(4, 64));
    add("int4-64-awq", "int4, groups of 64, AWQ", "awq", "int4", "64", in_groups(4, 64));
    if (plain) { add("nf4-64", "nf4, blocks of 64", "rtn", "nf4", "64", in_groups(4, 64)); }
    add("int3-64", "int3, groups of 64, rounded", "rtn", "int3", "64", in_groups(3, 64));
    add("int3-64-gptq", "int3, groups of 64, GPTQ", "gptq", "int3", "64", in_groups(3, 64));
    add("int3-64-awq", "int3, groups of 64, AWQ", "awq", "int3", "64", in_groups(3, 64));
    if (plain) {
        row_plan gguf{.id = "gguf-q4_0",
                      .config = "GGUF, Q4_0: written, read back",
                      .kind = row_kind::quantized,
                      .group = group,
                      .scheme = "q4_0",
                      .method = "gptq",
                      .stored = stored_in(in_groups(4, 32)),
                      .weight_dtype = "Q4_0 blocks; embedding bf16",
                      .sets = {"facts", "texts", "tickets"}};
        gguf.weights = p.quantized(gguf.id, base, "gptq", "int4", "32", "gguf");
        p.row(std::move(gguf));
    }
}

/// Prompt, retrieval, LoRA, QLoRA, full: the same model told, shown or taught.
inline void add_adapted_rows(plan& p) {
    lab_options const& o = p.options();
    index_t const steps = o.steps;
    auto const evals = [&](char const* file) {
        return std::vector<std::string>{"--eval", p.data(file).string()};
    };
    auto const train = [&](std::string const& name, std::string const& method, char const* file,
                           char const* eval, std::vector<std::string> extra = {},
                           index_t times = 1) {
        auto all = evals(eval);
        all.insert(all.end(), extra.begin(), extra.end());
        return p.trained({name, method, file, all, steps * times});
    };
    weight_storage const as_stored = stored_in(in_bf16);
    auto const beside = [&](std::string const& id, std::string const& config, row_kind kind,
                            std::filesystem::path const& adapter, std::string const& task,
                            std::vector<std::string> sets = {}) {
        row_plan r{.id = id, .config = config, .kind = kind, .stored = as_stored};
        r.extra = {"--adapter", adapter.string()};
        r.sets = std::move(sets);
        r.sets.push_back(task);
        r.task = task;
        r.training = adapter.filename().string();
        return p.row(std::move(r));
    };

    // Is a prompt enough? Format A is made of pieces that the base knows, format B is not.
    row_plan a{.id = "prompt-a",
               .config = "base, two examples of format A in the prompt",
               .kind = row_kind::prompt,
               .stored = as_stored,
               .task = "format A"};
    a.extra = {"--few-shot", p.data("house_a_train.jsonl").string() + ":2"};
    a.sets = {"format A"};
    p.row(a);
    row_plan b = a;
    b.id = "prompt";
    b.config = "base, eight examples of format B in the prompt";
    b.extra = {"--few-shot", p.data("house_b_train.jsonl").string() + ":8"};
    b.sets = {"format B"};
    b.task = "format B";
    p.row(b);

    auto const lora_a = train("lora-a", "lora", "house_a_train.jsonl", "house_a_eval.jsonl");
    beside("lora-a", "LoRA on format A", row_kind::lora, lora_a, "format A");
    auto const lora = train("lora", "lora", "house_b_train.jsonl", "house_b_eval.jsonl");
    auto lora_row = beside("lora", "LoRA on format B", row_kind::lora, lora, "format B",
                           {"facts", "texts"});
    p.ask(lora_row, "format B with a notice");
    auto const few = train("lora-50", "lora", "house_b_train.jsonl", "house_b_eval.jsonl",
                           {"--max-train-samples", "50"});
    beside("lora-50", "LoRA on 50 examples of format B", row_kind::lora, few, "format B");

    // QLoRA: the adapter belongs to the base in nf4, so it is asked beside that.
    auto const qlora = train("qlora", "qlora", "house_b_train.jsonl", "house_b_eval.jsonl");
    row_plan q{.id = "qlora",
               .config = "QLoRA on format B",
               .kind = row_kind::qlora,
               .scheme = "nf4:64 double",
               .stored = stored_in(in_nf4_double),
               .weight_dtype = "nf4, scales quantized twice; embedding bf16"};
    q.extra = {"--weights", "nf4:64:double", "--head", "stored", "--adapter", qlora.string()};
    q.sets = {"format B"};
    q.task = "format B";
    q.training = "qlora";
    p.row(std::move(q));

    auto const full =
        train("full", "full", "house_b_train.jsonl", "house_b_eval.jsonl", {"--rate", "2e-4"});
    row_plan f{.id = "full",
               .config = "full fine-tune on format B",
               .kind = row_kind::full,
               .stored = as_stored,
               .weights = full,
               .sets = {"facts", "texts", "format B"},
               .task = "format B",
               .training = "full"};
    p.row(std::move(f));

    // Merged, and rounded afterwards: two ways of rounding, and both beside the adapter.
    auto const merged = p.artifact("lora-merged");
    p.add({"merge-lora",
           {"merge", o.model.string(), lora.string(), "--out", merged.string()},
           merged / "config.json",
           1});
    for (auto const& [cut, stored] :
         {std::pair<std::string, storage>{"64", in_groups(4, 64)}, {"tensor", {4}}}) {
        row_plan m{.id = "lora-merged-int4-" + cut,
                   .config = "LoRA merged, then int4 " + cut,
                   .kind = row_kind::lora_quantized,
                   .scheme = "int4:" + cut,
                   .method = "rtn",
                   .stored = stored_in(stored),
                   .weight_dtype = "int4, fp16 scales; embedding bf16"};
        m.weights = p.quantized(m.id, merged, "rtn", "int4", cut);
        m.sets = {"format B"};
        m.task = "format B";
        m.training = "lora";
        p.row(std::move(m));
        row_plan apart{.id = "lora-beside-int4-" + cut,
                       .config = "LoRA beside int4 " + cut,
                       .kind = row_kind::lora_quantized,
                       .scheme = "int4:" + cut,
                       .method = "rtn",
                       .stored = stored_in(stored),
                       .weight_dtype = "int4, fp16 scales; embedding bf16"};
        apart.weights = p.artifact("int4-" + cut);
        apart.extra = {"--adapter", lora.string()};
        apart.sets = {"format B"};
        apart.task = "format B";
        apart.training = "lora";
        p.row(std::move(apart));
    }

    // A task with labels.
    auto const tickets =
        train("lora-tickets", "lora", "tickets_train.jsonl", "tickets_eval.jsonl");
    beside("lora-tickets", "LoRA on 400 tickets", row_kind::lora, tickets, "tickets");

    // Retrieval: fresh facts come in as text. The index holds what is true on the day, a sheet for
    // each product; beside it one that holds the notices of what changed and nothing else.
    row_plan rag{.id = "retrieval",
                 .config = "base with the product's sheet in its context",
                 .kind = row_kind::retrieval,
                 .stored = as_stored,
                 .task = "changed facts"};
    rag.extra = {"--retrieve", p.data("sheets.jsonl").string() + ":1", "--until", "2031-05-11"};
    rag.sets = {"kept facts", "changed facts"}; // "facts" asks for what was true before
    p.row(rag);
    rag.id = "retrieval-notices";
    rag.config = "base with the best notice of the week in its context";
    rag.extra[1] = p.data("notices.jsonl").string() + ":1";
    p.row(rag);
    auto const context = train("lora-context", "lora", "house_b_context_train.jsonl",
                               "house_b_context_eval.jsonl");
    beside("lora-context", "LoRA trained with notices, asked with one",
           row_kind::lora_and_retrieval, context, "format B with a notice", {"format B"});
}

/// Next week: what changes in a week, and what each arm knows of it.
inline void add_fresh_rows(plan& p) {
    lab_options const& o = p.options();
    auto const fresh =
        p.trained({"lora-fresh", "lora", "next_week_train.jsonl", {}, 3 * o.steps});
    row_plan r{.id = "lora-fresh",
               .config = "LoRA on the facts of the week",
               .kind = row_kind::lora,
               .stored = stored_in(in_bf16),
               .task = "changed facts"};
    r.extra = {"--adapter", fresh.string()};
    r.sets = {"kept facts", "changed facts"};
    r.training = "lora-fresh";
    auto const taught = p.row(std::move(r));
    row_plan base{
        .id = "base", .kind = row_kind::base, .stored = stored_in(in_bf16), .weights = o.model};
    p.ask(base, "weeks");
    p.ask(taught, "weeks");
    row_plan rag{.id = "retrieval", .kind = row_kind::retrieval, .weights = o.model};
    constexpr char const* last_day[] = {"2031-05-04", "2031-05-11", "2031-05-18",
                                        "2031-05-25", "2031-06-01", "2031-06-08"};
    for (std::size_t week = 1; week <= 5; ++week) {
        p.ask(rag, "weeks",
              {"--retrieve", p.data("sheets.jsonl").string() + ":1", "--until", last_day[week]},
              std::to_string(week));
    }
}

inline plan our_plan(lab_options const& o) {
    plan p(o);
    row_plan base{.id = "base",
                  .config = "base, bf16",
                  .kind = row_kind::base,
                  .stored = stored_in(in_bf16)};
    base.sets = {"facts",    "texts",           "tickets",       "format B",
                 "format A", "unseen question", "changed facts", "kept facts"};
    p.row(base);
    base.weights = o.model;
    for (char const* set : {"one notice", "three notices", "one sheet", "three sheets",
                            "summaries", "format B with a notice"}) {
        p.ask(base, set);
    }
    add_quantized_rows(p, o.model, "plain");

    auto const loud = p.artifact("base-outliers");
    p.add({"outliers",
           {"outliers", o.model.string(), "--out", loud.string()},
           loud / "config.json",
           1});
    row_plan louder{
        .id = "base-outliers",
        .config = "base rescaled: imitated outliers, the same function",
        .kind = row_kind::base,
        .group = "imitated outliers",
        .scheme = "fp32",
        .stored = {.linear = in_fp32, .embedding = in_fp32, .head = unsaid, .vectors = in_fp32},
        .weight_dtype = "fp32",
        .weights = loud,
        .sets = {"facts", "texts"}};
    p.row(std::move(louder));
    add_quantized_rows(p, loud, "imitated outliers");
    add_adapted_rows(p);
    add_fresh_rows(p);
    return p;
}

} // namespace qad::lab

#endif
